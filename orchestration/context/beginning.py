"""Whether the paid work of a version has begun."""

from orchestration.context.run_context import RunContext
from orchestration.values.roles import Role


def has_begun(ctx: RunContext) -> bool:
    """Whether a model has worked on this version; choosing a route and what comes free do not count."""
    mine = (step for key, step in ctx.journal.steps.items() if key.startswith(f"v{ctx.version}/"))
    return any(step.operation == "chat" and step.agent != Role.ROUTER for step in mine)
