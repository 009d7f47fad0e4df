"""The one connection to a server: opened when it is needed, owned by a task of its own, never waited for too long.

The client's cancel scopes belong to the task that opened them, so one task opens and closes it; calls are tasks too,
so that a call which does not heed its cancellation is left alone and nobody waits for it.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from mcp import Client, MCPError
from mcp.client import Transport
from mcp_types import (
    CONNECTION_CLOSED,
    CallToolRequest,
    CallToolRequestParams,
    CallToolResult,
    Implementation,
)

from orchestration.tools.mcp.answering import cut, text_of
from orchestration.tools.mcp.offering import ListedTool
from orchestration.tools.mcp.process import started
from orchestration.tools.mcp.schema import visible
from orchestration.tools.mcp.server import McpServer
from orchestration.tools.mcp.web import reached
from orchestration.values.offers import ServerSaid

log = logging.getLogger(__name__)

T = TypeVar("T")

CONNECT_SECONDS = 60.0
"""What a start may take: some are fetched from a registry first. Who waits for it gives up long before."""
LIST_SECONDS = 10.0
CLOSE_SECONDS = 3.0
"""For an orderly end; then its task is cancelled, and has the same time once more."""
PAGES = 20
"""Of a list of tools; a server that always has another one is not read to its end."""


class Unavailable(Exception):
    """The server is not there, hangs, or is not one; its text is a clause about it. Another try may go better."""


class NotReady(Unavailable):
    """It is still starting, which may end well by itself."""


class Connection:
    def __init__(self, server: McpServer) -> None:
        self._server = server
        self._owners: set[asyncio.Task[None]] = set()
        """The task of the connection, and those of earlier ones that are still ending."""
        self._opening: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[Client] | None = None
        self._begun = 0.0
        self._over = asyncio.Event()
        self._over.set()

    async def tools(self, patience: float) -> list[ListedTool]:
        """What it lists now; `patience` is for a start. Raises Unavailable."""
        client = await self._client(patience)
        return await self._answered(_listed(client), LIST_SECONDS)

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Raises Unavailable, and ServerSaid where the server says that the call failed."""
        seconds = self._server.timeout_seconds
        client = await self._client(seconds)
        params = CallToolRequestParams(name=tool, arguments=dict(arguments))
        # Not `call_tool`, which checks the result against the server's own schema, pattern by pattern, in this process.
        request = client.session.send_request(CallToolRequest(params=params), CallToolResult)
        result = await self._answered(request, seconds)
        text = self._server.redacted(text_of(result))
        if result.is_error:
            raise ServerSaid(f"{self._server.name} says that the call failed: {text or 'it does not say why'}")
        return text

    async def close(self) -> None:
        """Its process and all of its group are gone afterwards; a later call starts it again."""
        self._over.set()
        if self._opening and self._ready and not self._ready.done():
            self._opening.cancel()
        await self._ended()
        for owner in self._owners:
            owner.cancel()
        await self._ended()
        if self._owners:
            log.error("an MCP connection does not end", extra={"server": self._server.name})

    async def _ended(self) -> None:
        if self._owners:
            await asyncio.wait(self._owners, timeout=CLOSE_SECONDS)

    async def _client(self, patience: float) -> Client:
        if self._over.is_set() or self._ready is None:
            loop = asyncio.get_running_loop()
            self._over, self._begun, self._ready = asyncio.Event(), loop.time(), loop.create_future()
            self._ready.add_done_callback(_retrieved)
            owner = asyncio.create_task(self._own(self._ready, self._over), name=f"mcp {self._server.name}")
            self._opening = owner
            self._owners.add(owner)
            owner.add_done_callback(self._owners.discard)
        # Counted from its start: of many runs that find it starting, only the first waits.
        left = self._begun + patience - asyncio.get_running_loop().time()
        await asyncio.wait({self._ready}, timeout=max(left, 0))
        if not self._ready.done():
            raise NotReady(f"was not ready within {patience:g} s")
        return self._ready.result()

    async def _own(self, ready: asyncio.Future[Client], over: asyncio.Event) -> None:
        trouble = f"was not ready within {CONNECT_SECONDS:g} s"
        try:
            async with asyncio.timeout(CONNECT_SECONDS) as limit:
                async with Client(self._transport(over), cache=None, client_info=_ME) as client:
                    limit.reschedule(None)
                    ready.set_result(client)
                    await over.wait()
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            trouble = "was stopped before it was ready"
            raise
        except Exception as error:
            trouble = self._trouble(error)
            if ready.done():  # else whoever waits for it says so
                log.warning("an MCP server failed", extra={"server": self._server.name, "trouble": trouble})
        finally:
            over.set()
            if not ready.done():
                ready.set_exception(Unavailable(trouble))

    def _transport(self, over: asyncio.Event) -> Transport:
        return started(self._server, over.set) if self._server.command else reached(self._server)

    async def _answered(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        task = asyncio.create_task(work)
        task.add_done_callback(_retrieved)
        try:
            await asyncio.wait({task}, timeout=seconds)
        finally:
            task.cancel()
        if not task.done():
            raise Unavailable(f"did not answer within {seconds:g} s")
        try:
            return task.result()
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                raise Unavailable("ended in the middle of a call") from None
            raise ServerSaid(f"{self._server.name} refused the call: {self._said(error)}") from None
        except Exception as error:
            raise Unavailable(self._trouble(error)) from None

    def _trouble(self, error: BaseException) -> str:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, FileNotFoundError):
            return f"cannot be started: there is no program {self._server.command[0]!r}"
        if isinstance(error, MCPError) and error.code == CONNECTION_CLOSED:
            return "ended before it was ready"
        return f"failed ({type(error).__name__}: {self._said(error)})"

    def _said(self, error: BaseException) -> str:
        return cut(self._server.redacted(visible(str(error)))[:300])


_ME = Implementation(name="threadwork", version="1")


async def _listed(client: Client) -> list[ListedTool]:
    found: list[ListedTool] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = await client.list_tools(cursor=cursor)
        for tool in page.tools:
            only_reads = tool.annotations is not None and tool.annotations.read_only_hint is True
            found.append(ListedTool(tool.name, tool.description or "", tool.input_schema, only_reads))
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def _retrieved(done: "asyncio.Future[Any]") -> None:
    """A failure that nobody waits for any more is no failure of the program."""
    if not done.cancelled():
        done.exception()
