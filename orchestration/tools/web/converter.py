"""Runs `readable.py` in a child process: what a page makes its parser do costs one child and one clear sentence."""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import ToolFailed

PROGRAM = Path(__file__).with_name("readable.py")
SECONDS = 10.0
"""By the clock; of the processor's time a child has less, by a limit of its own."""
CHILDREN = 2
UNREADABLE = "The page was fetched, but its text could not be taken out. Try another page."


@dataclass(frozen=True, slots=True)
class Received:
    kind: str
    """`html`, `xml` or `text`."""
    url: str
    charset: str | None
    body: bytes


class Converter:
    """At most `CHILDREN` at a time; each knows no environment and no file that is open here."""

    def __init__(self, program: Path = PROGRAM, *, seconds: float = SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._free = asyncio.Semaphore(CHILDREN)

    async def text_of(self, received: Received) -> Mapping[str, Any]:
        """`text`, `title`, `date`, `links`. Raises ToolFailed where the child dies, says nothing or takes too long."""
        asked = json.dumps({"kind": received.kind, "url": received.url, "charset": received.charset})
        async with self._free:
            said = await self._run(asked.encode() + b"\n" + received.body)
        try:
            found = json.loads(said)
        except ValueError:
            raise ToolFailed(UNREADABLE) from None
        if not isinstance(found, dict):
            raise ToolFailed(UNREADABLE)
        return found

    async def _run(self, told: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-X", "utf8", str(self._program)),
            stdin=pipe,
            stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._seconds):
                said, _ = await child.communicate(told)
        except TimeoutError:
            raise ToolFailed(UNREADABLE) from None
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        return said
