"""PowerPoint: a heading for each slide, with its title; below it texts, tables, numbers of charts, and notes."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml.etree import LxmlError
from pptx import Presentation
from pptx.exc import PackageNotFoundError

from storage.converter.equations import latex
from storage.converter.found import Found
from storage.converter.headers import Row
from storage.converter.left_out import PICTURES, counted, left_out
from storage.converter.refused import Cause, Refused
from storage.converter.tables import sheet

DEEPEST_GROUP = 20
_LEFT_OUT = {
    "comment": (r"ppt/comments/[^/]*\.xml", "{*}cm"),
    "diagram": (r"ppt/diagrams/data[^/]*\.xml", "{*}dataModel"),
    "picture": (r"ppt/slides/slide[^/]*\.xml", PICTURES),
}


def read(data: bytes, most_slides: int) -> Found:
    try:
        slides = list(Presentation(io.BytesIO(data)).slides)
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile, PackageNotFoundError, LxmlError):
        raise Refused(Cause.DAMAGED) from None
    if len(slides) > most_slides:
        raise Refused(Cause.PAGES)
    hidden = sum(_is_hidden(slide) for slide in slides)
    others = [counted(hidden, "hidden slide")] if hidden else []
    return Found(_text(slides), left_out=[*others, *left_out(data, _LEFT_OUT)])


def _is_hidden(slide: Any) -> bool:
    """What nobody sees in the show is not quoted from it."""
    return bool(slide.element.get("show") == "0")


def _text(slides: list[Any]) -> Iterator[str]:
    words = False
    for number, slide in enumerate(slides, start=1):
        if _is_hidden(slide):
            continue
        title, parts = _title(slide), [part for part in _parts(slide) if part]
        words = words or bool(title or parts)
        yield "\n\n".join((f"## Slide {number}{f': {title}' if title else ''}", *parts))
    if not words:
        raise Refused(Cause.NO_TEXT)


def _title(slide: Any) -> str:
    shape = slide.shapes.title
    return " ".join(shape.text_frame.text.split()) if shape is not None and shape.has_text_frame else ""


def _parts(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    for shape in _shapes(slide.shapes, DEEPEST_GROUP):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_text_frame:
            yield _lines(shape.text_frame)
        elif getattr(shape, "has_table", False):
            yield from sheet(_rows(shape.table), level=3)
        elif getattr(shape, "has_chart", False):
            yield from _chart(shape.chart)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None and frame.text.strip():
        yield f"### Notes\n\n{_lines(frame)}"


def _rows(table: Any) -> Iterator[Row]:
    """A merged cell is in each of its rows; across, it goes on."""
    grid = [list(row.cells) for row in table.rows]
    rows: list[list[str | None]] = [[cell.text for cell in row] for row in grid]
    for down, row in enumerate(grid):
        for across, cell in enumerate(row):
            if cell.is_merge_origin:
                whole = [cell.text, *[None] * (cell.span_width - 1)]
                for part in rows[down : down + cell.span_height]:
                    part[across : across + cell.span_width] = whole
    yield from rows


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    for shape in shapes:
        if not hasattr(shape, "shapes"):
            yield shape
        elif depth:
            yield from _shapes(shape.shapes, depth - 1)


def _lines(frame: Any) -> str:
    paragraphs = ((p.level, " ".join(_words(p).split())) for p in frame.paragraphs)
    said = [(level, words) for level, words in paragraphs if words]
    if len(said) == 1:
        return said[0][1]
    return "\n".join(f"{'  ' * level}- {words}" for level, words in said)


def _words(paragraph: Any) -> str:
    """Its text, with its equations in their places."""
    equations = list(paragraph._p.iter("{*}oMath"))
    if not equations:
        return str(paragraph.text)
    inside = {math: latex(math) for math in equations}
    return "".join(
        inside.get(part, "") or (part.text or "")
        for part in paragraph._p.iter("{*}t", "{*}oMath")
        if part in inside or not any(math in inside for math in part.iterancestors("{*}oMath"))
    )


def _chart(chart: Any) -> Iterator[str]:
    try:
        series = [one for plot in chart.plots for one in plot.series]
        categories = [str(category) for category in chart.plots[0].categories]
        columns = [[number(value) for value in one.values] for one in series]
    # A chart of a kind that the library does not know is a picture to us.
    except (IndexError, KeyError, ValueError, AttributeError, NotImplementedError):
        return
    header = ["", *(one.name for one in series)]
    rows = ([category, *cells] for category, *cells in zip(categories, *columns, strict=False))
    yield from sheet([header, *rows], level=3)


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"
