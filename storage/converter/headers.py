"""Which row of a table names its columns: what is above it is a title, and below a blank row another may begin."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice, zip_longest

LOOKED_AT = 30
"""Rows, to find out how wide a table is."""

Row = Sequence[str | None]
"""None is where the cell to its left goes on, as merged cells do. One that is merged downwards is in each row."""
_Numbered = tuple[int, Row]
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Table:
    banners: Sequence[str]
    """What is above the names, line by line."""
    header: Sequence[str]
    rows: Iterable[_Numbered]


def tables(rows: Iterable[Row]) -> Iterator[Table]:
    """Each has to be read to its end before the next one."""
    blocks = _blocks(enumerate(rows, start=1))
    found = next(blocks, None)
    while found:
        head, rest = found
        table, found = named(head, 0), None

        def following(first: Iterable[_Numbered], header: Sequence[str]) -> Iterator[_Numbered]:
            nonlocal found
            yield from first
            for head, rest in blocks:
                if _begins_another(head, header):
                    found = head, rest
                    return
                yield from chain(head, rest)

        yield Table(table.banners, table.header, following(chain(table.rows, rest), table.header))


def named(rows: Sequence[_Numbered], header_rows: int | None) -> Table:
    """`header_rows` is how many of the first are marked as names; None where no row is one."""
    only = [row for _, row in rows]
    width = max((len(row) for row in only), default=0)
    if header_rows is None:
        return Table((), [""] * width, rows)
    marked = only[:header_rows]
    banners = [row for row in marked if len(_filled(row)) == 1] if width > 1 else []
    if len(banners) == len(marked):
        at = _header_at(only)
        banners, below = only[:at], at + 1
        while below < len(only) and _goes_on(only[below - 1], only[below]):
            below += 1
        marked = only[at:below]
    else:
        below = header_rows
        marked = [row for row in marked if row not in banners]
    return Table([" ".join(_filled(row)) for row in banners if any(row)], _joined(marked), rows[below:])


def _blocks(rows: Iterable[_Numbered]) -> Iterator[tuple[list[_Numbered], Iterator[_Numbered]]]:
    """What blank rows set apart: its first rows, and the others. A lone cell belongs to what comes after it."""
    held = list[_Numbered]()
    for is_filled, group in groupby(rows, lambda row: any(row[1])):
        if is_filled:
            block = iter(group)
            head = [*held, *islice(block, LOOKED_AT)]
            held = head if len(head) < LOOKED_AT and all(len(_filled(row)) < 2 for _, row in head) else []
            if not held:
                yield head, block
    if held:
        yield held, iter(())


def _begins_another(head: Sequence[_Numbered], header: Sequence[str]) -> bool:
    """Names without a digit above values with one."""
    rows = [row for _, row in head]
    at = _header_at(rows)
    names, values = _filled(rows[at]), [value for row in rows[at + 1 : at + 2] for value in _filled(row)]
    told_apart = _without_digits([names]) and not _without_digits([values])
    return len(names) > 1 and told_apart and not set(names) <= set(header)


def _header_at(rows: Sequence[Row]) -> int:
    """The first row that is about as wide as most are; a corner may be empty, and names may be missing."""
    widths = Counter(len(row) for row in rows[:LOOKED_AT] if row)
    width = max(widths, key=lambda width: (widths[width], width), default=0)
    wide = [at for at, row in enumerate(rows[:LOOKED_AT]) if _reaches(row, width)]
    # Notes may be as wide; but names have no gaps, and values below them.
    names = next((at for at in wide if all(rows[at]) and len(rows[at]) == width), None)
    if names and _without_digits(rows[: names + 1]) and not _without_digits(rows[names + 1 : names + 2]):
        return names
    return wide[0] if wide else next((at for at, row in enumerate(rows) if len(_filled(row)) > 1), 0)


def _reaches(row: Row, width: int) -> bool:
    corner = bool(row) and row[0] == ""
    covered = corner + sum(cell != "" for cell in row)
    reaches = 3 * covered > 2 * width or (len(row) >= width and 2 * covered > width)
    return reaches and corner + len(_filled(row)) >= min(width, 2)


def _without_digits(rows: Sequence[Row]) -> bool:
    return not any(_DIGIT.search(cell) for row in rows for cell in _filled(row))


def _goes_on(header: Row, row: Row) -> bool:
    """Whether a row names the parts of what is merged above it, and nothing else."""
    goes_on = [cell is None for cell in header]
    merged = [here or after for here, after in zip(goes_on, [*goes_on[1:], False], strict=True)]
    parts = [cell for cell, is_part in zip_longest(row, merged, fillvalue="") if is_part]
    others = [cell for cell, is_part in zip_longest(row, merged, fillvalue="") if not is_part]
    if not parts or not any(parts):
        return False
    return not any(others) or set(others) <= {*header, ""} if others else _without_digits([parts])


def _joined(rows: Sequence[Row]) -> Sequence[str]:
    """One name for each column, of all the rows that name it."""
    width = max((len(row) for row in rows), default=0)
    names = [dict[str, None]() for _ in range(width)]
    for row in rows:
        last = ""
        for at in range(width):
            cell = row[at] if at < len(row) else ""
            last = last if cell is None and len(_filled(row)) > 1 else cell or ""
            names[at][last] = None
    return [" ".join(part for part in parts if part) for parts in names]


def _filled(row: Row) -> list[str]:
    return [cell for cell in row if cell]
