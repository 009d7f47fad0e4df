"""Files → text: plain text here, everything that needs a parser in a child process with limits.

A file comes from a stranger, and 160 KB of it can take 20 s of CPU and 400 MB of memory. So a bomb costs one child,
which has its own limits on CPU, memory, time, pages and output, and ends in one sentence; the event loop only waits.
"""

import asyncio
import hashlib
import json
import logging
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from storage import unreadable
from storage.converter.kinds import PLAIN, Kind, is_packed, text_kind
from storage.converter.refused import OUT_OF_MEMORY, Cause, Refused
from storage.converter.words import words_of
from storage.unreadable import LARGEST_BYTES, LARGEST_TEXT_BYTES, MOST_CHARACTERS, MOST_PAGES, Unreadable

log = logging.getLogger(__name__)

VERSION = 1
"""Raise it where the same file becomes other text: what was converted before is converted again."""
CHILDREN = 2
"""At once; further files wait their turn."""
_ANSWER_HEAD_BYTES = 1_000
_PIECE_BYTES = 65_536
_SUFFIX_CHARACTERS = 10
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from storage.converter.child import main; main()"
_ROOT = Path(__file__).parent.parent
_REASONS: dict[str, type[Unreadable]] = {
    Cause.UNKNOWN: unreadable.UnknownKind,
    Cause.OLD_OFFICE: unreadable.OldOffice,
    Cause.ARCHIVE: unreadable.Packed,
    Cause.PROTECTED: unreadable.Protected,
    Cause.NO_TEXT: unreadable.NoText,
    Cause.DAMAGED: unreadable.Damaged,
    Cause.UNPACKS: unreadable.Unpacks,
    Cause.ENTITIES: unreadable.Entities,
    Cause.PAGES: unreadable.TooManyPages,
    Cause.LONG: unreadable.TooLong,
    Cause.CPU: unreadable.TooSlow,
    Cause.MEMORY: unreadable.TooHungry,
    Cause.SECONDS: unreadable.TooSlow,
    Cause.BROKE_OFF: unreadable.BrokeOff,
}
_ENDED_BY = {
    -signal.SIGXCPU: Cause.CPU,
    -signal.SIGKILL: Cause.CPU,
    # What a reader written in C++ does where it gets no memory.
    -signal.SIGABRT: Cause.MEMORY,
    -signal.SIGALRM: Cause.SECONDS,
    OUT_OF_MEMORY: Cause.MEMORY,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one child."""

    cpu_seconds: int = 20
    wall_seconds: int = 90
    memory_bytes: int = 512_000_000
    most_pages: int = MOST_PAGES
    most_characters: int = MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Converted:
    text: str
    kind: Kind


class Conversion:
    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(CHILDREN)

    async def convert(self, data: bytes, name: str) -> Converted:
        """Raises Unreadable. Cancelling it kills the child. `name` only tells CSV and Markdown from other text."""
        if not data.strip():
            raise unreadable.Empty
        if len(data) > LARGEST_BYTES:
            raise unreadable.TooLarge
        suffix = PurePath(name).suffix.lower()[:_SUFFIX_CHARACTERS]
        try:
            if (plain := await asyncio.to_thread(_plain, data, suffix)) is not None:
                return plain
        except Refused as refused:
            raise _REASONS[refused.cause] from None
        async with self._places:
            return await self._by_child(data, suffix)

    async def _by_child(self, data: bytes, suffix: str) -> Converted:
        asked = json.dumps({**asdict(self._limits), "suffix": suffix})
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _START, str(_ROOT), asked),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                answer = await self._talk(child, data)
                code = await child.wait()
        except TimeoutError:
            raise unreadable.TooSlow from None
        finally:
            await _ended(child)
        return _read(answer, code)

    async def _talk(self, child: asyncio.subprocess.Process, data: bytes) -> bytes:
        """The first bytes of what it says, as many as an answer may have."""
        feeding = asyncio.create_task(_feed(child, data))
        most = self._limits.most_characters * 4 + _ANSWER_HEAD_BYTES
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


def file_hash(data: bytes, name: str) -> str:
    """Of what a text was made from: the same file, read by the same version as the same kind of text."""
    made_from = f"{VERSION} {PurePath(name).suffix.lower()}\n".encode("utf-8", "replace")
    return hashlib.sha256(made_from + data).hexdigest()


def _plain(data: bytes, suffix: str) -> Converted | None:
    """None where it takes a parser."""
    if is_packed(data):
        return None
    text = words_of(data)
    kind = text_kind(text, suffix)
    if kind not in PLAIN:
        return None
    if len(data) > LARGEST_TEXT_BYTES:
        raise Refused(Cause.LONG)
    if not text.strip():
        raise unreadable.Empty
    return Converted(text, kind)


async def _feed(child: asyncio.subprocess.Process, data: bytes) -> None:
    assert child.stdin is not None
    try:
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


def _read(answer: bytes, code: int) -> Converted:
    head, _, text = answer.partition(b"\n")
    if code != 0 or not head:
        cause = _ENDED_BY.get(code, Cause.BROKE_OFF)
        log.info("a child that converted a file ended with %s", code)
        raise _REASONS[cause]
    said = json.loads(head)
    if "cause" in said:
        if "error" in said:
            log.warning("a file could not be converted: %s", said["error"])
        raise _REASONS[said["cause"]]
    return Converted(text.decode("utf-8", "replace"), Kind(said["kind"]))
