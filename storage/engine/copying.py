"""A SQLite file copied while it is in use, and looked through page by page."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from orchestration.values.errors import OperatorError

PAGES_A_STEP = 1000


class NotWhole(OperatorError):
    """The copy is not whole. Nothing was replaced; keep the database as it is and check the disk."""


def copy(source: Path, target: Path) -> None:
    """Whoever works on the source goes on meanwhile. Raises NotWhole."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        os.chmod(target, source.stat().st_mode & 0o777)
        try:
            old.backup(new, pages=PAGES_A_STEP, sleep=0.001)
            new.execute("PRAGMA journal_mode = DELETE")
            (said,) = new.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            raise NotWhole(f"{source.name} cannot be copied: {error}. Nothing was replaced.") from error
    if said != "ok":
        raise NotWhole(f"The copy is not whole: {said}. Nothing was replaced; check the disk.")
    with open(target, "rb") as file:
        os.fsync(file.fileno())
