"""A question as the rules read it, and what a rule saw in it."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from orchestration.rules.series import Series, series
from orchestration.rules.tokens import STOPS, Token, tokens
from orchestration.values.domain import Question, Strategy

READ_CHARACTERS = 2000
"""What a question asks stands at its head; pasted material behind it must not decide the route."""
MOST_CHARACTERS = 320
"""Of these, what the rules read: nearly every question that people write in one piece is shorter."""
MIN_ASK_WORDS = 3
LONG_QUOTE = 60
_QUOTED = re.compile(r'["“”„«](?P<text>[^"“”„«»]{1,1500})["“”»]')
MOST_SENTENCES = 50
LEAST_CHARACTERS = 20
"""Less of a sentence says nothing."""
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=[^\s.!?])[^.!?\n]+)*[.!?]*")
_ASKS = re.compile(
    r"[?？؟]$|^\s*(?:(?:please|can you|could you)\s+)?(?:who|what|which|when|where|why|how|should|is|are|was|were|do|"
    r"does|did|can|compare|list|name|find|look|check|review|summari[sz]e|explain|tell|give|argue|analy[sz]e|research)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^[ \t]*(?:\d+[.)]|[-*•])[ \t]+(\S[^\n]{0,300})", re.MULTILINE)
_NUMBERED = re.compile(r"(?:^|\s)\(?[1-9]\)\s+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw: the way to work, how many parts, why, and how sure it is (0 to 1)."""

    strategy: Strategy
    parts: int
    reason: str
    confidence: float = 0.9
    names: tuple[str, ...] = ()
    """Of the parts, where the question has them: what is compared, or the kinds of expertise."""


@dataclass(frozen=True)
class Asked:
    """What is asked stands first; what follows an empty line or a fence, or stands in long quotes, is material."""

    text: str
    material: bool
    """Whether a text to work on came along: pasted or as a document."""
    earlier: bool = False
    """Whether the conversation says what a bare "it" means."""
    items: tuple[str, ...] = ()
    """What stands on lines that begin with a number or a bullet, or after 1) and 2) in a line."""

    @cached_property
    def low(self) -> str:
        """In small letters, and as long as the text: what is found in the one stands at the same place in the other."""
        low = self.text.lower()
        return low if len(low) == len(self.text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in self.text)

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def series(self) -> list[Series]:
        return series(self.text, self.tokens)

    @property
    def words(self) -> list[str]:
        return [token.low for token in self.tokens if token.word]

    def sentence(self, at: int) -> list[Token]:
        """The one that a token is in, its sign at the end included."""
        start = next((n + 1 for n in range(at - 1, -1, -1) if self.tokens[n].low in STOPS), 0)
        end = next((n + 1 for n in range(at, len(self.tokens)) if self.tokens[n].low in STOPS), len(self.tokens))
        return self.tokens[start:end]

    @cached_property
    def has_names(self) -> bool:
        """A capital, a number or a quotation behind the first word: it is about something particular."""
        return any(word.name or word.text[0].isdigit() for word in self.tokens[1:])


def read(question: Question) -> Asked:
    text = question.text[:READ_CHARACTERS].replace("’", "'").strip()
    head, _, rest = text.partition("```")[0].partition("\n\n")
    if len(head.split()) < MIN_ASK_WORDS:
        head, rest = text, ""
    quotes = [match["text"] for match in _QUOTED.finditer(head) if len(match["text"]) > LONG_QUOTE]
    for quote in quotes:
        head = head.replace(quote, "…")
    pasted = bool(quotes) or "```" in text or len(rest) > LONG_QUOTE
    asking = head if pasted else text
    material = pasted or bool(question.document_ids)
    return Asked(in_short(asking), material, bool(question.earlier or question.thread), points(asking))


def asks(text: str) -> bool:
    """Whether one of its first sentences does."""
    return any(_ASKS.search(match[0].strip()) for match in islice(_SENTENCE.finditer(text), MOST_SENTENCES))


def points(text: str) -> tuple[str, ...]:
    """Of a list: by lines, else by 1) and 2) within one."""
    _, *numbered = _NUMBERED.split(text)
    return tuple(_ITEM.findall(text)) or (tuple(part.strip() for part in numbered) if len(numbered) > 1 else ())


def asked_in(text: str) -> Asked:
    """A text by itself, without what came along with it."""
    return Asked(
        in_short(text[:READ_CHARACTERS].replace("’", "'").strip()), material=False, items=points(text[:READ_CHARACTERS])
    )


def in_short(text: str) -> str:
    """The text where it is short; else its sentences that ask, then the others from the first on, in their order.

    So a story with a question at its end is read by its question, and each rule reads at most MOST_CHARACTERS.
    """
    if len(text) <= MOST_CHARACTERS:
        return text
    sentences = [match[0] for match in islice(_SENTENCE.finditer(text), MOST_SENTENCES)]
    room, kept = MOST_CHARACTERS, {}
    for place in sorted(range(len(sentences)), key=lambda place: not _ASKS.search(sentences[place])):
        kept[place] = _without_middle(sentences[place].strip(), room)
        room -= len(kept[place]) + 1
        if room <= LEAST_CHARACTERS:
            break
    return " ".join(kept[place] for place in sorted(kept))


def _without_middle(sentence: str, room: int) -> str:
    """What a long sentence asks stands at its two ends."""
    if len(sentence) <= room:
        return sentence
    half = (room - 3) // 2
    return f"{sentence[:half]} … {sentence[-half:]}"
