"""Whether a quote is in a text, whatever copying does to spacing, dashes, quotation marks and Markdown.

A text is compared by what carries meaning: its letters, its numbers, and signs such as `%` or `<`. So white space,
punctuation, dashes, hyphenation at line ends, emphasis and list marks make no difference; a word, a number or a sign
that is changed, added, dropped or cut in two does.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from orchestration.evidence.forms import one_form
from orchestration.values.domain import Claim, Span, Support

SHORTEST_QUOTE = 8
"""Letters and digits; a shorter quote is in nearly every page and proves nothing."""
SHORTEST_DENSE = 4
"""The same in scripts that write a word as one or two characters."""
MOST_PARTS = 4
SHORTEST_PART = 8
FEWEST_WORDS = 2
MOST_LEFT_OUT = 300
"""Characters of the page between two parts of a quote that are joined by an ellipsis."""

NEGATION = re.compile(
    r"\b(?:not|never|no|none|neither|nor|nobody|nothing|without|cannot|hardly|unless|except|\w+n['’]t"
    r"|nicht|nie|kein\w*|ohne|pas|jamais|sans|nunca|sin)\b",
    re.IGNORECASE,
)
_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
        "…": "...",
    }
)
_SPACE = re.compile(r"\s+")
_EMPHASIS = re.compile(r"[*_`]+")

_MARKUP = re.compile(
    r"(?<=\])\((?:[^\s()]|\([^\s()]*\))*(?:\s+\"[^\"\n]*\")?\)"  # where a link leads
    r"|^\#\# Page \d+$|\[\^[\w*†‡]{1,3}\]"  # where a page begins, or a note is
    r"|^[ \t]*(?:(?:[>+*-]|\#{1,6})[ \t]+)+"  # what opens a quotation, a list item, a heading
    r"|^[ \t]*[|:-][ \t|:-]*$|^=+[ \t]*$"  # rules of tables and headings
    r"|<!--.{0,200}?-->"
    r"|</?(?:a|b|br|code|div|em|h[1-6]|hr|i|li|ol|p|pre|span|strong|su[bp]|table|tbody|td|th|thead|tr|ul)"
    r"(?:\s[^<>\n]*)?/?>",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_TOKEN = re.compile(
    # Marks of Indic and Semitic vowels are no \w, and yet they are what makes two words differ.
    r"(?P<word>(?:[A-Za-z]+|[^\W\d_]|[\u0300-\u036f\u0483-\u1fff](?<!\d))+)"
    r"|(?P<number>(?:(?<!\d\s)(?<![^\s(\[=])[-\u2212\u2013])?\d+(?:[.,]\d+)*)"
    r"|(?P<sign>[%‰$€£¥+<=@&/⁄±×÷≤≥≠°^]|(?<![-=])>|(?<=\w)\#|\#(?=\w))"
)
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…)\s*")
_CLAUSE = re.compile(r"[,;:()–—]")
_DENIAL_BEFORE = re.compile(
    rf"({NEGATION.pattern}(?:\s+(?:true|the case|certain|clear|longer|always|yet)\b(?:\s+that\b)?)?"
    r"|\b(?:false|untrue|a myth) that)[\s*_`\"“(]*$",
    re.IGNORECASE,
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|^[ \t]*#[^\n]*\n", re.MULTILINE)
_HEADING_BETWEEN = re.compile(r"^ {0,3}#{1,6}[ \t]", re.MULTILINE)

NO_QUOTE = "no quote was given"
TOO_SHORT = "the quote is too short to prove anything"
NOT_THERE = "the quote is not in the source"
CUT = "the quote is cut off in the middle of a word or number"
DENIED = "the source says “{word}” right before the quote, which reverses its meaning"
TOO_FAR = "the parts of the quote are too far apart in the source"
LEFT_OUT = "the ellipsis in the quote leaves out “{word}”"
PIECES = "the quote is joined from too many pieces, or from pieces that are too short"


def folded(text: str) -> str:
    """Text with what copying changes taken out: white space, quotation marks, dashes, emphasis marks and case."""
    return _SPACE.sub(" ", _EMPHASIS.sub("", text.translate(_SAME))).strip().casefold()


@dataclass(frozen=True, slots=True)
class Misquote:
    reason: str


@dataclass(slots=True)
class _Letters:
    """What is compared, and for each of its tokens where it is."""

    text: str = ""
    begins: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    """Places in `begins` of tokens that are numbers."""

    def token_at(self, offset: int) -> int:
        return bisect_right(self.begins, offset) - 1

    def origin(self, offset: int) -> int:
        token = self.token_at(offset)
        return min(self.starts[token] + offset - self.begins[token], self.ends[token] - 1)


class Page:
    """A stored text, ready to be searched for quotes; places are those of `text`, not of what was stored."""

    def __init__(self, text: str) -> None:
        self.text = one_form(text)

    @cached_property
    def _plain(self) -> str:
        return _without_markup(self.text)

    @cached_property
    def _letters(self) -> "_Letters":
        return _letters(self._plain)

    def span_of(self, claim: Claim) -> Span | None:
        """Where its quote was found; looked for only where version 0.1 did not write that down."""
        if claim.span or claim.support is not Support.QUOTED:
            return claim.span
        found = self.find(claim.quote)
        return found if isinstance(found, Span) else None

    def find(self, quote: str) -> Span | Misquote:
        """Where the quote is, or why it is not there."""
        whole = _letters(_readable(quote))
        if not whole.text:
            return Misquote(NO_QUOTE)
        if len(whole.text) < (SHORTEST_DENSE if _DENSE.search(whole.text) else SHORTEST_QUOTE):
            return Misquote(TOO_SHORT)
        found = self._place(whole.text, 0)
        parts = [part for part in _ELLIPSIS.split(quote) if part.strip()]
        return self._joined(parts) if found == Misquote(NOT_THERE) and len(parts) > 1 else found

    def _joined(self, parts: list[str]) -> Span | Misquote:
        """The parts in their order, near each other, with nothing between them that would turn the sense."""
        letters = [_letters(_readable(part)).text for part in parts]
        short = any(len(part) < SHORTEST_PART for part in letters)
        few = any(len(part.split()) < FEWEST_WORDS and not _DENSE.search(part) for part in parts)
        if len(parts) > MOST_PARTS or short or few:
            return Misquote(PIECES)
        first = last = self._place(letters[0], 0)
        for part in letters[1:]:
            if isinstance(last, Misquote):
                return last
            following = self._place(part, self._after(last))
            if isinstance(following, Misquote):
                return following
            between = self.text[last.end : following.start]
            if len(between) > MOST_LEFT_OUT or _HEADING_BETWEEN.search(between):
                return Misquote(TOO_FAR)
            # A denial in a clause of its own, left out whole, turns nothing round.
            clauses = _CLAUSE.split(between)
            if turned := NEGATION.search(clauses[0]) or NEGATION.search(clauses[-1]):
                return Misquote(LEFT_OUT.format(word=turned[0]))
            last = following
        if isinstance(first, Misquote) or isinstance(last, Misquote):
            return Misquote(NOT_THERE)
        return Span(first.start, last.end)

    def _denial_before(self, start: int) -> str | None:
        """The "not" just before a place; the end of a heading or paragraph denies nothing that comes after it."""
        line = self.text[max(0, start - 80) : start]
        before = _DENIAL_BEFORE.search(_PARAGRAPH_END.split(line)[-1])
        return before[1] if before else None

    def _after(self, found: Span) -> int:
        letters = self._letters
        token = bisect_right(letters.starts, found.end - 1)
        return letters.begins[token] if token < len(letters.starts) else len(letters.text)

    def _place(self, wanted: str, start: int) -> Span | Misquote:
        """The first place where it is whole and not denied, else what is wrong with those that there are."""
        letters, wrong = self._letters, NOT_THERE
        at = letters.text.find(wanted, start)
        while at >= 0:
            span = Span(letters.origin(at), letters.origin(at + len(wanted) - 1) + 1)
            if not self._is_whole(at, at + len(wanted), span):
                wrong = CUT if wrong == NOT_THERE else wrong
            elif denial := self._denial_before(span.start):
                wrong = DENIED.format(word=denial)
            else:
                return span
            at = letters.text.find(wanted, at + 1)
        return Misquote(wrong)

    def _is_whole(self, begin: int, end: int, span: Span) -> bool:
        """Neither end falls inside a word or a number."""
        letters, text = self._letters, self._plain
        first, last = letters.token_at(begin), letters.token_at(end - 1)
        if first in letters.numbers and letters.begins[first] != begin:
            return False
        after_last = letters.begins[last + 1] if last + 1 < len(letters.begins) else len(letters.text)
        # What sets two numbers apart belongs to neither.
        if last in letters.numbers and letters.text[end:after_last] not in ("", "~"):
            return False
        return not _runs_on(text, span.start) and not _runs_on(text, span.end)


def _runs_on(text: str, at: int) -> bool:
    """Whether a word goes on across this place; where words are not set apart nobody can tell."""
    pair = text[max(0, at - 1) : at + 1]
    return len(pair) == 2 and pair.isalnum() and not _DENSE.search(pair)


def _readable(text: str) -> str:
    return _without_markup(one_form(text))


def _without_markup(text: str) -> str:
    """Spaces of the same length replace it, so that places stay what they are."""
    return _MARKUP.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _letters(text: str) -> _Letters:
    found = _Letters()
    pieces: list[str] = []
    length, after_number = 0, False
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        piece = text[start:end].casefold().replace("⁄", "/")
        number = token.lastgroup == "number"
        if number:
            piece = piece.translate(_SAME)
            found.numbers.add(len(found.begins))
            if after_number:
                # Two numbers side by side are not one long number.
                pieces.append("~")
                length += 1
        found.begins.append(length)
        found.starts.append(start)
        found.ends.append(end)
        pieces.append(piece)
        length, after_number = length + len(piece), number
    found.text = "".join(pieces)
    return found
