"""Where a table or a picture goes: to the file of `--output`, else to standard output."""

import sys
from pathlib import Path

from bot.terminal import terminal
from orchestration.values.errors import AskerError


def refuse_picture(form: str, output: Path | None, example: str) -> None:
    """Raises AskerError for a picture that would land on a terminal; before any work, or it would be lost."""
    if form == "png" and output is None and sys.stdout.isatty():
        raise AskerError(f"A picture cannot be shown in a terminal. Name a file: --output {example}")


def write(content: bytes, output: Path | None) -> None:
    """Raises AskerError where the file cannot be written."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise AskerError(f"{output} cannot be written ({error.strerror}). Name another file with --output.") from None
    terminal.mention(f"Written to {output}.")
