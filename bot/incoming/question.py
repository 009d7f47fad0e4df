"""Slack's wire text of a message → the words somebody wrote → what they ask."""

import html
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.incoming import options, pasted
from bot.outgoing.blocks.mrkdwn import without_hidden
from orchestration.values.errors import AskerError

LONGEST_QUESTION = 12_000

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:")

NameOf = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    options: options.Options
    pasted: str
    """What was pasted after the question, which becomes its document; empty where nothing was."""

    @property
    def whole(self) -> str:
        """Without its options."""
        return f"{self.text}\n\n{self.pasted}" if self.pasted else self.text


async def written(text: str, *, bot_user_id: str, name_of: NameOf) -> str:
    """The bot's own mention goes, other people become @name, links their address, entities their character.

    Who pastes a text and mentions the bot under it asks there: what follows the mention comes first.
    """
    above, _, below = text.rpartition(f"<@{bot_user_id}>")
    if len(above) >= pasted.SHORTEST_PASTED and above.endswith("\n") and below.strip():
        text = f"{below.strip()}\n\n{above.strip()}"
    people = {user_id for sign, user_id, _ in _TOKEN.findall(text) if sign == "@" and user_id != bot_user_id}
    names = {user_id: await name_of(user_id) for user_id in sorted(people)}

    def plain(token: re.Match[str]) -> str:
        sign, target, label = token.groups()
        if sign == "@":
            return "" if target == bot_user_id else f"@{names[target]}"
        if sign == "#":
            return f"#{label or target}"
        if sign == "!":
            return label or f"@{target.split('^')[0]}"
        return target.removeprefix("mailto:").removeprefix("tel:")

    return without_hidden(html.unescape(_TOKEN.sub(plain, text))).strip()


def read(words: str) -> Asked:
    """Raises an AskerError that says what to write instead."""
    own, attached = pasted.split(words)
    text, chosen = options.read(own)
    return Asked(checked(text, attached), chosen, attached)


def checked(text: str, attached: str = "") -> str:
    """The text, or an AskerError whose sentence says what to write instead."""
    if not text:
        raise AskerError(
            "There is no question in that message. Write it after my name, for example: "
            "Compare FastAPI and Flask for a small JSON API."
        )
    if (characters := len(text) + len(attached)) > LONGEST_QUESTION:
        raise AskerError(
            f"The question has {characters:,} characters; I take up to {LONGEST_QUESTION:,}. "
            "Shorten it, or have the long part added to the library with `threadwork docs add` and ask about it."
        )
    if not any(sign.isalnum() for sign in _SHORTCODE.sub("", text)):
        raise AskerError("That message has no words to research. Write the question in words.")
    return text
