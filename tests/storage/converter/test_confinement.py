"""A child that reads a stranger's file can write nothing, start nothing, reach nobody and read only its libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from storage.converter import confinement
{before}
kept = confinement.confine(Path({root!r}) / "storage" / "converter")
try:
    {tried}
except Exception as error:
    print(kept, type(error).__name__)
else:
    print(kept, "done")
"""


def outcome(tried: str, before: str = "") -> str:
    program = PROGRAM.format(root=str(ROOT), tried=tried, before=before)
    ran = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, timeout=60, check=False)
    return ran.stdout.strip() or f"exit {ran.returncode}"


@pytest.mark.parametrize(
    "tried",
    [
        "open('/tmp/left-behind', 'w')",
        "__import__('os').open('/tmp/left-behind', 65)",
        "__import__('os').remove('/tmp')",
        "__import__('subprocess').run(['true'])",
        "__import__('os').system('true')",
        "__import__('os').fork()",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('socket').getaddrinfo('example.org', 80)",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_python_code_is_refused_everywhere(tried: str) -> None:
    assert outcome(tried).split()[1] in ("PermissionError", "URLError")


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_the_kernel_refuses_it_to_any_code_where_it_can(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    read = f"open({str(secret)!r}).read()"
    kept = outcome("__import__('json')").split()[0] == "True"
    if not kept:
        pytest.skip("this kernel has no Landlock")
    assert outcome(read) == "True PermissionError"
    # Not through Python, whose own hook would refuse it: the C library itself.
    into = "import ctypes; c = ctypes.CDLL(None, use_errno=True)"
    assert outcome(f"print(c.open({str(secret)!r}.encode(), 0), ctypes.get_errno())", into).startswith("-1 13")
    address = "bytes([2, 0, 0, 9, 127, 0, 0, 1]) + bytes(8)"
    assert outcome(f"print(c.connect(c.socket(2, 1, 0), {address}, 16), ctypes.get_errno())", into).startswith("-1 13")


def test_libraries_can_still_be_imported_late() -> None:
    assert outcome("'x'.encode('cp1252'); __import__('xml.dom.minidom'); __import__('lxml.html')").endswith("done")


def test_memory_is_watched_where_the_kernel_does_not_keep_the_limit() -> None:
    before = "confinement.watch_memory(60_000_000)"
    assert outcome("x = bytearray(200_000_000); __import__('time').sleep(20)", before) == "exit 77"
