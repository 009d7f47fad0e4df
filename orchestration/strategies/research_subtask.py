"""One worker on one subtask: loop, evidence, report. What goes wrong becomes the report's own gap."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestration.agents.agent import Agent
from orchestration.agents.loop import NO_TOOLS, Work, invoke
from orchestration.agents.outcome import UNREADABLE
from orchestration.agents.toolbox import toolbox
from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.evidence.check import check
from orchestration.roles.worker import (
    FindingsOutput,
    claims_of,
    fields_from,
    revision_material,
    stage_task,
    web_rules,
    worker_task,
)
from orchestration.strategies.blackboard import Blackboard
from orchestration.strategies.material import material
from orchestration.tools.tool import Registry, ToolResult
from orchestration.values.domain import Note, Subtask, WorkerReport
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.events import Event, SubtaskCompleted, SubtaskProgressed, SubtaskStarted
from orchestration.values.ports import Message, Step, ToolCall
from orchestration.values.text import cut


@dataclass(frozen=True, slots=True)
class Brief:
    """What an agent works with besides its subtask."""

    notes: Sequence[Note] = ()
    previous: WorkerReport | None = None
    """Its report of the version before; it stays where a revision brings none."""
    handed: Sequence[Mapping[str, Any]] | None = None
    """For a stage, which sees nothing else: what the stages before hand over."""
    blackboard: Blackboard | None = None
    parts: bool = False
    """Whether it does all parts of a document analysis by itself."""


ALONE = Brief()
CHARACTERS_A_TOKEN = 4


async def research_subtask(
    ctx: RunContext, agent: Agent[FindingsOutput], subtask: Subtask, brief: Brief = ALONE
) -> WorkerReport:
    """The report, with `error` set where there is none or only part of one."""
    place = f"v{ctx.version}/{agent.role if brief.handed is None else 'stage'}/{subtask.subtask_id}"
    await ctx.emit_with_next(SubtaskStarted(ctx.version, subtask.subtask_id))
    begun = ctx.services.clock.monotonic()
    task = {**_task(ctx, subtask, brief), **await material(ctx, place, parts=brief.parts or agent.role == "single")}
    work = _work(ctx, toolbox(ctx) if agent.researches else NO_TOOLS, place, brief)
    report = await _report(ctx, agent, subtask, task=task, work=work)
    report = replace(
        report,
        cost_nano_usd=ctx.cost_of(place),
        seconds=ctx.services.clock.monotonic() - begun,
        version=ctx.version,
        tool_calls=len(_tool_steps(ctx, place)),
    )
    if (previous := brief.previous) and not report.summary:
        kept = {name: getattr(previous, name) for name in ("summary", "claims", "sources", "doubts", "fields")}
        report = replace(report, **kept)
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
    return (
        {**task, **revision_material(brief.notes, brief.previous.summary if brief.previous else "")}
        if brief.notes
        else task
    )


def _work(ctx: RunContext, tools: Registry, place: str, brief: Brief) -> Work:
    blackboard = brief.blackboard

    async def overhear(turn: int) -> Sequence[Message]:
        return await blackboard.overheard(place, turn) if blackboard else ()

    return Work(
        place,
        tools=tools,
        iterations=ctx.services.limits.worker_iterations,
        seconds=ctx.services.limits.worker_seconds,
        bound_by="THREADWORK_WORKER_SECONDS",
        announce=_announce(ctx.version, place.rpartition("/")[2]),
        overhear=overhear if blackboard else None,
    )


async def _report(
    ctx: RunContext, agent: Agent[FindingsOutput], subtask: Subtask, *, task: Mapping[str, Any], work: Work
) -> WorkerReport:
    """An expected failure of one worker is a value: the others go on and the draft says what is missing."""
    empty = WorkerReport(subtask.subtask_id, subtask.title, "", fields=fields_from(subtask, None, ()))
    try:
        findings = await invoke(ctx, _told(ctx, agent, work), task, work)
        if findings is None:
            return replace(empty, error=_unread(ctx, work.place))
        if not findings.summary.strip():
            return replace(empty, error=EMPTY)
        findings, shortened = _short(ctx, agent, findings)
        evidence = await check(ctx, work.place, findings.summary, claims_of(findings))
    except TimeoutError as late:
        return replace(empty, error=str(late))
    except ModelFailed as error:
        ctx.trouble.model_failures.append(error)
        return replace(empty, error=error.sentence)
    except BudgetRefused as refusal:
        ctx.trouble.refusals.append(refusal)
        return replace(empty, error=refusal.sentence)
    fields = fields_from(subtask, findings, ctx.seen.sources)
    summary = findings.summary if evidence.summary is None else evidence.summary
    found = replace(empty, summary=summary.strip(), claims=evidence.claims, sources=evidence.sources, error=shortened)
    return replace(found, fields=fields, doubts=evidence.doubts)


EMPTY = "The model wrote an empty report."
CUT = "The report is cut at {:,} tokens: the model wrote more than twice its output cap."


def _unread(ctx: RunContext, place: str) -> str:
    """Why there is no output; what was found all the same comes first."""
    why = ctx.trouble.unusable.get(place, UNREADABLE)
    results = [adapter(ToolResult).validate_json(step.result) for step in _tool_steps(ctx, place)]
    pages = len({source_id for result in results for source_id in result.source_ids})
    if not pages:
        return why
    found = "1 page was found" if pages == 1 else f"{pages} pages were found"
    return f"{found}, but there is no report. {why}"


def _tool_steps(ctx: RunContext, place: str) -> list[Step]:
    return [step for key, step in ctx.journal.steps.items() if key.startswith(f"{place}/tool/")]


def _short(
    ctx: RunContext, agent: Agent[FindingsOutput], findings: FindingsOutput
) -> tuple[FindingsOutput, str | None]:
    """A summary beyond twice the cap, which its endpoint did not keep to, is cut and the answer says so."""
    most = 2 * ctx.services.limits.output_cap(agent.role)
    if len(findings.summary) <= most * CHARACTERS_A_TOKEN:
        return findings, None
    summary = cut(findings.summary, most * CHARACTERS_A_TOKEN)
    return findings.model_copy(update={"summary": summary}), CUT.format(most)


def _told(ctx: RunContext, agent: Agent[FindingsOutput], work: Work) -> Agent[FindingsOutput]:
    rules = web_rules(work.tools.names, closing=not ctx.policy.outward_after_private)
    return replace(agent, instructions=f"{agent.instructions} {rules}") if rules else agent


def _announce(version: int, subtask_id: str) -> Callable[[int, Sequence[ToolCall]], Sequence[Event]]:
    def announce(turn: int, calls: Sequence[ToolCall]) -> Sequence[Event]:
        activity = _activity(calls) if calls else "Writing the report"
        return [SubtaskProgressed(version, subtask_id, activity, f"turn/{turn}")]

    return announce


def _activity(calls: Sequence[ToolCall]) -> str:
    """What the asker reads while a worker works; the arguments are the model's words and shown as such."""
    call = calls[0]
    more = f" (+{len(calls) - 1} more)" if len(calls) > 1 else ""
    if call.name == "fetch_page" and (host := _HOST.search(call.arguments)):
        return f"Reading {cut(host[1], 80)}{more}"
    server, separator, tool = call.name[:64].partition("__")
    unlisted = f"Asking {server}: {tool}" if separator else "Using a tool"
    first = _ACTIVITIES.get(call.name, unlisted)
    words = _QUERY.search(call.arguments)
    return f"{first}: {cut(words[1], 80)}{more}" if words else f"{first}{more}"


_ACTIVITIES = {
    "search_docs": "Searching the library",
    "fetch_chunk": "Reading a page",
    "search_runs": "Searching earlier answers",
    "now": "Checking the date",
    "web_search": "Searching the web",
    "fetch_page": "Reading a page of the web",
}
_QUERY = re.compile(r'"query"\s*:\s*"([^"\\]+)')
_HOST = re.compile(r'"address"\s*:\s*"https?://([^"\\/?#]+)', re.IGNORECASE)
