"""Routes and splits on questions that other people labelled."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.evaluation import json_lines
from bot.evaluation.router import Row, read_rows, score
from orchestration.agents.agent import opening, output_schema
from orchestration.agents.loop import read_output
from orchestration.evidence.quotes import folded
from orchestration.llm.offline.model import OfflineModel
from orchestration.roles.supervisor import SUPERVISOR, plan_from, supervisor_task
from orchestration.routing.router import choose_route
from orchestration.values.domain import Conversation, Question, Strategy
from orchestration.values.ports import ChatRequest

ROOM = 2
"""Words that a title may have besides its part: "MPL licences" for MPL."""
ARTICLES = frozenset(["a", "an", "the"])


class Split(Row):
    parts: tuple[str, ...] = ()


def routes(path: Path) -> str:
    found = score(read_rows(path))
    return f"accuracy {found.accuracy:.3f}, macro-F1 {found.macro_f1:.3f}, {found.rows} questions"


def splits(path: Path) -> str:
    rows = [row for _, row in json_lines.read(path, Split, "") if row.parts]
    right = sum(fully_right(row.parts, asyncio.run(titles(row.question))) for row in rows)
    return f"{right / len(rows):.3f} fully right, {len(rows)} comparisons"


async def titles(text: str) -> list[str]:
    """Of the subtasks that the offline supervisor gives to its workers."""
    question = Question(text, Conversation("local", "bench", "0"), "bench", strategy=Strategy.SUPERVISOR)
    request = ChatRequest(
        run_id="bench",
        agent=SUPERVISOR.role,
        model="offline",
        messages=opening(SUPERVISOR, supervisor_task(question, {"names": list(choose_route(question).route.names)})),
        output=output_schema(SUPERVISOR.output),
    )
    completion = await OfflineModel().complete(request)
    plan = plan_from(read_output(SUPERVISOR.output, completion.text), question)
    return [subtask.title for subtask in plan.subtasks]


def fully_right(parts: Sequence[str], found: Sequence[str]) -> bool:
    """A title for each part and none besides; where there are more parts than subtasks, each is in one title."""
    if len(found) < len(parts):
        shared = [name for title in found for name in title.split(", ")]
        return len(found) > 1 and len(shared) == len(parts) and fully_right(parts, shared)
    left = [_words(title) for title in found]
    for part in sorted(map(_words, parts), key=len, reverse=True):
        title = next((title for title in left if _names(title, part)), None)
        if title is None:
            return False
        left.remove(title)
    return not left


def _names(title: list[str], part: list[str]) -> bool:
    at = range(len(title) - len(part) + 1)
    return len(title) <= len(part) + ROOM and any(title[n : n + len(part)] == part for n in at)


def _words(text: str) -> list[str]:
    return [word for word in folded(text).split() if word not in ARTICLES]
