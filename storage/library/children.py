"""Files that need a parser are read in child processes with limits, a few at once.

A file comes from a stranger, and 160 KB of it can take 20 s of CPU and 400 MB of memory. So a bomb costs one child,
which has its own limits on CPU, memory, time, pages and output, and ends in one sentence; the event loop only waits.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from storage.converter.kinds import Kind
from storage.converter.limits import Given, Limits
from storage.converter.refused import OUT_OF_MEMORY, Cause
from storage.library import unreadable

log = logging.getLogger(__name__)

CHILDREN = 2
"""At once; further files wait their turn."""
_HEAD_BYTES = 2_000_000
"""Links of a page are most of it."""
_PIECE_BYTES = 65_536
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from storage.converter.child import main; main()"
_ROOT = Path(__file__).parents[2]
_ABOUT = ("cut", "title", "date", "links", "left_out")
_ENDED_BY = {
    -signal.SIGXCPU: Cause.CPU,
    -signal.SIGKILL: Cause.CPU,
    # What a reader written in C++ does where it gets no memory.
    -signal.SIGABRT: Cause.MEMORY,
    -signal.SIGALRM: Cause.SECONDS,
    OUT_OF_MEMORY: Cause.MEMORY,
}


@dataclass(frozen=True, slots=True)
class Answer:
    kind: Kind
    text: str
    cut: bool
    """The text is longer, and its beginning is what is here."""
    title: str
    date: str
    links: Sequence[str]
    left_out: Sequence[str]


class Children:
    """One for each purpose of a process: what it waits for is its own files alone."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(CHILDREN)

    async def read(self, data: bytes, given: Given) -> Answer:
        """Raises Unreadable. Cancelling it kills the child."""
        async with self._places:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-c", _START, str(_ROOT)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
                # No session of its own: Linux shares time between sessions first, whatever the priorities (autogroup).
                process_group=0,
            )
            try:
                async with asyncio.timeout(self._limits.wall_seconds):
                    answer = await self._talk(child, data, given)
                    code = await child.wait()
            except TimeoutError:
                raise unreadable.TooSlow from None
            finally:
                await _ended(child)
            return _read(answer, code)

    async def _talk(self, child: asyncio.subprocess.Process, data: bytes, given: Given) -> bytes:
        """The first bytes of what it says, as many as an answer may have."""
        told = json.dumps({"limits": asdict(self._limits), "given": asdict(given)}).encode()
        feeding = asyncio.create_task(_feed(child, told + b"\n", data))
        most = self._limits.most_characters * 4 + _HEAD_BYTES
        answer = bytearray()
        try:
            assert child.stdout is not None
            while piece := await child.stdout.read(_PIECE_BYTES):
                answer += piece
                if len(answer) > most:
                    raise unreadable.TooLong
        finally:
            feeding.cancel()
        return bytes(answer)


async def _feed(child: asyncio.subprocess.Process, told: bytes, data: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(told)
        child.stdin.write(data)
        await child.stdin.drain()
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        # It ended before it had read everything; its answer or its exit code says why.
        return


async def _ended(child: asyncio.subprocess.Process) -> None:
    """With whatever it may have started."""
    if child.returncode is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("the child %s had ended", child.pid)
    # Its pipe is closed once all of it is read.
    while child.stdout is not None and await child.stdout.read(_PIECE_BYTES):
        continue
    await child.wait()


def _read(answer: bytes, code: int) -> Answer:
    head, _, text = answer.partition(b"\n")
    if code != 0 or not head:
        log.info("a child that read a file ended with %s", code)
        raise unreadable.BY_CAUSE[_ENDED_BY.get(code, Cause.BROKE_OFF)]
    said = json.loads(head)
    if "cause" in said:
        if "error" in said:
            log.warning("a file could not be read: %s", said["error"])
        raise unreadable.BY_CAUSE[said["cause"]]
    kind, about = Kind(said["kind"]), {name: said[name] for name in _ABOUT}
    return Answer(kind, text.decode("utf-8", "replace"), **about)
