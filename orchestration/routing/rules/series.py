"""The one parser of what a question lists: things compared, chosen between, or asked about alike.

It reads word by word and never twice over the same stretch, so that no text makes it slow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orchestration.routing.rules.tokens import AND, ARTICLES, ASKING, BE, JOINS_NAMES, OR, STOPS, VERSUS, Token
from orchestration.routing.rules.words import vocabulary, wordset

DO = wordset("do does did has have had")
MOST_ITEMS = 12
MOST_WORDS = 4
"""Of an item that is not written as a name."""
LONGEST_OPTION = 8
"""Words of an option between a comma and the question mark."""
AGAINST = wordset("to with against from zu mit con à avec von")
_SETS = wordset("up compare compares differ differs opposed")
THAN = wordset("than als que")
TIMED = wordset("before after from")
_BEFORE_SECOND = vocabulary("before_second")

Span = tuple[int, int]
"""The first token of an item, and the one after its last."""


@dataclass(frozen=True, slots=True)
class Series:
    items: tuple[str, ...]
    join: str
    """`and`, `or`, `versus`, `than`, `slash` or `comma`."""
    names: bool
    """Whether all are written as names."""
    first: int
    last: int
    """The tokens that it takes: from `first` up to, not including, `last`."""


class Reader:
    def __init__(self, text: str, words: Sequence[Token]) -> None:
        self._text = text
        self.words = words

    def all(self) -> Iterator[Series]:
        at = 0
        while at < len(self.words):
            found = self._options(at) or self._at(at)
            if found:
                yield found
            at = max(found.last if found else 0, at + 1)

    def _at(self, at: int) -> Series | None:
        low = self.words[at].low
        if low in AND or low in OR:
            return self._joined(at, "and" if low in AND else "or")
        if low in VERSUS:
            return self._joined(at, "versus")
        if low in THAN or (low in TIMED and self._low(self._begin(at)) in BE | DO):
            return self._than(at)
        if low in ("/", ","):
            return self._bare(at)
        return self._set_against(at)

    def _joined(self, at: int, join: str) -> Series | None:
        """What stands around an "and", an "or" or a "versus", and before it after commas."""
        before = at - 1 if self._low(at - 1) in (",", "(") else at
        left = self._left(before)
        again = (
            left is not None
            and self._low(at + 1) in _BEFORE_SECOND
            and self._low(at + 1) == self._low(self._open(left[0]) - 1)
        )
        right = self._right(at + 1 + again)
        if left and self._low(at - 1) == ",":
            left = self._apposed(left) or left
        if not right or not left:
            return None
        spans = [*self._earlier(left, join), left, right]
        end = right[1]
        while len(spans) < MOST_ITEMS and self._joins(end, join):
            skip = 2 if self._low(end) == "," and self._low(end + 1) in AND | OR else 1
            if not (more := self._right(end + skip)):
                break
            spans.append(more)
            end = more[1]
        return self._series(spans, join)

    def _joins(self, at: int, join: str) -> bool:
        low = self._low(at)
        if join == "versus":
            return low in VERSUS
        return low in (OR if join == "or" else AND) or (low == "," and self._low(at + 1) in AND | OR)

    def _earlier(self, first: Span, join: str) -> list[Span]:
        """The items before commas; the one before the first comma of a question is none of its options."""
        found: list[Span] = []
        start = self._open(first[0])
        while len(found) < MOST_ITEMS and (self._low(start - 1) in (",", "/") or self._low(start - 1) in VERSUS):
            item = self._left(start - 1)
            if not item or (join == "or" and self._closes_question(start - 1, item)):
                break
            found.insert(0, item)
            start = self._open(item[0])
        return found

    def _closes_question(self, comma: int, item: Span) -> bool:
        begin = self._begin(comma)
        first = not any(self._low(n) == "," for n in range(begin, comma))
        asks = any(self.words[n].low in ASKING for n in range(begin, item[0]))
        return first and asks and self._low(item[0] - 1) not in _BEFORE_SECOND | {"between", "among", ":"}

    def _options(self, at: int) -> Series | None:
        """What stands between the comma and the question mark of "which was first, A or B?", whole as it is written."""
        if self._low(at) not in (",", ":", "–", "-") or not self._asks_before(at):
            return None
        end = next((n for n in range(at + 1, min(at + 40, len(self.words))) if self._low(n) in STOPS), None)
        if end is None or self._low(end) != "?":
            return None
        cuts = [n for n in range(at + 1, end) if self._low(n) in OR or self._low(n) == ","]
        if not cuts or not any(self._low(n) in OR for n in cuts):
            return None
        edges = [at, *cuts, end]
        spans = [(self._close(a + 1), b) for a, b in pairwise(edges) if b - a > 1]
        better = any(self.words[n].better for n in range(self._begin(at), at))
        short = all(b - a <= 3 and all(word.plain for word in self.words[a:b]) for a, b in spans)
        whole = all(self._is_title(span) for span in spans) or (better and short)
        return self._series(spans, "or") if whole and len(spans) > 1 else None

    def _is_title(self, span: Span) -> bool:
        start, end = span
        if not 0 < end - start <= LONGEST_OPTION:
            return False
        first, last = self.words[start], self.words[end - 1]
        return (first.name or first.text[0].isupper()) and (last.name or last.text[0].isdigit() or end - start == 1)

    def _asks_before(self, at: int) -> bool:
        begin = self._begin(at)
        return at - begin >= 2 and any(self.words[n].low in ASKING for n in range(begin, at))

    def _than(self, at: int) -> Series | None:
        """A is more so than B: of what stands before, the first name or the subject."""
        begin = self._begin(at)
        degrees = any(
            self.words[n].better or self._low(n) in ("as", "different") for n in range(max(begin, at - 6), at)
        )
        if not degrees and self._low(at) not in ("before", "after"):
            return None
        start = self._close(at + 1)
        right = self._right(start + 1 if self._low(start) in _BEFORE_SECOND else start)
        if not right or self.words[right[0]].text.isdigit():
            return None
        named = (self._right(n) for n in range(begin, at) if self.words[n].name)
        left = next((span for span in named if span), None)
        if left is None and self._low(begin) in BE | DO:
            left = self._right(begin + 1)
        if not left or left[1] > at or self.words[left[0]].name != self.words[right[0]].name:
            return None
        if not self.words[left[0]].name:
            left = (left[0], min(left[1], left[0] + right[1] - right[0]))
        return self._series([left, right], "than")

    def _set_against(self, at: int) -> Series | None:
        """A compared with B; compare A to B."""
        if self._low(at) in AGAINST and self._low(at - 1) in _SETS:
            names = (n for n in range(self._begin(at), at) if self.words[n].name)
            left = self._right(next(names, at))
            right = self._right(at + 1)
            return self._series([left, right], "versus") if left and right and left[1] < at else None
        if self._low(at) == "compared" and self._low(at + 1) in AGAINST:
            left, right = self._left(at), self._right(at + 2)
            return self._series([left, right], "versus") if left and right else None
        if self._low(at) in ("compare", "compara", "vergleiche") and (left := self._right(at + 1)):
            if self._low(left[1]) in AGAINST and (right := self._right(left[1] + 1)):
                return self._series([left, right], "versus")
        return None

    def _bare(self, at: int) -> Series | None:
        """A / B / C and, where a colon opens it or it opens the text, A, B, C."""
        sign = self._low(at)
        first = self._left(at)
        spans, end = [first] if first else [], at
        while spans and len(spans) < MOST_ITEMS and self._low(end) == sign:
            if not (item := self._right(end + 1)):
                break
            spans.append(item)
            end = item[1]
        if len(spans) < 3 or self._low(end) in AND | OR or self._low(end + 1) in AND | OR:
            return None
        opened = self._low(self._open(spans[0][0]) - 1) in (":", "", "(", "–", "-")
        return self._series(spans, "slash" if sign == "/" else "comma") if sign == "/" or opened else None

    def _right(self, at: int) -> Span | None:
        """The item that begins here."""
        start = self._close(at)
        end = start
        if start < len(self.words) and self.words[start].name:
            end = start + 1
            while step := self._step(end):
                end += step
            return start, end
        while end - start < MOST_WORDS and end < len(self.words) and self.words[end].plain:
            end += 1
        return (start, end) if end > start else None

    def _step(self, at: int) -> int:
        """By how many tokens a name goes on here: another word of it, a number, or one after "of" or a tight slash."""
        if at >= len(self.words):
            return 0
        if self.words[at].name or self.words[at].text.isdigit():
            return 1
        after = at + 1
        while self._low(after) in JOINS_NAMES and after < at + 3:
            after += 1
        joins = self._low(at) in JOINS_NAMES or self._is_tight(at)
        return after + 1 - at if joins and after < len(self.words) and self.words[after].name else 0

    def _is_tight(self, at: int) -> bool:
        """A slash without spaces, alone in its sentence, is part of a name."""
        if self._low(at) != "/" or not 0 < at < len(self.words) - 1 or self._slashes(at) > 1:
            return False
        return self.words[at].start == self.words[at - 1].end and self.words[at].end == self.words[at + 1].start

    def _slashes(self, at: int) -> int:
        return sum(self._low(n) == "/" for n in range(max(0, at - MOST_WORDS), at + MOST_WORDS))

    def _left(self, end: int) -> Span | None:
        """The item that ends before this token."""
        start = end
        if end > 0 and (
            self.words[end - 1].name or (end > 1 and self.words[end - 1].text.isdigit() and self.words[end - 2].name)
        ):
            start -= 1
            while start > 0 and (self.words[start - 1].name or self._goes_back(start - 1)):
                start -= 1
            return start, end
        while start > 0 and end - start < MOST_WORDS and self.words[start - 1].plain:
            start -= 1
        return (start, end) if end > start else None

    def _goes_back(self, at: int) -> bool:
        """Whether a token joins the name after it to one before it."""
        while at > 0 and self._low(at) in JOINS_NAMES:
            at -= 1
        word = self.words[at]
        return (at > 0 and (self._is_tight(at) or word.text.isdigit()) and self.words[at - 1].name) or word.name

    def _apposed(self, left: Span) -> Span | None:
        """A, official this of that, and B: what stands between the commas explains A."""
        comma = next((n for n in range(left[0] - 1, self._begin(left[0]), -1) if self._low(n) == ","), None)
        if comma is None or self.words[comma + 1].name or not any(w.bound for w in self.words[comma + 1 : left[0]]):
            return None
        before = self._left(comma)
        return before if before and self.words[before[0]].name else None

    def _series(self, spans: Sequence[Span], join: str) -> Series | None:
        heads = [self.words[start] for start, _ in spans]
        named = any(word.name for word in heads) and all(word.name or word.text.isdigit() for word in heads)
        fitted = [self._fitted(span, spans, join) for span in spans]
        texts = [self._shown(span) for span in fitted]
        items = tuple(dict.fromkeys(text for text in texts if text))
        if len(items) < 2:
            return None
        return Series(items, join, named, self._open(spans[0][0]), fitted[-1][1])

    def _fitted(self, span: Span, spans: Sequence[Span], join: str) -> Span:
        """Items of one list are of like length: what the first and last have more belongs to the sentence around it.

        The words after the last name of a choice are its own ("SQS or Redis streams"); those after "A and B" are all's.
        """
        start, end = span
        others = max(b - a for a, b in spans if (a, b) != span) if len(spans) > 1 else MOST_WORDS
        if self.words[start].name:
            if span == spans[-1] and join == "or" and self._begins_with(spans):
                while end < len(self.words) and self.words[end].plain and end - span[1] < 2:
                    end += 1
            return start, end
        if any(word.name for word in self.words[start:end]):
            return span
        if span == spans[0] and join in ("and", "or"):
            return max(start, end - others), end
        if span == spans[-1] and join in ("and", "than"):
            own = 2 if self._low(start - 1) in ARTICLES and self._low(end) not in ("", "?") else 1
            return start, min(end, start + max(others, own))
        return span

    def _begins_with(self, spans: Sequence[Span]) -> bool:
        return self._low(self._open(spans[0][0]) - 1) in ("", "use", ":", "between")

    def _shown(self, span: Span) -> str:
        start, end = span
        if start > 1 and self._low(start - 1) in ARTICLES and self.words[start - 1].text[0].isupper():
            start -= 1
        if end - start == 1:
            return (
                self.words[start].text.removesuffix("'s") if self._low(end) not in ("", "?") else self.words[start].text
            )
        return " ".join(self._text[self.words[start].start : self.words[end - 1].end].strip('"“”„«»').split())

    def _low(self, at: int) -> str:
        return self.words[at].low if 0 <= at < len(self.words) else ""

    def _open(self, start: int) -> int:
        """Where an item begins, its articles included."""
        while start > 0 and self._low(start - 1) in ARTICLES:
            start -= 1
        return start

    def _close(self, at: int) -> int:
        """Past the articles in front of an item; a capital makes "The" part of a name."""
        while self._low(at) in ARTICLES and not (self.words[at].text[0].isupper() and at > 0):
            at += 1
        return at + 1 if self._low(at) in ARTICLES and at + 1 < len(self.words) else at

    def _begin(self, at: int) -> int:
        """Of the sentence."""
        while at > 0 and self._low(at - 1) not in STOPS:
            at -= 1
        return at


def series(text: str, words: Sequence[Token]) -> list[Series]:
    """Every list of at least two, in the order of the text."""
    return list(Reader(text, words).all())
