"""The one parser of what a question lists: things compared, chosen between, or asked about alike.

It goes from one joining word to the next and looks a bounded way to both sides, so that no text makes it slow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orchestration.rules.items import Items, Span
from orchestration.rules.tokens import AND, ASKING, BE, DO, OR, STOPS, VERSUS, Token
from orchestration.rules.words import vocabulary, wordset

MOST_ITEMS = 12
LONGEST_OPTION = 8
"""Words of an option between a comma and the question mark."""
LONGEST_OPTIONS = 40
PREPOSITIONS = vocabulary("before_second")
_AGAINST = wordset("to with against from zu mit con à avec von")
_SETS = wordset("up compare compares differ differs opposed")
_SETTING = _AGAINST | wordset("against gegen compared compare compara vergleiche")
_THAN = wordset("than als que")
_OPENS = wordset(", : – -")


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


def series(text: str, words: Sequence[Token]) -> list[Series]:
    """Every list of at least two, in the order of the text."""
    return list(_all(Items(text, words)))


def _all(items: Items) -> Iterator[Series]:
    at = 0
    while at < len(items.words):
        found = _at(items, at)
        if found:
            yield found
        at = max(found.last if found else 0, at + 1)


def _at(items: Items, at: int) -> Series | None:
    low = items.low(at)
    if low in _OPENS and (found := _options(items, at)):
        return found
    if low in AND:
        return _both(items, at) or _joined(items, at, "and")
    if low in OR:
        return _joined(items, at, "or")
    if low in VERSUS:
        return _joined(items, at, "versus")
    if low in _THAN or low in ("as", "before", "after", "from"):
        return _than(items, at) or _set_against(items, at)
    if low in ("/", ","):
        return _bare(items, at)
    return _set_against(items, at)


def _joined(items: Items, at: int, join: str) -> Series | None:
    """What stands around an "and", an "or" or a "versus", and before it after commas."""
    left = items.left(at - 1 if items.low(at - 1) in (",", "(") else at)
    right = items.right(at + 1 + items.repeated(at + 1, left[0])) if left else None
    if not left or not right:
        return None
    # "our Dublin office vs our Lisbon office"
    right = (right[0], right[1] + (items.word(left[1] - 1).plain and items.low(right[1]) == items.low(left[1] - 1)))
    spans = [*_earlier(items, left), left, right]
    again = {"and": AND, "or": OR, "versus": VERSUS}[join]
    while len(spans) < MOST_ITEMS:
        end = spans[-1][1]
        end += items.low(end) == "," and items.low(end + 1) in AND | OR
        if not (items.low(end) in again or items.low(end - 1) == ",") or not (more := items.right(end + 1)):
            break
        spans.append(more)
    return _series(items, spans, join)


def _earlier(items: Items, first: Span) -> list[Span]:
    """The items before commas."""
    found: list[Span] = []
    start = _opens_at(items, first)
    while len(found) < MOST_ITEMS and (items.low(start - 1) in (",", "/") or items.low(start - 1) in VERSUS):
        item = items.left(start - 1)
        if not item:
            break
        found.insert(0, item)
        start = _opens_at(items, item)
    return found


def _opens_at(items: Items, span: Span) -> int:
    """Its articles included, and a preposition that each item has: "at A, at B and at C"."""
    start = items.open(span[0])
    return start - (items.low(start - 1) in PREPOSITIONS and items.low(start - 2) == ",")


def _options(items: Items, at: int) -> Series | None:
    """What stands between the comma and the question mark of "which was first, A or B?", whole as it is written."""
    before = items.before(at)
    if len(before) < 2 or not any(word.low in ASKING for word in before):
        return None
    ends = (n for n in range(at + 1, min(at + LONGEST_OPTIONS, len(items.words))) if items.low(n) in STOPS)
    end = next(ends, 0)
    cuts = [n for n in range(at + 1, end) if items.low(n) in OR or items.low(n) == ","]
    if items.low(end) != "?" or not any(items.low(n) in OR for n in cuts):
        return None
    spans = [(items.close(a + 1), b) for a, b in pairwise([at, *cuts, end]) if b - a > 1]
    whole = all(items.is_title(span) and span[1] - span[0] <= LONGEST_OPTION for span in spans)
    short = all(b - a <= 3 and all(word.plain for word in items.words[a:b]) for a, b in spans)
    if len(spans) < 2 or not (whole or (short and any(word.better for word in before))):
        return None
    first = items.left(at)
    listed = first and items.low(at) == "," and items.low(first[0] - 1) in PREPOSITIONS
    return None if listed and {b - a for a, b in [first or (0, 0), *spans]} == {1} else _series(items, spans, "or")


def _both(items: Items, at: int) -> Series | None:
    """What stands between "are" and "both" around an "and", whole as it is written."""
    end = next((n for n in range(at + 2, at + 2 + LONGEST_OPTION) if items.low(n) == "both"), 0)
    start = items.begins[at]
    start += items.low(start) in BE | DO
    if not end or at - start > LONGEST_OPTION or any(word.low in {",", *AND} for word in items.words[start:at]):
        return None
    spans = [(items.close(start), at), (items.close(at + 1), end)]
    return _series(items, spans, "and") if all(map(items.is_title, spans)) else None


def _than(items: Items, at: int) -> Series | None:
    """A is more so than B, as much as B, or was before B: of what stands before, the first name or the subject."""
    before, low = items.before(at), items.low(at)
    begin = items.begins[at]
    asks = items.low(begin) in BE | DO
    near = before[-6:]
    if low in _THAN:
        degrees = any(word.better or word.low.endswith("er") for word in near) or any(
            w.low == "different" for w in near
        )
    else:
        degrees = asks and (low in ("before", "after") or any(w.low in ("as", "same", "different") for w in near))
    start = items.close(at + 1)
    right = items.right(start + (items.low(start) in PREPOSITIONS)) if degrees else None
    if not right or items.word(right[0]).text.isdigit():
        return None
    places = (n for n in range(begin, at) if items.word(n).name and not items.is_nationality(n))
    left = items.right(next(places, begin + 1 if asks else at))
    if not left or left[1] > at or items.named(left) != items.named(right):
        return None
    end = left[1] if items.named(left) else min(left[1], left[0] + right[1] - right[0])
    return _series(items, [(left[0], end), right], "than")


def _set_against(items: Items, at: int) -> Series | None:
    """A compared with B; how does A compare to B; compare A to B; A against B."""
    low = items.low(at)
    if low not in _SETTING:
        return None
    left, right = None, items.right(at + 1)
    if low in _AGAINST and items.low(at - 1) in _SETS:
        begin = items.begins[at]
        subject = next((n + 1 for n in range(begin, at) if items.low(n) in DO), at)
        left = items.right(next((n for n in range(begin, at) if items.word(n).name), subject))
        left = left if left and left[1] < at and (items.named(left) or left[1] - left[0] < 3) else None
    elif low in ("against", "gegen") and (left := items.left(at)) and left[0] != items.begins[at]:
        left = None
    elif low == "compared" and items.low(at + 1) in _AGAINST:
        left, right = items.left(at), items.right(at + 2)
    elif low in ("compare", "compara", "vergleiche") and right and items.low(right[1]) in _AGAINST:
        left, right = right if items.low(at + 1) != "notes" else None, items.right(right[1] + 1)
    elif low == "compare":
        return _phrases(items, at)
    return _series(items, [left, right], "versus") if left and right else None


def _phrases(items: Items, at: int) -> Series | None:
    """Compare fixtures in pytest with fixtures in Django; compare what we promise with what they do."""
    end = next(
        (n for n in range(at + 1, min(at + LONGEST_OPTIONS, len(items.words))) if items.low(n) in STOPS),
        len(items.words),
    )
    cut = next((n for n in range(at + 2, end - 1) if items.low(n) in ("with", "to", "against")), 0)
    if not cut or any(items.low(n) in {",", ":", *AND, *OR} for n in range(at + 1, end)):
        return None
    first, second = at + 1, cut + 1
    while first < cut - 1 and second < end - 1 and items.low(first) == items.low(second):
        first, second = first + 1, second + 1
    spans = [(items.close(first), cut), (items.close(second), end)]
    return _series(items, spans, "versus") if max(b - a for a, b in spans) <= LONGEST_OPTION else None


def _bare(items: Items, at: int) -> Series | None:
    """A / B / C and, where a colon opens it or it opens the text, A, B, C."""
    sign, item = items.low(at), items.left(at)
    spans: list[Span] = []
    while item and len(spans) < MOST_ITEMS:
        spans.append(item)
        item = items.right(item[1] + 1) if items.low(item[1]) == sign else None
    if len(spans) < 3 or {items.low(spans[-1][1]), items.low(spans[-1][1] + 1)} & (AND | OR):
        return None
    opened = items.low(items.open(spans[0][0]) - 1) in (":", "", "(", "–", "-")
    return _series(items, spans, "slash" if sign == "/" else "comma") if sign == "/" or opened else None


def _series(items: Items, spans: Sequence[Span], join: str) -> Series | None:
    heads = [items.words[start] for start, _ in spans]
    named = any(word.name for word in heads) and all(word.name or not word.low.islower() for word in heads)
    fitted = [items.fitted(span, spans, join) for span in spans]
    names = tuple(dict.fromkeys(filter(None, map(items.shown, fitted))))
    return Series(names, join, named, items.open(spans[0][0]), fitted[-1][1]) if len(names) > 1 else None
