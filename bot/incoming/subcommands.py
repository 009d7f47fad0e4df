"""`/research …`: the list of commands, what reads as one of them, and what only nearly does."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.incoming.spelling import slips
from bot.outgoing.blocks.mrkdwn import without_hidden

MOST_WORDS = 3
LONGEST_NEAR_MISS = 150
LONG_NAME = 7
"""From so many letters on a name may have two slips."""
_RUN = r"(?P<run>r_\w+)?"
_SPEND = r"(?P<period>\d{4}-\d{2}(?:-\d{2})?|today)?\s*(?:by\s+(?P<by>agent|user|channel|model|strategy))?"
_WHO = r"channel|team|<@\w+(?:\|[^>]*)?>|@\S+"
_WHERE = r"(?P<where>channel|team|all)?"
_BUDGET = (
    rf"(?:(?P<list>list)|remove\s+(?P<whose>{_WHO})"
    rf"|set\s+(?P<who>{_WHO})\s+(?P<amount>\S+)(?:\s+(?:an?\s+|per\s+)?(?P<period>\S+))?)?"
)
_WORD = re.compile(r"\w[\w.'’+#&-]*[?!…]*")
_WITHOUT_SPACES = (
    *("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "YI "),
    *("TAI ", "NEW TAI", "JAVANESE", "BALINESE", "SUNDANESE"),
)
"""How Unicode names the letters of scripts that put no spaces between words."""


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    does: str
    """In a phrase that follows its name: `the bill`."""
    usage: str = ""
    arguments: str = ""
    """What the rest has to match for the first word to be the command."""

    @property
    def written(self) -> str:
        return f"/research {self.name} {self.usage}".strip()


COMMANDS = {
    command.name: command
    for command in (
        Command("ask", "asks, whatever the question's first word is", "QUESTION", r"(?P<question>.+)"),
        Command("spend", "the bill", "[2026-11] [by agent|user|channel|model|strategy]", _SPEND),
        Command("budget", "what may still be spent", "[list | set WHO USD [day|month] | remove WHO]", _BUDGET),
        Command("history", "the runs of this channel and your own"),
        Command("stop", "ends a run of this channel", "[RUN]", _RUN),
        Command("pause", "stops all work until an owner resumes it", "[channel|team|all]", _WHERE),
        Command("resume", "lets paused work go on", "[channel|team|all]", _WHERE),
        Command("help", "how to ask"),
    )
}


@dataclass(frozen=True, slots=True)
class Subcommand:
    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NearMiss:
    command: Command | None
    """The one that may have been meant; None where it is only a word."""

    @property
    def sentence(self) -> str:
        if self.command is None:
            return "Nothing was started: is one word a question? `/research help` lists the commands."
        return f"Nothing was started: that is close to the command `{self.command.written}` ({self.command.does})."


def read(text: str) -> Subcommand | None:
    """None where the text is no command. Spaces of any kind are spaces."""
    first, _, rest = re.sub(r"\s", " ", without_hidden(text).strip(), count=1).partition(" ")
    if not first:
        return Subcommand("help")
    command = COMMANDS.get(first.lower())
    found = re.fullmatch(command.arguments, rest.strip(), re.IGNORECASE | re.DOTALL) if command else None
    if command is None or found is None:
        return None
    given = {name: value for name, value in found.groupdict().items() if value}
    return Subcommand(command.name, {n: v if n == "question" else v.lower() for n, v in given.items()})


def near_miss(text: str) -> NearMiss | None:
    """What may be a slip rather than a question; None where it is a question."""
    words = unicodedata.normalize("NFC", text).split()
    if not words or len(words) > MOST_WORDS or len(text) > LONGEST_NEAR_MISS or _is_without_spaces(text):
        return None
    command = _nearest(words[0].lower().strip("/.,:;!?…"))
    if command is None and not (len(words) == 1 and _is_latin_word(words[0])):
        return None
    return NearMiss(command)


def _nearest(word: str) -> Command | None:
    far = {command.name: slips(word, command.name) for command in COMMANDS.values()}
    name = min(far, key=far.__getitem__)
    return COMMANDS[name] if far[name] <= (2 if len(name) >= LONG_NAME else 1) else None


def _is_latin_word(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    is_latin = all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return bool(letters) and is_latin and _WORD.fullmatch(word) is not None


def _is_without_spaces(text: str) -> bool:
    return any(unicodedata.name(letter, "").startswith(_WITHOUT_SPACES) for letter in text if letter.isalpha())
