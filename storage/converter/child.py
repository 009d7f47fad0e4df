"""One file from standard input → a line of JSON and its text on standard output, within limits. See `conversion`."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from storage.converter import confinement
from storage.converter.kinds import Kind, kind_of
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of

Text = Iterable[str]


def main() -> None:
    asked: dict[str, Any] = json.loads(sys.argv[1])
    confinement.limit(
        cpu_seconds=asked["cpu_seconds"], memory_bytes=asked["memory_bytes"], wall_seconds=asked["wall_seconds"]
    )
    answer = _own_output()  # while it may still be opened
    try:
        said, text = _converted(sys.stdin.buffer.read(), asked)
    except Refused as refused:
        said, text = {"cause": refused.cause}, ""
    except MemoryError:
        said, text = {"cause": Cause.MEMORY}, ""
    # Whatever a parser stumbles over is the file's fault until somebody shows otherwise; the parent logs its name.
    except Exception as error:
        said, text = {"cause": Cause.DAMAGED, "error": type(error).__name__}, ""
    with answer:
        answer.write(json.dumps(said).encode() + b"\n" + text.encode("utf-8", "replace"))


def _own_output() -> BinaryIO:
    """What a library prints must not stand in the answer."""
    answer, nowhere = os.fdopen(os.dup(1), "wb"), os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answer


def _converted(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], str]:
    kind = kind_of(data, asked["suffix"])
    convert = _CONVERTERS[kind](asked["most_pages"])
    confinement.confine(Path(__file__).parent)
    parts, size = list[str](), 0
    for part in convert(data):
        size += len(part) + 2
        if size > asked["most_characters"]:
            raise Refused(Cause.LONG)
        parts.append(part)
    text = "\n\n".join(parts).strip()
    if not text:
        raise Refused(Cause.NO_TEXT)
    return {"kind": kind}, text + "\n"


def _pdf(most: int) -> Callable[[bytes], Text]:
    from storage.converter import pdf

    return lambda data: pdf.text(data, most)


def _word(most: int) -> Callable[[bytes], Text]:
    from storage.converter import tables, word

    return lambda data: [tables.cut(word.text(data))]


def _slides(most: int) -> Callable[[bytes], Text]:
    from storage.converter import slides

    return lambda data: slides.text(data, most)


def _sheets(most: int) -> Callable[[bytes], Text]:
    from storage.converter import sheets

    return lambda data: sheets.text(data, most)


def _comma_separated(most: int) -> Callable[[bytes], Text]:
    from storage.converter import comma_separated

    return lambda data: comma_separated.text(words_of(data))


def _web_page(most: int) -> Callable[[bytes], Text]:
    from storage.converter import tables, web_page

    return lambda data: [tables.cut(web_page.text(data))]


def _plain(most: int) -> Callable[[bytes], Text]:
    return lambda data: [words_of(data)]


_CONVERTERS = {
    Kind.MARKDOWN: _plain,
    Kind.TEXT: _plain,
    Kind.CSV: _comma_separated,
    Kind.HTML: _web_page,
    Kind.PDF: _pdf,
    Kind.WORD: _word,
    Kind.POWERPOINT: _slides,
    Kind.EXCEL: _sheets,
}
"""Kind → what imports its parser, given the most pages, and returns what turns bytes into parts of text."""
