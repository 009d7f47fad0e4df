"""`threadwork`, also as `python -m bot`."""

import sys
from types import TracebackType


def main() -> None:
    sys.excepthook = unexpected
    # Not before: an error while loading the commands gets its sentence too.
    from bot.cli import command_line

    command_line()


def unexpected(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """A person sees a sentence; `--traceback` in front of the command shows where it happened."""
    if issubclass(kind, KeyboardInterrupt):
        return
    print(
        f"Something unexpected happened ({kind.__name__}: {error}). What was finished is kept. "
        "Run it once more as `threadwork --traceback …` to see where, and please report it.",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
