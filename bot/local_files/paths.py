"""Names of files and folders as people type them."""

from pathlib import Path

import typer


def path(text: str) -> Path:
    """An empty name, as of a variable that is not set, would be the working folder with all below it."""
    if not text:
        raise typer.BadParameter("The name is empty. Name a file.")
    return Path(text)
