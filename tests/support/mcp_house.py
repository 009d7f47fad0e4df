"""Servers of the test program, declared as an operator would, over a database of their own."""

import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from bot.clock import SystemClock
from orchestration.tools.mcp.server import McpServer
from orchestration.tools.mcp.servers import McpServers
from storage.engine.database import Database
from storage.library.pins import Pins

PROGRAM = Path(__file__).parent / "mcp_server.py"


def declared(*options: str, **changes: object) -> McpServer:
    given: dict[str, object] = {
        "name": "notes",
        "command": (sys.executable, str(PROGRAM), *options),
        "environment": {"PATH": os.environ["PATH"], "HOME": "/tmp", "LANG": "C.UTF-8"},
        "timeout_seconds": 20.0,
    }
    return McpServer(**{**given, **changes})  # type: ignore[arg-type]


class House:
    """Servers that are closed at the end, whatever happened to them."""

    def __init__(self, database: Database, stack: AsyncExitStack) -> None:
        self.clock = SystemClock()
        self.database = database
        self.pins = Pins(database, self.clock)
        self._stack = stack

    def of(self, *servers: McpServer) -> McpServers:
        opened = McpServers(servers, self.pins, self.clock)
        self._stack.push_async_callback(opened.close)
        return opened

    async def approve(self, servers: McpServers, name: str = "notes") -> None:
        await self.pins.approve((await servers.look(name, 60)).offers, "operator")
