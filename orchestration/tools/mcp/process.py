"""A stdio server: its process, its process group and the messages over its pipes.

Not the client's own stdio transport, for three reasons: that one passes on more of the environment than was
declared, buffers a line of any length, and leaves the group alone where its leader ends by itself.
"""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from orchestration.tools.mcp.server import McpServer
from orchestration.values.text import clean

log = logging.getLogger(__name__)

MESSAGE_BYTES = 4_000_000
"""A longer message ends the connection: nothing a model could read is that long."""
NO_MESSAGES = 1_000
"""So many lines in a row that are none end the connection: such a server logs into its own answers without an end."""
LOGGED_LINES = 50
LOGGED_LETTERS = 500
"""Of a server's standard error, for each start of it."""
LEAVING_SECONDS = 0.8
"""After its input is closed, and once more after SIGTERM; then its whole group is killed."""
LOOK_SECONDS = 0.02

Message = SessionMessage | Exception
Streams = tuple[MemoryObjectReceiveStream[Message], MemoryObjectSendStream[SessionMessage]]


@asynccontextmanager
async def started(server: McpServer, ended: Callable[[], None]) -> AsyncIterator[Streams]:
    """Raises OSError where it cannot be started. `ended` is called when it says no more; no member of its process
    group outlives the context."""
    process = await asyncio.create_subprocess_exec(
        *server.command,
        env=dict(server.environment),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=MESSAGE_BYTES,
    )
    arriving, read = anyio.create_memory_object_stream[Message](0)
    write, leaving = anyio.create_memory_object_stream[SessionMessage](0)
    pumps = [
        asyncio.create_task(_hear(server, process, arriving, ended)),
        asyncio.create_task(_say(process, leaving)),
        asyncio.create_task(_log(server, process)),
    ]
    try:
        yield read, write
    finally:
        await asyncio.shield(asyncio.create_task(_stop(process, pumps)))
        for stream in (arriving, read, write, leaving):
            stream.close()


async def _hear(
    server: McpServer,
    process: asyncio.subprocess.Process,
    arriving: MemoryObjectSendStream[Message],
    ended: Callable[[], None],
) -> None:
    assert process.stdout
    left = NO_MESSAGES
    try:
        while left and (line := await process.stdout.readline()):
            try:
                message = jsonrpc_message_adapter.validate_json(line, by_name=False)
            except ValueError:
                left -= 1  # a greeting on the wrong channel is no message, and no reason to hang up
                continue
            left = NO_MESSAGES
            await arriving.send(SessionMessage(message))
        if not left:
            log.warning("an MCP server writes what is no message", extra={"server": server.name})
    except ValueError:
        log.warning("an MCP server sent a message that is too long", extra={"server": server.name})
    except (anyio.ClosedResourceError, anyio.BrokenResourceError, OSError):
        pass
    finally:
        arriving.close()
        ended()


async def _say(process: asyncio.subprocess.Process, leaving: MemoryObjectReceiveStream[SessionMessage]) -> None:
    assert process.stdin
    with suppress(OSError, anyio.ClosedResourceError):
        async for sent in leaving:
            text = sent.message.model_dump_json(by_alias=True, exclude_unset=True)
            process.stdin.write(f"{text}\n".encode())
            await process.stdin.drain()


async def _log(server: McpServer, process: asyncio.subprocess.Process) -> None:
    """All of it is read, for a full pipe would stop the server; only so much is logged."""
    assert process.stderr
    left = LOGGED_LINES
    while piece := await process.stderr.read(65_536):
        for line in piece.decode(errors="replace").splitlines():
            if left and line.strip():
                left -= 1
                said = clean(server.redacted(line))[:LOGGED_LETTERS]
                log.info("an MCP server wrote to its standard error", extra={"server": server.name, "line": said})


async def _stop(process: asyncio.subprocess.Process, pumps: list[asyncio.Task[None]]) -> None:
    assert process.stdin
    try:
        process.stdin.close()
        if not await _gone(process):
            _signal(process, signal.SIGTERM)
            await _gone(process)
    finally:
        # Also after an orderly end: what it started may still be there.
        _signal(process, signal.SIGKILL)
    await _gone(process)
    for pump in pumps:
        pump.cancel()
    await asyncio.gather(*pumps, return_exceptions=True)
    # Nothing public closes the pipes that a member of another group may still hold open.
    process._transport.close()  # type: ignore[attr-defined]


async def _gone(process: asyncio.subprocess.Process) -> bool:
    """Not `wait()`, which also waits for the pipes, and a grandchild can hold those open."""
    for _ in range(int(LEAVING_SECONDS / LOOK_SECONDS)):
        if process.returncode is not None:
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
