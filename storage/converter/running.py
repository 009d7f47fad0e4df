"""Lines of printed pages that are no part of the text: running heads, page numbers, tables of contents."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

EDGE = 3
"""Lines at a page's top and bottom, in the order in which its program wrote them."""
NEAR = 4
FEWEST = 3
"""Pages near each other that have the same line at an edge."""
_NUMBERED = (
    re.compile(r"^\W*(\d{1,4})(?=\W*$|\s+\D)\W*"),
    re.compile(r"(?:^|\s)(?:\w{1,6}\.? )?\W*(\d{1,4})(?:\s*(?:of|von|de|sur|/)\s*\d{1,4})?[\s|–—-]*$"),
)
_ENDS = (".", "!", "?", ":", ";", ",")
NOWHERE = -1_000_000
_ROMAN = re.compile(r"[ivxlcdm]{1,7}", re.IGNORECASE)
_ENTRY = re.compile(r"^.*\S[ .·_…\t](?P<pages>(?:\d{1,4}, ?)*\d{1,4}|[ivxlc]{1,7})\s*$")
_LEADER = re.compile(r"(?:[.·_] ?){4}|(?:… ?){2}")
_NUMBER = re.compile(r"\d+")
FEWEST_ENTRIES = 3
LONGEST_LINE = 300
"""Of print; what is longer is no head and no entry."""

Page = Sequence[str]


def printed(pages: Sequence[Page]) -> list[Page]:
    """The lines of each page that are its text."""
    shift, is_everywhere = _shift(pages)
    keys = [set(filter(None, map(_without(at + shift), _edges(page)))) for at, page in enumerate(pages)]
    inside = [Counter(line.strip() for line in page[EDGE:-EDGE]) for page in pages]
    kept = list[Page]()
    for at, page in enumerate(pages):
        window = slice(max(0, at - NEAR), at + NEAR + 1)
        near = Counter(key for others in keys[window] for key in others)
        # What is said again and again on a page is at its edge by chance.
        near.subtract(sum(inside[window], Counter[str]()))
        kept.append(_within(page, _Edge(_without(at + shift), near, is_everywhere)))
    numbered = [(at, line) for at, page in enumerate(kept) for line in page]
    dropped = _contents([line for _, line in numbered], len(pages) + max(shift, 0))
    found: list[list[str]] = [[] for _ in pages]
    for at, (page_at, line) in enumerate(numbered):
        if at not in dropped:
            found[page_at].append(line)
    # Where nothing else is there it is no edge of anything.
    return list(found if any(found) else pages)


@dataclass(frozen=True, slots=True)
class _Edge:
    """What is known of the lines at the edges of one page."""

    without_number: Callable[[str], str]
    near: Counter[str]
    is_numbered: bool

    def __contains__(self, line: str) -> bool:
        rest = self.without_number(line)
        if self.near[rest] >= FEWEST:
            return True
        has_number = rest != line.strip()
        is_roman = self.is_numbered and _ROMAN.fullmatch(line.strip())
        return bool((has_number and (self.is_numbered or not rest)) or is_roman)


def _within(page: Page, edge: _Edge) -> Page:
    lines = list(page)
    for end in (0, -1):
        for _ in range(EDGE):
            if lines and lines[end] in edge:
                lines.pop(end)
    return lines


def without_contents(text: str) -> str:
    lines = text.split("\n")
    dropped = _contents(lines, 0)
    return "\n".join(line for at, line in enumerate(lines) if at not in dropped) if dropped else text


def _contents(lines: Sequence[str], last_page: int) -> set[int]:
    """A list of where things are says nothing about them.

    That is three entries or more in a row, at least one with a leader. Their pages go up; in an index they need not, so
    there they are none that the document lacks.
    """
    dropped = set[int]()
    for run in _runs([_entry(line, last_page) for line in lines]):
        if any(_LEADER.search(lines[at]) for at in run):
            dropped.update(run)
    return dropped


def _entry(line: str, last_page: int) -> int | None:
    """The page that it names; 0 where any may come before it and after it."""
    found = _ENTRY.match(line) if len(line) <= LONGEST_LINE else None
    if not found:
        return None
    first, *others = [int(number) for number in _NUMBER.findall(found["pages"])] or [0]
    if not last_page:
        return None if others else first
    return 0 if _LEADER.search(line) and max(first, *others, 0) <= last_page else (None if others else first)


def _runs(pages: Sequence[int | None]) -> Iterator[list[int]]:
    run, last = list[int](), 0
    for at, page in enumerate([*pages, None, None]):
        if page is not None and (page >= last or not page):
            run.append(at)
            last = page or last
        elif page is not None or at - (run[-1] if run else at) > 1:
            if len(run) >= FEWEST_ENTRIES:
                yield run
            run, last = ([at], page) if page is not None else ([], 0)


def _edges(page: Page) -> Page:
    return [*page[:EDGE], *page[-EDGE:]]


def _shift(pages: Sequence[Page]) -> tuple[int, bool]:
    """By how much a page's printed number differs from its place, and whether most pages have one at an edge."""
    found = Counter[int]()
    for at, page in enumerate(pages):
        found.update({int(number) - at for line in _edges(page) for number in _numbers(line)})
    shift, many = found.most_common(1)[0] if found else (0, 0)
    if many < max(FEWEST, len(pages) // 3):
        return NOWHERE, False
    return shift, 2 * many > len(pages)


def _numbers(line: str) -> list[str]:
    """Those that may be a page's, at either end of a line that is no sentence."""
    if len(line) > LONGEST_LINE or line.rstrip().endswith(_ENDS):
        return []
    return [found[1] for pattern in _NUMBERED if (found := pattern.search(line))]


def _without(number: int) -> Callable[[str], str]:
    """A line without the number of its page."""

    def rest(line: str) -> str:
        if str(number) in _numbers(line):
            for pattern in _NUMBERED:
                if (found := pattern.search(line)) and found[1] == str(number):
                    return pattern.sub("", line).strip()
        return line.strip()

    return rest
