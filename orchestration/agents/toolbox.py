"""The tools of a run: fixed before it reads anything, the ways out closed once it has read what is not public."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from orchestration.context.run_context import FixedTools, RunContext
from orchestration.money.fees import WEB_SEARCH
from orchestration.query_vector import embed_query
from orchestration.tools.clock import Today
from orchestration.tools.documents import Documents
from orchestration.tools.history import PastAnswers
from orchestration.tools.mcp.offers import mcp_tools, offered
from orchestration.tools.tool import AnyTool, Registry, Tool, ToolResult
from orchestration.tools.web.browsing import Fetching, Searching
from orchestration.values.errors import Withheld
from orchestration.values.setbacks import KeptIn

FIXED = "v1/tools"
CLOSED = (
    "This tool is off: the run has read something that is not public, and a request to the outside could reveal it. "
    "Answer from what you have read, and name what you could not look up."
)
KEPT_IN = (
    "Nothing more is looked up outside: the run has read something that is not public, and a query could reveal it."
)


async def fix_tools(ctx: RunContext) -> None:
    """Once a run, as a step: no later version and no replay has a tool that was not there from the beginning."""

    async def look() -> tuple[str, ...]:
        return Registry(_all(ctx)).names

    ctx.tools = FixedTools(offers=await offered(ctx))
    if not (_outward(ctx) or ctx.tools.offers):
        return  # the rest is the same for every run, and a step costs a write
    steps = ctx.journal.steps
    if FIXED not in steps and any(step.operation == "execute_tool" for step in steps.values()):
        names = Registry(_inward(ctx)).names  # it began when nothing led outside
    else:
        names = await ctx.journal.step(FIXED, look, returns=tuple[str, ...], operation="plan")
    ctx.tools = replace(ctx.tools, names=names)


def toolbox(ctx: RunContext) -> Registry:
    fee = ctx.services.search_fee
    everything = Registry(_all(ctx), fees={WEB_SEARCH: fee} if fee else {})
    return everything if ctx.tools.names is None else everything.only(ctx.tools.names)


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
        if not self.ctx.seen.may_go_to(self.server, self.ctx.policy):
            await self.ctx.emit_with_next(KeptIn(KEPT_IN))
            raise Withheld(CLOSED)
        return await self.tool.execute(arguments)


def _all(ctx: RunContext) -> list[AnyTool]:
    asked = [Outward(tool, ctx, tool.offer.server) for tool in mcp_tools(ctx)]
    return [*_inward(ctx), *(Outward(tool, ctx) for tool in _outward(ctx)), *asked]


def _inward(ctx: RunContext) -> list[AnyTool]:
    services = ctx.services
    documents = Documents(services.library, ctx.audience, partial(embed_query, ctx))
    inward: list[AnyTool] = [*documents.tools, *Today(services.clock).tools]
    past = PastAnswers(services.memory, ctx.audience, ctx.run.run_id).tools if services.memory else ()
    return [*inward, *past]


def _outward(ctx: RunContext) -> list[AnyTool]:
    services = ctx.services
    tools: list[AnyTool] = []
    if not ctx.policy.web:
        return tools
    if services.web_search:
        tools.append(Tool(Searching(services.web_search, ctx.policy, services.clock).web_search))
    if services.page_reader and services.pages:
        tools.append(Tool(Fetching(services.page_reader, services.pages, ctx).fetch_page))
    return tools
