"""HTML → Markdown with headings, lists and tables, and without formatting, links and pictures: what can be quoted."""

import re
from itertools import takewhile
from typing import Any

from lxml import html
from markdownify import MarkdownConverter

from storage.converter import tables
from storage.converter.arrangement import arrange
from storage.converter.headers import Row

MOST_COLUMNS = 500
_DROPPED = ("a", "b", "strong", "em", "i", "u", "s", "del", "sub", "img", "code", "kbd", "samp")
_GAPS = re.compile(r"\n{3,}")
_REFERENCE = re.compile(r"\[?(\d{1,3}|[*†‡])\]?")
_RAISED = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")


class _Converter(MarkdownConverter):
    def convert_pre(self, el: Any, text: str, parent_tags: Any) -> str:
        """By indentation: a fence would come between the words that a claim quotes, a bare # would be a heading."""
        if "_inline" in parent_tags:
            return f" {text} "
        lines = (f"    {line}".rstrip() for line in text.strip("\n").split("\n"))
        return "\n\n" + "\n".join(lines) + "\n\n" if text.strip() else ""

    def convert_sup(self, el: Any, text: str, parent_tags: Any) -> str:
        """Ten to the sixth is not 106, and the number of a note belongs to no word."""
        words = text.strip()
        if el.find("a") is not None and (note := _REFERENCE.fullmatch(words)):
            return f"[^{note[1]}]"
        raised = words.translate(_RAISED)
        return raised if raised != words and not any(letter.isascii() for letter in raised) else text

    def convert_td(self, el: Any, text: str, parent_tags: Any) -> str:
        # Its row is written by its table, which knows what is merged.
        el.attrs["data-text"] = " ".join(text.split())
        return ""

    convert_th = convert_td

    def convert_tr(self, el: Any, text: str, parent_tags: Any) -> str:
        return ""

    def convert_table(self, el: Any, text: str, parent_tags: Any) -> str:
        rows = el.find_all("tr")
        written = tables.text(_grid(rows), _header_rows(rows)) if rows else ""
        return f"\n\n{text.strip()}\n\n{written}\n\n"


def markdown(page: Any) -> str:
    """Marks of Markdown inside the text stay as they are: a quote has to be found letter for letter."""
    converter = _Converter(
        heading_style="ATX",
        bullets="-",
        strip=list(_DROPPED),
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
    )
    whole = html.Element("div")  # a table may be all that there is, and another has to come after it
    whole.append(page)
    arrange(whole)
    return _GAPS.sub("\n\n", str(converter.convert(html.tostring(whole, encoding="unicode")))).strip()


def _header_rows(rows: list[Any]) -> int | None:
    """None where names are in front of the rows instead."""
    marked = len(list(takewhile(_is_header, rows)))
    in_front = all(_names(row)[:1] == ["th"] for row in rows)
    return None if not marked and in_front and _names(rows[0]).count("th") == 1 else marked


def _is_header(row: Any) -> bool:
    return row.parent.name == "thead" or (bool(_names(row)) and set(_names(row)) == {"th"})


def _names(row: Any) -> list[str]:
    return [cell.name for cell in _cells(row)]


def _cells(row: Any) -> list[Any]:
    return list(row.find_all(["td", "th"], recursive=False))


def _grid(rows: list[Any]) -> list[Row]:
    """What is merged downwards is in each of its rows; to the right of what is merged across is None."""
    lasting: dict[int, tuple[int, str | None]] = {}
    return [_row(_cells(row), lasting) for row in rows]


def _row(cells: list[Any], lasting: dict[int, tuple[int, str | None]]) -> Row:
    row = list[str | None]()
    waiting = iter(cells)
    while len(row) < MOST_COLUMNS:
        if len(row) in lasting:
            left, text = lasting.pop(len(row))
            row.append(text)
            if left > 1:
                lasting[len(row) - 1] = left - 1, text
        elif (cell := next(waiting, None)) is not None:
            text, down, across = cell["data-text"], _span(cell, "rowspan"), _span(cell, "colspan")
            for part in [text, *[None] * (across - 1)]:
                if down > 1:
                    lasting[len(row)] = down - 1, part
                row.append(part)
        elif not any(at > len(row) for at in lasting):
            break
        else:
            row.append("")
    return row


def _span(cell: Any, name: str) -> int:
    stated = str(cell.get(name, "1"))
    return max(1, min(int(stated), MOST_COLUMNS if name == "colspan" else 65_534)) if stated.isdecimal() else 1
