"""Where a table or a picture goes: to the file of `--output`, else to standard output."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.terminal import terminal
from orchestration.values.errors import AskerError


@dataclass(frozen=True, slots=True)
class Shown:
    """How a run is shown: while it works, and when it has stopped."""

    as_json: bool = False
    quiet: bool = False
    output: Path | None = None


def check_output(output: Path | None) -> None:
    """Raises AskerError before any work whose result could not be kept."""
    if output is None:
        return
    if output.suffix.lower() not in (".md", ".html"):
        raise AskerError(f"{output}: an answer is written as Markdown or HTML. Name a file that ends in .md or .html.")
    if not output.parent.is_dir():
        raise AskerError(f"{output}: there is no folder {output.parent}. Make it first, or name another file.")


def exported(run: Mapping[str, Any], output: Path) -> None:
    from bot.outgoing.export import as_html, as_markdown

    text = as_html(run) if output.suffix.lower() == ".html" else as_markdown(run)
    write(text.encode(), output)


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
