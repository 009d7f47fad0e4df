"""One worker on one subtask: loop, evidence, report. What goes wrong becomes the report's own gap."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from orchestration.agents.agent import Agent
from orchestration.agents.loop import Work, invoke
from orchestration.agents.outcome import UNREADABLE
from orchestration.agents.worker import FindingsOutput, claims_of, mending, stage_task, worker_task
from orchestration.context import RunContext
from orchestration.domain import Note, Subtask, WorkerReport
from orchestration.errors import BudgetRefused, ModelFailed
from orchestration.events import Event, SubtaskCompleted, SubtaskProgressed, SubtaskStarted
from orchestration.evidence import check
from orchestration.ports import Message, ToolCall
from orchestration.query_vector import embed_query
from orchestration.strategies.blackboard import Blackboard
from orchestration.strategies.material import material
from orchestration.tools.clock import Today
from orchestration.tools.documents import Documents
from orchestration.tools.tool import Registry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Brief:
    """What an agent works with besides its subtask."""

    notes: Sequence[Note] = ()
    previous: WorkerReport | None = None
    """Its report of the version before; it stays where a revision brings none."""
    handed: Sequence[Mapping[str, Any]] | None = None
    """For a stage, which sees nothing else: what the stages before hand over."""
    blackboard: Blackboard | None = None


ALONE = Brief()


async def research_subtask(
    ctx: RunContext, agent: Agent[FindingsOutput], subtask: Subtask, brief: Brief = ALONE
) -> WorkerReport:
    """The report, with `error` set where there is none or only part of one."""
    place = f"v{ctx.version}/{agent.role if brief.handed is None else 'stage'}/{subtask.subtask_id}"
    await ctx.emit_with_next(SubtaskStarted(ctx.version, subtask.subtask_id))
    begun = ctx.services.clock.monotonic()
    task = {**_task(ctx, subtask, brief), **await material(ctx, place, parts=agent.role == "single")}
    report = await _report(ctx, agent, task, _work(ctx, agent, place, brief))
    report = replace(
        report,
        subtask_id=subtask.subtask_id,
        title=subtask.title,
        cost_nano_usd=ctx.cost_of(place),
        seconds=ctx.services.clock.monotonic() - begun,
        version=ctx.version,
    )
    if (previous := brief.previous) and not report.summary:
        report = replace(report, summary=previous.summary, claims=previous.claims, sources=previous.sources)
    ctx.reports[subtask.subtask_id] = report
    await ctx.emit_with_next(SubtaskCompleted(ctx.version, report, ctx.run.epoch))
    if brief.blackboard:
        await brief.blackboard.share(report)
    return report


def _task(ctx: RunContext, subtask: Subtask, brief: Brief) -> dict[str, Any]:
    if brief.handed is None:
        task = worker_task(ctx.run.question, subtask)
    else:
        task = {**stage_task(subtask), "given": list(brief.handed)}
    return {**task, **mending(brief.notes, brief.previous.summary if brief.previous else "")} if brief.notes else task


def _work(ctx: RunContext, agent: Agent[FindingsOutput], place: str, brief: Brief) -> Work:
    blackboard = brief.blackboard

    async def overhear(turn: int) -> Sequence[Message]:
        return await blackboard.overheard(place, turn) if blackboard else ()

    return Work(
        place,
        tools=_tools(ctx).only(agent.tools),
        iterations=ctx.services.limits.worker_iterations,
        seconds=ctx.services.limits.worker_seconds,
        announce=_announce(ctx.version, place.rpartition("/")[2]),
        overhear=overhear if blackboard else None,
    )


async def _report(ctx: RunContext, agent: Agent[FindingsOutput], task: Mapping[str, Any], work: Work) -> WorkerReport:
    """An expected failure of one worker is a value: the others go on and the draft says what is missing."""
    empty = WorkerReport(subtask_id="", title="", summary="")
    try:
        findings = await invoke(ctx, agent, task, work)
        if findings is None:
            return replace(empty, error=ctx.unusable.get(work.place, UNREADABLE))
        evidence = await check(ctx, work.place, findings.summary, claims_of(findings))
    except TimeoutError:
        return replace(empty, error=f"It ran out of time ({ctx.services.limits.worker_seconds:g} s).")
    except ModelFailed as error:
        ctx.model_failures.append(error)
        return replace(empty, error=error.sentence)
    except BudgetRefused as refusal:
        ctx.refusals.append(refusal)
        return replace(empty, error=refusal.sentence)
    return replace(empty, summary=findings.summary.strip(), claims=evidence.claims, sources=evidence.sources)


async def side_by_side(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All of them to their end, then the first failure if there was one.

    Not a task group: a cap that stops one worker must not cut off the paid calls of the others.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    if failure := next((result for result in results if isinstance(result, BaseException)), None):
        raise failure
    return [result for result in results if not isinstance(result, BaseException)]


def _tools(ctx: RunContext) -> Registry:
    documents = Documents(ctx.services.library, ctx.audience, partial(embed_query, ctx))
    return Registry((*documents.tools, *Today(ctx.services.clock).tools))


def _announce(version: int, subtask_id: str) -> Callable[[int, Sequence[ToolCall]], Sequence[Event]]:
    def announce(turn: int, calls: Sequence[ToolCall]) -> Sequence[Event]:
        activity = _activity(calls) if calls else "Writing the report"
        return [SubtaskProgressed(version, subtask_id, activity, f"turn/{turn}")]

    return announce


def _activity(calls: Sequence[ToolCall]) -> str:
    """What the asker reads while a worker works; the arguments are the model's words and shown as such."""
    first = _ACTIVITIES.get(calls[0].name, "Using a tool")
    words = _QUERY.search(calls[0].arguments)
    more = f" (+{len(calls) - 1} more)" if len(calls) > 1 else ""
    return f"{first}: {words[1][:80]}{more}" if words else f"{first}{more}"


_ACTIVITIES = {"search_docs": "Searching the library", "fetch_chunk": "Reading a page", "now": "Checking the date"}
_QUERY = re.compile(r'"query"\s*:\s*"([^"\\]+)')
