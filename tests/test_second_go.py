"""A run that gives failed tests a second go ends with a list of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
FLAKY = """
from pathlib import Path
import os
import pytest

def first_time(name):
    try:
        (Path(__file__).parent / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

@pytest.fixture
def shaky():
    assert not first_time("fixture"), "the ground moved"

def test_fails_at_first():
    assert not first_time("test"), "too slow this time"

def test_its_fixture_fails_at_first(shaky):
    pass

def test_its_process_dies_at_first():
    if first_time("process"):
        os._exit(1)

def test_fails_twice():
    raise ValueError("always")

def test_passes():
    pass
"""


def end_of_run(folder: Path, *arguments: str) -> list[str]:
    """What a real run with this project's conftest.py says under its last heading, without the line of counts."""
    shutil.copy(TESTS / "conftest.py", folder)
    (folder / "test_flaky.py").write_text(FLAKY)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", folder, "-o", f"pythonpath={TESTS / 'support'}", *arguments],
        **{"cwd": folder, "env": environment, "capture_output": True, "text": True, "check": False},
    )
    lines = ran.stdout.splitlines()
    headings = [number for number, line in enumerate(lines) if line.startswith("===")]
    return [lines[headings[-2]].strip("= "), *lines[headings[-2] + 1 : headings[-1]]]


def test_the_run_ends_with_what_needed_a_second_go_and_why(tmp_path: Path) -> None:
    said = end_of_run(tmp_path, "--reruns", "1", "-n", "2", "--dist", "worksteal")
    assert [
        "second go",
        "4 needed a second go. A test that is listed here twice has a fault.",
        "test_flaky.py::test_fails_at_first (then passed): AssertionError: too slow this time",
        "test_flaky.py::test_fails_twice (failed again): ValueError: always",
        "test_flaky.py::test_its_fixture_fails_at_first (then passed): AssertionError: the ground moved",
    ] == said[:-1]
    assert said[-1].startswith("test_flaky.py::test_its_process_dies_at_first (then passed): worker 'gw")


def test_a_run_in_which_nothing_needed_one_says_so(tmp_path: Path) -> None:
    assert ["second go", "No test needed a second go."] == end_of_run(tmp_path, "--reruns", "1", "-k", "passes")


def test_a_run_without_a_second_go_does_not_speak_of_it(tmp_path: Path) -> None:
    assert "second go" not in end_of_run(tmp_path, "-k", "passes or fails")
