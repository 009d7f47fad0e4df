"""One process drives runs on a file."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.values.errors import OperatorError
from storage.engine.database import AlreadyDriven, Database
from storage.engine.driver import DriverLock, is_locked

HOLD = "import sys, time; from pathlib import Path; from storage.engine.driver import DriverLock\n"
HOLD += "with DriverLock(Path(sys.argv[1])): print('driving', flush=True); time.sleep(60)"


async def test_a_second_driver_is_refused_with_a_sentence(db: Database) -> None:
    async with db.drive():
        with pytest.raises(AlreadyDriven, match="already drives runs"):
            async with db.drive():
                pass


async def test_a_driver_that_ended_leaves_the_file_free(db: Database) -> None:
    assert not await db.is_driven()
    async with db.drive():
        assert await db.is_driven()
    assert not await db.is_driven()
    async with db.drive():
        assert await db.is_driven()


def test_looking_never_takes_the_lock_from_a_driver_that_starts(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with DriverLock(path):
        pass
    assert [is_locked(path) for _ in range(3)] == [False] * 3
    with DriverLock(path):
        assert is_locked(path)


def test_a_folder_that_takes_no_lock_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "notes.db.lock"
    with pytest.raises(OperatorError, match=r"^notes\.db\.lock, the lock .+: Not a directory\. Give this user"):
        DriverLock(path).__enter__()
    with pytest.raises(OperatorError, match=r"^notes\.db\.lock, the lock"):
        is_locked(path)


@pytest.mark.crash
def test_a_killed_driver_leaves_the_file_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "driving\n"
        assert is_locked(path)
        process.kill()
    with DriverLock(path):
        assert is_locked(path)
