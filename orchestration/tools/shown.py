"""What a run knows by what its tools have shown: sources, addresses, and whether any of it is private."""

from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.money.fees import WEB_SEARCH
from orchestration.tools.tool import ToolResult


def remember(ctx: RunContext, result: ToolResult) -> None:
    ctx.seen.sources.update(result.source_ids)
    ctx.seen.addresses.update(result.addresses)
    ctx.seen.note_private(result.origin, private=result.private)
    ctx.seen.withheld |= result.withheld
    ctx.seen.searched_web |= result.tool == WEB_SEARCH and not result.failed


def remember_all(ctx: RunContext) -> None:
    """Of every version: a draft carries over what an earlier one found, and what it could not look up."""
    for step in ctx.journal.steps.values():
        if step.operation == "execute_tool":
            remember(ctx, adapter(ToolResult).validate_json(step.result))
