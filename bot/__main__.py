"""`threadwork`, also as `python -m bot`."""

import codecs
import errno
import io
import os
import sys
from types import TracebackType


def main() -> None:
    sys.excepthook = unexpected
    _accept_every_letter()
    # Not before: an error while loading the commands gets its sentence too.
    from bot.terminal.commands.cli import command_line

    command_line()


def _accept_every_letter() -> None:
    """Where a terminal has no UTF-8, too. A stream that the caller closed takes all and keeps none."""
    codecs.register_error("look-alike", _look_alike)
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="look-alike")


LOOK_ALIKES = {"✓": "+", "✗": "x", "–": "-", "—": "-", "…": "...", "·": ".", "→": ">", "←": "<", "▸": ">"}
"""The marks of `check` and progress; a terminal that lacks other letters shows `?`."""


def _look_alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(LOOK_ALIKES.get(letter, "?") for letter in lacking), error.end


def unexpected(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """A person sees a sentence; `--traceback` in front of the command shows where it happened."""
    if issubclass(kind, KeyboardInterrupt):
        return
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        print(f"There is no space left to write ({error}). Free some up; what was finished is kept.", file=sys.stderr)
        # What could not be written would be tried, and fail, once more at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    print(
        f"Something unexpected happened ({kind.__name__}: {error}). What was finished is kept. "
        "Run it again as `threadwork --traceback …` to see where, and please report it.",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
