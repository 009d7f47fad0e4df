"""A question as the rules read it, and what a rule saw in it."""

import re
from dataclasses import dataclass
from functools import cached_property

from orchestration.domain import Question, Strategy

READ_CHARACTERS = 2000
"""What a question asks stands at its head; pasted material behind it must not decide the route."""
MIN_ASK_WORDS = 3
LONG_QUOTE = 60
_WORD = re.compile(r"[^\W_](?:[\w.+#/&'’-]*[\w+#])?")
_QUOTED = re.compile(r'["“”„«](?P<text>[^"“”„«»]{1,1500})["“”»]')
_FENCE = re.compile(r"```")
_NAME_INSIDE = re.compile(r"(?<=[\w,;:)\"”»]\s)[\"“„«(]?(?:[^\W\d_a-z][\w'’.-]*[^\W_]|\d{2,4})|[\"“«]\w")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw: the way to work, how many parts, why, and how sure it is (0 to 1)."""

    strategy: Strategy
    parts: int
    reason: str
    confidence: float = 0.9


@dataclass(frozen=True)
class Asked:
    """What is asked stands first; what follows an empty line or a fence, or stands in long quotes, is material."""

    text: str
    material: bool
    """Whether a text to work on came along: pasted or as a document."""
    earlier: bool = False
    """Whether the conversation says what a bare "it" means."""

    @cached_property
    def low(self) -> str:
        return self.text.lower().replace("’", "'")

    @cached_property
    def words(self) -> list[str]:
        return [word.lower() for word in _WORD.findall(self.text)]

    @cached_property
    def has_names(self) -> bool:
        """A capital, a number or a quotation behind the first word: it is about something particular."""
        return _NAME_INSIDE.search(self.text) is not None


def read(question: Question) -> Asked:
    text = question.text[:READ_CHARACTERS].strip()
    head, _, rest = _FENCE.split(text, maxsplit=1)[0].partition("\n\n")
    if len(head.split()) < MIN_ASK_WORDS:
        head, rest = text, ""
    quotes = [match["text"] for match in _QUOTED.finditer(head) if len(match["text"]) > LONG_QUOTE]
    for quote in quotes:
        head = head.replace(quote, "…")
    pasted = bool(quotes) or "```" in text or len(rest) > LONG_QUOTE
    return Asked(head if pasted else text, pasted or bool(question.document_ids), bool(question.earlier))
