"""`now`: models do not know what day it is."""

import json

from orchestration.ports import Clock
from orchestration.tools.tool import Tool, ToolResult


def clock_tool(clock: Clock) -> Tool:
    async def now() -> ToolResult:
        """The current date and time, UTC."""
        return ToolResult(json.dumps({"now": clock.now().isoformat(timespec="seconds")}))

    return Tool(now)
