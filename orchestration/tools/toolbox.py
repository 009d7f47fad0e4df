"""The tools of a run: fixed before it reads anything, the ways out closed once it has read what is not public."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.context import RunContext
from orchestration.errors import ToolFailed
from orchestration.tools.addresses import addresses_in
from orchestration.tools.clock import Today
from orchestration.tools.documents import Documents
from orchestration.tools.mcp.offers import fix_offers, mcp_tools
from orchestration.tools.tool import AnyTool, Registry, ToolResult

CLOSED = (
    "This tool is off: the run has read what is not public, and what it sends out could give that away. "
    "Answer from what was read, and name what could not be looked up."
)


async def fix_tools(ctx: RunContext) -> None:
    """Once a run, as a step: no later version and no replay has a tool that was not there from the beginning."""

    async def look() -> tuple[str, ...]:
        return Registry(_all(ctx)).names

    ctx.addresses |= _given(ctx)
    await fix_offers(ctx)
    if not (_outward(ctx) or ctx.offers):
        return  # the rest is the same for every run, and a step costs a write
    ctx.tool_names = await ctx.step("v1/tools", look, returns=tuple[str, ...], operation="plan")


def toolbox(ctx: RunContext) -> Registry:
    everything = Registry(_all(ctx))
    return everything if ctx.tool_names is None else everything.only(ctx.tool_names)


@dataclass(frozen=True, slots=True)
class Outward:
    """A tool whose arguments leave the installation."""

    tool: AnyTool
    ctx: RunContext
    server: str | None = None
    """Where its arguments go, if that is one server."""

    @property
    def name(self) -> str:
        return self.tool.name

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.tool.spec

    async def execute(self, arguments: str) -> ToolResult:
        if not self.ctx.may_send_to(self.server):
            raise ToolFailed(CLOSED)
        return await self.tool.execute(arguments)


def _all(ctx: RunContext) -> list[AnyTool]:
    services = ctx.services
    inward: list[AnyTool] = [*Documents(services.library, ctx.audience).tools, *Today(services.clock).tools]
    asked = [Outward(tool, ctx, tool.offer.server) for tool in mcp_tools(ctx)]
    return [*inward, *(Outward(tool, ctx) for tool in _outward(ctx)), *asked]


def _outward(ctx: RunContext) -> list[AnyTool]:
    return []


def _given(ctx: RunContext) -> set[str]:
    """The addresses that people wrote in this thread."""
    question = ctx.run.question
    texts = [question.text, *(turn.question for turn in question.earlier), *(said.text for said in ctx.said)]
    return {address for text in texts for address in addresses_in(text)}
