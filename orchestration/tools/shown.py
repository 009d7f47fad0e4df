"""What a run knows by what its tools have shown: sources, addresses, and whether any of it is private."""

from orchestration.context.run_context import RunContext, adapter
from orchestration.money.fees import WEB_SEARCH
from orchestration.tools.tool import ToolResult


def remember(ctx: RunContext, result: ToolResult) -> None:
    ctx.sources_read.update(result.source_ids)
    ctx.addresses.update(result.addresses)
    ctx.remember_private(result.origin, private=result.private)
    ctx.withheld |= result.withheld
    ctx.searched_web |= result.tool == WEB_SEARCH and not result.failed


def remember_all(ctx: RunContext) -> None:
    """Of every version: a draft carries over what an earlier one found, and what it could not look up."""
    for step in ctx.steps.values():
        if step.operation == "execute_tool":
            remember(ctx, adapter(ToolResult).validate_json(step.result))
