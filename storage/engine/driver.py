"""Who drives runs on a file: one process, by a lock that the operating system drops with the process."""

import asyncio
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from orchestration.values.errors import OperatorError
from storage.engine.database import AlreadyDriven

GRACE_SECONDS = 0.5  # `is_driven` in another process may hold the lock for a moment


class DriverLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __enter__(self) -> "DriverLock":
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(self._path, error) from error
        deadline = time.monotonic() + GRACE_SECONDS
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyDriven
            time.sleep(0.02)
        os.utime(descriptor)
        self._descriptor = descriptor
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    async def lost(self) -> None:
        """Never: it goes with the process."""
        await asyncio.Event().wait()


def lock_of(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


def driven_since(database: Path) -> float | None:
    """When the process that drives runs on it began, in seconds of Unix time; None where none does."""
    path = lock_of(database)
    return path.stat().st_mtime if is_locked(path) else None


def is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _unusable(path: Path, error: OSError) -> OperatorError:
    what = f"{path.name}, the lock file next to the database, cannot be used: {error.strerror}"
    return OperatorError(
        f"{what}. Give this user write access to the database's folder, or name another one in DATABASE_URL."
    )


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
