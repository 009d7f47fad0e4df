"""The tools of a run: fixed before it reads anything, the ways out closed once it has read what is not public."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.context import RunContext
from orchestration.errors import ToolFailed
from orchestration.tools.addresses import addresses_in
from orchestration.tools.clock import Today
from orchestration.tools.documents import Documents
from orchestration.tools.history import PastAnswers
from orchestration.tools.tool import AnyTool, Registry, ToolResult

CLOSED = (
    "This tool is off: the run has read documents that are not public, and what it sends out could give them away. "
    "Answer from what was read, and name what could not be looked up."
)


async def fix_tools(ctx: RunContext) -> None:
    """Once a run, as a step: no later version and no replay has a tool that was not there from the beginning."""

    async def look() -> tuple[str, ...]:
        return Registry(_all(ctx)).names

    ctx.addresses |= _given(ctx)
    if not _outward(ctx):
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

    @property
    def name(self) -> str:
        return self.tool.name

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.tool.spec

    async def execute(self, arguments: str) -> ToolResult:
        if self.ctx.read_private and not self.ctx.policy.outward_after_private:
            raise ToolFailed(CLOSED)
        return await self.tool.execute(arguments)


def _all(ctx: RunContext) -> list[AnyTool]:
    services = ctx.services
    inward: list[AnyTool] = [*Documents(services.library, ctx.audience).tools, *Today(services.clock).tools]
    inward += PastAnswers(services.memory, ctx.audience).tools if services.memory else ()
    return [*inward, *(Outward(tool, ctx) for tool in _outward(ctx))]


def _outward(ctx: RunContext) -> list[AnyTool]:
    return []


def _given(ctx: RunContext) -> set[str]:
    """The addresses that people wrote in this thread."""
    question = ctx.run.question
    texts = [question.text, *(turn.question for turn in question.earlier), *(said.text for said in ctx.said)]
    return {address for text in texts for address in addresses_in(text)}
