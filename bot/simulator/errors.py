"""How the Web API says no."""

from typing import Any


class SlackError(Exception):
    """An answer with `ok: false`; the extra fields go into it as they are."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def invalid_arguments(*reasons: str) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {r}" for r in reasons]})
