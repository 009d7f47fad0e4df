"""What a stage is handed of the stages before it, in the form that THREADWORK_CONTEXT names.

`full` hands over whole reports and grows with every stage; `summary` and `fields` stay the same size however long the
pipeline is, the first for one cheap call a stage, the second for none.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from orchestration.agents.agent import Agent, Output
from orchestration.agents.cheapest import cheapest
from orchestration.agents.loop import Work, invoke
from orchestration.context.run_context import RunContext
from orchestration.values.domain import WorkerReport
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.roles import Role

FIELDS_BYTES = 2400
"""For all earlier stages together, so that what a stage is handed does not grow with the pipeline."""

LEAST_VALUE_BYTES = 24
FIELDS = "fields"

Handed = list[dict[str, Any]]


class DigestOutput(Output):
    digest: str
    """At most 150 words. Keep the source_id in square brackets after every statement."""


DIGEST = Agent(
    role=Role.WORKER,
    instructions=(
        "You condense findings for the next stage of a pipeline. Merge the new report into the existing digest: keep "
        "names, numbers, dates and the source_id in square brackets after each statement, drop everything else, and "
        "add nothing."
    ),
    output=DigestOutput,
    temperature=0.0,
)


async def handed(ctx: RunContext, reports: Sequence[WorkerReport]) -> Handed:
    """Empty for the first stage."""
    return await FORMS[ctx.services.limits.context](ctx, reports) if reports else []


async def _full(ctx: RunContext, reports: Sequence[WorkerReport]) -> Handed:
    return [
        {
            "title": report.title,
            "report": report.summary,
            "claims": [{"text": c.text, "source_id": c.source_id, "quote": c.quote} for c in report.claims],
            **_error(report),
        }
        for report in reports
    ]


async def _summary(ctx: RunContext, reports: Sequence[WorkerReport]) -> Handed:
    """Report by report into one digest; what was condensed for an earlier stage comes from the journal."""
    digest = ""
    for report in reports:
        condensed = await _condensed(ctx, report, digest) if report.summary else digest
        if condensed is None:
            return await _fields(ctx, reports)
        digest = condensed
    missing = [{"title": report.title, **_error(report)} for report in reports if report.error]
    return [{"digest": digest}, *missing]


async def _condensed(ctx: RunContext, report: WorkerReport, digest: str) -> str | None:
    """By the cheapest model there is; None where it failed, for a stage is not worth losing for a digest."""
    limits = ctx.services.limits
    model = cheapest(ctx.services.prices, limits, DIGEST.role)
    task = {"digest": digest, "report": {"title": report.title, "summary": report.summary}}
    place = f"v{report.version}/handover/{report.subtask_id}"
    try:
        output = await invoke(ctx, DIGEST, task, Work(place, seconds=limits.worker_seconds, model=model))
    except (TimeoutError, ModelFailed, BudgetRefused):
        return None
    return output.digest.strip() if output and output.digest.strip() else None


async def _fields(ctx: RunContext, reports: Sequence[WorkerReport]) -> Handed:
    room = FIELDS_BYTES // len(reports)
    return [declared_of(report, room) if report.fields else fields_of(report, room) for report in reports]


def declared_of(report: WorkerReport, room: int) -> dict[str, Any]:
    """Title, the values of the fields that the plan declares and the names of those that were not found.

    Values are cut to an even share of `room` bytes; what still does not fit is counted.
    """
    left = room - _size(head := {"title": report.title, **_error(report)})
    missing: list[str] = []
    for name in (field.name for field in report.fields if not field.value):
        if (size := _size({"missing": [name]})) <= left:
            missing.append(name)
            left -= size
    filled = [field for field in report.fields if field.value]
    values: dict[str, Any] = {}
    for n, field in enumerate(filled):
        frame = _size({field.name: (entry := {"value": "", "source_ids": list(field.source_ids)})})
        share = left // (len(filled) - n) - frame
        if share >= min(LEAST_VALUE_BYTES, len(field.value)):
            values[field.name] = entry | {"value": _cut(field.value, share)}
            left -= _size({field.name: values[field.name]})
    more = len(report.fields) - len(missing) - len(values)
    named = {"missing": missing} if missing else {}
    return {**head, "fields": values, **named, **({"more_fields": more} if more else {})}


def fields_of(report: WorkerReport, room: int) -> dict[str, Any]:
    """Where the plan declares none: title, and the claims' texts with their source ids, as many as fit into `room`
    bytes; the rest is counted."""
    fields: dict[str, Any] = {"title": report.title, **_error(report)}
    stated = [{"text": claim.text, "source_id": claim.source_id} for claim in report.claims]
    if not stated and report.summary:
        stated = [{"text": report.summary}]
    kept: list[dict[str, str]] = []
    left = room - _size(fields)
    for claim in stated:
        if _size(claim) > left and kept:
            break
        # The first is cut rather than left out, or a long-winded stage would hand over nothing.
        kept.append({**claim, "text": _cut(claim["text"], max(left - 60, 80))})
        left -= _size(kept[-1])
    more = len(stated) - len(kept)
    return {**fields, "claims": kept, **({"more_claims": more} if more else {})}


def _size(value: Mapping[str, Any]) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _cut(text: str, most_bytes: int) -> str:
    data = text.encode("utf-8", "replace")
    return text if len(data) <= most_bytes else f"{data[:most_bytes].decode(errors='ignore')}…"


def _error(report: WorkerReport) -> dict[str, str]:
    return {"error": report.error} if report.error else {}


FORMS: Mapping[str, Callable[[RunContext, Sequence[WorkerReport]], Awaitable[Handed]]] = {
    "full": _full,
    "summary": _summary,
    FIELDS: _fields,
}
