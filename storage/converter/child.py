"""One file from standard input → a line of JSON and its text on standard output, within limits. See `children`.

The first line of the input is JSON too: the limits, and what is said of the file.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from storage.converter import confinement
from storage.converter.found import Found
from storage.converter.kinds import Kind, kind_of
from storage.converter.limits import Given, Limits
from storage.converter.readable import readable
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of

Convert = Callable[[bytes], Found]


def main() -> None:
    told: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    limits, given = Limits(**told["limits"]), Given(**told["given"])
    confinement.limit(
        cpu_seconds=limits.cpu_seconds, memory_bytes=limits.memory_bytes, wall_seconds=limits.wall_seconds
    )
    answer = _own_output()  # while it may still be opened
    try:
        said, text = _converted(sys.stdin.buffer.read(), limits, given)
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
    """What a library prints must not get into the answer."""
    answer, nowhere = os.fdopen(os.dup(1), "wb"), os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answer


def _converted(data: bytes, limits: Limits, given: Given) -> tuple[dict[str, Any], str]:
    kind = kind_of(data, given)
    convert = _CONVERTERS[kind](limits, given)
    confinement.confine(Path(__file__).parent)
    found = convert(data)
    parts, was_cut = _within(found, limits)
    text = readable("\n\n".join(parts), kind).strip()
    if not text:
        raise Refused(Cause.NO_TEXT)
    about = {"title": found.title, "date": found.date, "links": list(found.links), "left_out": list(found.left_out)}
    return {"kind": kind, "cut": was_cut, **about}, text + "\n"


def _within(found: Found, limits: Limits) -> tuple[list[str], bool]:
    parts, room = list[str](), limits.most_characters
    for part in found.parts:
        if len(part) + 2 > room:
            if not limits.cut:
                raise Refused(Cause.LONG)
            return [*parts, part[:room]], True
        room -= len(part) + 2
        parts.append(part)
    return parts, False


def _pdf(limits: Limits, given: Given) -> Convert:
    from storage.converter import pdf

    return lambda data: pdf.read(data, limits)


def _word(limits: Limits, given: Given) -> Convert:
    from storage.converter import word

    return word.read


def _slides(limits: Limits, given: Given) -> Convert:
    from storage.converter import slides

    return lambda data: slides.read(data, limits.most_pages)


def _sheets(limits: Limits, given: Given) -> Convert:
    from storage.converter import sheets

    return lambda data: sheets.read(data, limits.most_pages)


def _comma_separated(limits: Limits, given: Given) -> Convert:
    from storage.converter import comma_separated

    return lambda data: Found(comma_separated.text(words_of(data, given.charset)))


def _web_page(limits: Limits, given: Given) -> Convert:
    from storage.converter import web_page

    return lambda data: web_page.read(data, given)


def _feed(limits: Limits, given: Given) -> Convert:
    from storage.converter import feed

    return lambda data: feed.read(data, given.charset)


def _plain(limits: Limits, given: Given) -> Convert:
    return lambda data: Found([words_of(data, given.charset)])


_CONVERTERS = {
    Kind.MARKDOWN: _plain,
    Kind.TEXT: _plain,
    Kind.CSV: _comma_separated,
    Kind.HTML: _web_page,
    Kind.XML: _feed,
    Kind.PDF: _pdf,
    Kind.WORD: _word,
    Kind.POWERPOINT: _slides,
    Kind.EXCEL: _sheets,
}
"""Kind → what imports its parser, given limits and what is said of the file, and returns what reads its bytes."""
