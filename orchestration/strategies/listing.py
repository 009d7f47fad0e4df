"""Plan → list → fan out: "the five largest …" names its parts only once somebody has looked them up."""

import re

from orchestration.context.run_context import RunContext
from orchestration.roles.worker import WORKER
from orchestration.strategies.research_subtask import research_subtask
from orchestration.values.domain import Question, Subtask, WorkerReport

ASKED_CHARACTERS = 2000
_COUNT = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_RANKED = re.compile(
    rf"\b(?:the|top|our|all|each of the|every one of the)\s+{_COUNT}\s+(?:\w+\s+){{0,2}}?"
    r"(?:most|least|best|worst|main|major|leading|top|biggest|largest|\w{3,}est)\s+\w"
    rf"|\b(?:the\s+)?top[\s-]+{_COUNT}\s+\w",
    re.IGNORECASE,
)


def asks_for_list(text: str) -> bool:
    return bool(_RANKED.search(text[:ASKED_CHARACTERS]))


async def look_up(question: Question, ctx: RunContext) -> WorkerReport:
    """The list itself, by one worker, so that the plan can give each of its items to somebody."""
    subtask = Subtask(
        "s1",
        "The list",
        "Find out only which ones the question is about, and by what measure: name each, with the passage that says "
        f"so. Leave out everything else about them.\nThe question: {question.text}",
    )
    await ctx.emit_with_next(ctx.plan((subtask,), place="list"))
    return await research_subtask(ctx, WORKER, subtask)
