"""Processes of our program, without the seconds that importing it takes.

A process that imported everything and did nothing else is forked for each command, which then runs as
`python -W error -m bot` would: its folder, its environment, its arguments, its streams, signals and exit code.
What has to be seen from a cold start (what is imported, a terminal) starts Python itself.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import psutil

ROOT = Path(__file__).parents[2]
IMPORTED = (
    *(
        "alembic.command",
        "bot.terminal.commands.cli",
        "bot.terminal.following",
        "bot.bootstrap",
        "bot.serve",
        "bot.demo",
    ),
    *("orchestration.llm.openai_compatible", "storage.search.hybrid", "storage.runs.journal", "storage.money.ledger"),
)
READY = b"ready"


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Of a user who has set nothing but these."""
    usual = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return usual | dict(settings)


@dataclass
class Command:
    """A process that was started, with pipes to and from it."""

    pid: int
    stdin: BinaryIO
    stdout: BinaryIO
    stderr: BinaryIO
    status: BinaryIO
    """The exit code, as soon as there is one."""

    @property
    def is_alive(self) -> bool:
        return psutil.pid_exists(self.pid)

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def communicate(self, seconds: float = 60.0) -> tuple[int, str, str]:
        """Exit code (negative for a signal) and what is left of both outputs. Is killed if it does not end by then."""
        self.stdin.close()
        streams = (self.status, self.stdout, self.stderr)
        limit = threading.Timer(seconds, self.kill)
        limit.start()
        with ExitStack() as open_, ThreadPoolExecutor(len(streams)) as threads:
            code, out, err = threads.map(lambda stream: stream.read(), map(open_.enter_context, streams))
        limit.cancel()
        return int(code), out.decode(), err.decode()


class WarmStart:
    """Also for several threads at once."""

    def __init__(self, place: socket.socket) -> None:
        self._place = place
        self._one_at_a_time = threading.Lock()

    def threadwork(self, *arguments: str, folder: Path, settings: Mapping[str, str]) -> Command:
        """As `threadwork` with these arguments and settings; its standard input is at its end."""
        command = self._start(["bot", *arguments], folder, environment(folder, settings))
        command.stdin.close()
        return command

    def program(self, text: str, *arguments: str) -> Command:
        """As `python -c text` with these arguments; its standard input stays open."""
        return self._start(["-c", *arguments], Path.cwd(), dict(os.environ), text)

    def _start(self, arguments: list[str], folder: Path, variables: dict[str, str], text: str = "") -> Command:
        given = {"arguments": arguments, "folder": str(folder), "environment": variables, "text": text}
        pipes = [os.pipe() for _ in range(4)]
        pipes[0] = pipes[0][::-1]
        with self._one_at_a_time, tempfile.NamedTemporaryFile("w", suffix=".json") as request:
            json.dump(given, request)
            request.flush()
            socket.send_fds(self._place, [request.name.encode()], [theirs for _, theirs in pipes])
            pid = int(self._place.recv(32))
        for _, theirs in pipes:
            os.close(theirs)
        (stdin, _), *rest = pipes
        return Command(pid, os.fdopen(stdin, "wb", buffering=0), *(os.fdopen(ours, "rb") for ours, _ in rest))


@contextmanager
def warm_start() -> Iterator[WarmStart]:
    ours, theirs = socket.socketpair()
    with ours, tempfile.TemporaryDirectory() as home:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", __file__, str(theirs.fileno())],
                cwd=home,
                env=environment(Path(home), {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        assert ours.recv(16) == READY
        try:
            yield WarmStart(ours)
        finally:
            ours.close()
            process.wait()


def serve(place: socket.socket) -> None:
    """Until the other side closes its end."""
    for name in IMPORTED:
        import_module(name)
    gc.freeze()
    # Ctrl-C is for the tests and their commands, and nobody waits for the processes that watch these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    place.send(READY)
    while True:
        request, streams, *_ = socket.recv_fds(place, 4096, 4)
        if not request:
            return
        if os.fork() == 0:
            return watch(place, json.loads(Path(request.decode()).read_bytes()), streams)
        for each in streams:
            os.close(each)


def watch(place: socket.socket, given: dict[str, Any], streams: list[int]) -> None:
    """Starts the command, waits for it and writes its exit code to the last stream."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *its, status = streams
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(status)
        place.close()
        return become(given, its)
    for each in its:
        os.close(each)
    place.send(str(pid).encode())
    place.close()
    _, ended = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):
        os.write(status, str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def become(given: dict[str, Any], streams: list[int]) -> None:
    """Ends as the command does: what it raises or leaves behind is the interpreter's, as ever."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    # What stood for an absent standard input would go on saying that it is at its end.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    # And what stood for the outputs is remembered as a file with places, which a pipe has not.
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["environment"])
    sys.path[0] = given["folder"]
    sys.argv = given["arguments"]
    if given["text"]:
        exec(compile(given["text"], "<program>", "exec"), {"__name__": "__main__"})
    else:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as place:
        serve(place)
