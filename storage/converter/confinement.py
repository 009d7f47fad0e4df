"""What a child may use, and what it may not touch, once it begins to read a file that a stranger made.

The kernel's limits hold everywhere; where Linux has Landlock the child can open no file but Python's own libraries and
reach no address, whatever a parser is talked into. Elsewhere Python's audit hook refuses the same to Python code.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from storage.converter.refused import OUT_OF_MEMORY

NICENESS = 5
LOWEST_PRIORITY = 19
PATIENT_CPU_SECONDS = 2.0
"""What takes more is perhaps a bomb, and has the lowest priority from then on. Not from its beginning: on a busy
machine an ordinary page would not be read in time either."""
MOST_OPEN_FILES = 64
_WATCH_SECONDS = 0.05
_DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 1, 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ = 1 << 2 | 1 << 3
"""Files and folders."""
_RIGHTS_OF_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_NEWEST_RIGHTS = (1 << 16) - 1
_NETWORK_SINCE, _CONNECT_AND_BIND = 4, 0b11
_REFUSED = (
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"),
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill"),
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate"),
    *("shutil.rmtree", "webbrowser.open", "urllib.Request"),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def limit(*, cpu_seconds: int, memory_bytes: int, wall_seconds: int) -> None:
    os.nice(NICENESS)
    _die_with_parent()
    # Where the parent is gone and nobody notices.
    signal.alarm(wall_seconds)
    limits: dict[int, int] = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: MOST_OPEN_FILES,
    }
    for name, most in limits.items():
        _, hard = resource.getrlimit(name)
        resource.setrlimit(name, (most, hard if name == resource.RLIMIT_CPU else most))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    else:
        # macOS takes the limit and does not keep it.
        watch_memory(memory_bytes)


def watch_memory(most_bytes: int) -> None:
    unit = 1 if sys.platform == "darwin" else 1024

    def watch() -> NoReturn:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= most_bytes:
            time.sleep(_WATCH_SECONDS)
        os._exit(OUT_OF_MEMORY)

    threading.Thread(target=watch, daemon=True).start()


def confine(ours: Path) -> bool:
    """For good. True where the kernel keeps it, False where Python alone does."""
    kept = sys.platform == "linux" and _landlock({*_libraries(), ours})
    sys.addaudithook(_refuse)
    # A thread that began earlier would not be confined.
    threading.Thread(target=_give_way, daemon=True).start()
    return kept


def _give_way() -> None:
    while time.process_time() < PATIENT_CPU_SECONDS:
        time.sleep(_WATCH_SECONDS)
    # Linux knows the main thread, which does the work, by the process's number.
    os.setpriority(os.PRIO_PROCESS, os.getpid(), LOWEST_PRIORITY)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
        raise PermissionError(f"A file may not do this: {event}")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _libraries() -> Iterable[Path]:
    """What is imported late: codecs, and parts of the parsers."""
    python = {Path(path) for name, path in sysconfig.get_paths().items() if name.endswith(("lib", "stdlib"))}
    return {*python, Path(sys.base_prefix) / "lib", Path("/usr/lib"), Path("/lib"), Path("/lib64")}


def _landlock(readable: Iterable[Path]) -> bool:
    """False where the kernel has none of it."""
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    files = _RIGHTS_OF_ABI.get(version, _NEWEST_RIGHTS)
    network = _CONNECT_AND_BIND if version >= _NETWORK_SINCE else 0
    handled = struct.pack("QQ", files, network)[: 16 if network else 8]
    rules = kernel.syscall(_CREATE_RULESET, handled, len(handled), 0)
    for path in readable:
        if path.exists():
            folder = os.open(path, os.O_PATH)
            kernel.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", _READ, folder), 0)
            os.close(folder)
    kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    kept = bool(kernel.syscall(_RESTRICT_SELF, rules, 0) == 0)
    os.close(rules)
    return kept
