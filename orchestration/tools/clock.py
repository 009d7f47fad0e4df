"""`now`: models do not know what day it is."""

import json

from orchestration.tools.tool import Tool, ToolResult
from orchestration.values.ports import Clock


class Today:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def tools(self) -> tuple[Tool]:
        return (Tool(self.now),)

    async def now(self) -> ToolResult:
        """The current date and time, UTC."""
        return ToolResult(json.dumps({"now": self._clock.now().isoformat(timespec="seconds")}))
