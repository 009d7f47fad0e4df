"""`threadwork` in processes of its own, without the seconds that importing it takes.

A process that imported everything and did nothing else is forked for each command, which then runs as
`python -W error -m bot` would: its folder, its environment, its arguments, its streams, signals and exit code.
What has to be seen from a cold start (imports, wrong installations) starts Python itself.
"""

import asyncio
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
from io import FileIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
IMPORTED = (
    *("alembic.command", "bot.cli", "bot.commands.following", "bot.bootstrap", "bot.serve", "bot.demo"),
    *("orchestration.llm.openai_compatible", "storage.hybrid"),
)

READY = b"ready"


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Of a user who has set nothing but these."""
    usual = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return usual | dict(settings)


@dataclass
class Command:
    """A command that was started, with pipes to what it says."""

    pid: int
    stdout: FileIO
    stderr: FileIO
    _status: FileIO

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def communicate(self, seconds: float = 60.0) -> tuple[int, str, str]:
        """Exit code, standard output and standard error; a command that did not end by then is killed."""
        streams = (self._status, self.stdout, self.stderr)
        limit = threading.Timer(seconds, self.kill)
        limit.start()
        with ExitStack() as open_, ThreadPoolExecutor(len(streams)) as threads:
            code, out, err = threads.map(FileIO.readall, map(open_.enter_context, streams))
        limit.cancel()
        return int(code), out.decode(), err.decode()

    async def wait(self) -> int:
        """The exit code at its end, as `subprocess` counts it: a signal is negative."""
        self.stdout.close()
        return int(await (await reader(self._status)).read())


async def reader(stream: FileIO) -> asyncio.StreamReader:
    """Closes the stream at its end."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), stream)
    return lines


class WarmStart:
    def __init__(self, place: socket.socket) -> None:
        self._place = place
        self._one_at_a_time = threading.Lock()

    def start(self, *arguments: str, folder: Path, settings: Mapping[str, str]) -> Command:
        given = {"arguments": arguments, "folder": str(folder), "environment": environment(folder, settings)}
        pipes = [os.pipe() for _ in range(3)]
        with self._one_at_a_time, tempfile.NamedTemporaryFile("w", suffix=".json") as request:
            json.dump(given, request)
            request.flush()
            socket.send_fds(self._place, [request.name.encode()], [theirs for _, theirs in pipes])
            pid = int(self._place.recv(32))
        for _, theirs in pipes:
            os.close(theirs)
        out, err, status = (FileIO(ours) for ours, _ in pipes)
        return Command(pid, out, err, status)


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
        request, streams, *_ = socket.recv_fds(place, 4096, 3)
        if not request:
            return
        if os.fork() == 0:
            return watch(place, json.loads(Path(request.decode()).read_bytes()), streams)
        for each in streams:
            os.close(each)


def watch(place: socket.socket, given: dict[str, Any], streams: list[int]) -> None:
    """Starts the command, waits for it and writes its exit code to the last stream."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out, err, status = streams
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(status)
        place.close()
        return become(given, out, err)
    os.close(out)
    os.close(err)
    place.send(str(pid).encode())
    place.close()
    _, ended = os.waitpid(pid, 0)
    os.write(status, str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def become(given: dict[str, Any], out: int, err: int) -> None:
    """Ends as the command does: what it raises or leaves behind is the interpreter's, as ever."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, stream in enumerate((nothing, out, err)):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["environment"])
    sys.path[0] = given["folder"]
    sys.argv[1:] = given["arguments"]
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
