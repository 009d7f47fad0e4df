"""The tools of servers in one run: looked up once, as a step, before anything is read."""

from orchestration.context.run_context import RunContext
from orchestration.tools.mcp.tool import McpTool
from orchestration.values.offers import OfferedTool, Offers
from orchestration.values.setbacks import Announced


async def offered(ctx: RunContext) -> tuple[OfferedTool, ...]:
    """A replay and a later version see the tools as they were described now, whatever their servers say by then."""
    servers = ctx.services.tool_servers
    # What the servers know is the team's own.
    if servers is None or not ctx.policy.mcp_servers or ctx.audience.strangers:
        return ()

    async def look() -> Offers:
        return await servers.usable(ctx.policy.mcp_servers)

    offers = await ctx.journal.step("v1/offers", look, returns=Offers, operation="plan")
    for name, sentence in offers.troubles.items():
        await ctx.emit_with_next(Announced(sentence, f"mcp/{name}"))
    return offers.tools


def mcp_tools(ctx: RunContext) -> list[McpTool]:
    """Those whose server the channel's policy still names."""
    servers, pages = ctx.services.tool_servers, ctx.services.pages
    if servers is None or pages is None:
        return []
    named = ctx.policy.mcp_servers
    return [McpTool(offer, servers, pages, ctx.audience) for offer in ctx.tools.offers if offer.server in named]
