"""Who the app is in this workspace, and by which secrets it is known."""

import secrets
from dataclasses import dataclass, field


def _secret(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(16)}"


@dataclass(frozen=True)
class Identity:
    team_id: str = "T0DEMO"
    app_id: str = "A0DEMO"
    bot_id: str = "B0DEMO"
    bot_user_id: str = "U0BOT"
    # Made for each simulator: another program on this machine cannot know them.
    bot_token: str = field(default_factory=lambda: _secret("xoxb"))
    app_token: str = field(default_factory=lambda: _secret("xapp-1"))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
