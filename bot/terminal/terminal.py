"""What reaches the terminal: results on standard output, everything else on standard error."""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from orchestration.values.text import clean

_REVERSING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


class _Pipeable(Console):
    """Leaves a pipe whose reader has enough to `session.finish`, for which that is no failure."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console(*, width: int | None = None) -> Console:
    """Standard output. Nothing that comes from outside is read as rich's markup."""
    return _Pipeable(markup=False, emoji=False, highlight=False, soft_wrap=not sys.stdout.isatty(), width=width)


def error_console() -> Console:
    return Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=not sys.stderr.isatty())


def say(text: str = "") -> None:
    console().print(inert(text))


def complain(sentence: str) -> None:
    error_console().print(inert(sentence), style="red")


def mention(sentence: str) -> None:
    """Progress and hints."""
    error_console().print(inert(sentence), style="dim")


async def typed(question: str) -> str:
    """A line from the terminal; Ctrl-C ends the wait, which a thread that reads would not notice."""
    error_console().print(inert(question), end="")
    loop, there = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin, there.set)
    try:
        await there.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()


def print_json(document: Any) -> None:
    every_letter = "utf" in (sys.stdout.encoding or "").lower()
    print(json.dumps(document, indent=2, ensure_ascii=not every_letter))


def markdown(text: str) -> None:
    """Rendered for a person, verbatim for a pipe."""
    if sys.stdout.isatty():
        from rich.markdown import Markdown  # its parser takes as long to import as all else here

        console().print(Markdown(inert(text), hyperlinks=False))
    else:
        print(inert(text))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """`right` names the columns of numbers."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        # The first is what a row is called by: it stays whole on a narrow terminal, to be copied.
        side: Literal["left", "right"] = "right" if column in right else "left"
        grid.add_column(column, justify=side, overflow="fold", no_wrap=number == 0)
    for row in rows:
        grid.add_row(*map(inert, row))
    if sys.stdout.isatty():
        console().print(grid)
        return
    # A pipe has no width; a table cut to 80 columns would lose what it is read for.
    wide = console(width=10_000)
    with wide.capture() as drawn:
        wide.print(grid)
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def inert(text: str) -> str:
    """Text of models, documents and people without what steers a terminal (escape sequences, carriage returns).

    Nor what reverses it: with a mark of direction in a title, a row of a table reads as another.
    """
    kept = (letter for letter in clean(text) if letter in "\n\t" or letter.isprintable() or ord(letter) >= 0xA0)
    return "".join(letter for letter in kept if letter not in _REVERSING)
