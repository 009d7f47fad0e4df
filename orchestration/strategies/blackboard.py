"""Findings that workers of one run leave for each other (THREADWORK_SHARE_FINDINGS): their only channel."""

import json

from orchestration.context.journal import adapter
from orchestration.context.run_context import RunContext
from orchestration.values.domain import WorkerReport
from orchestration.values.events import FindingShared
from orchestration.values.ports import Message
from orchestration.values.text import cut

MOST_CLAIMS = 5
CLAIM_CHARACTERS = 300


class Blackboard:
    """Of one round of workers; what each was shown, and when, is in the journal, so a replay shows it again."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._findings: dict[str, FindingShared] = {}

    async def share(self, report: WorkerReport) -> None:
        stated = [f"{cut(claim.text, CLAIM_CHARACTERS)} [{claim.source_id}]" for claim in report.claims[:MOST_CLAIMS]]
        if report.error or not stated:
            return
        finding = FindingShared(self._ctx.version, report.subtask_id, report.title, tuple(stated))
        await self._ctx.emit(finding)
        self._findings[report.subtask_id] = finding

    async def overheard(self, place: str, turn: int) -> list[Message]:
        """What the worker at `place` has not been shown before this turn."""
        shown = await self._shown(place, turn)
        return [
            {"role": "user", "content": json.dumps({"finding_of": f.title, "claims": f.claims}, ensure_ascii=False)}
            for f in shown
        ]

    async def _shown(self, place: str, turn: int) -> tuple[FindingShared, ...]:
        key, steps = f"{place}/{turn}/findings", self._ctx.journal.steps
        if key in steps:
            return adapter(tuple[FindingShared, ...]).validate_json(steps[key].result)
        if f"{place}/chat/{turn}" in steps:
            return ()
        earlier = [
            step for known, step in steps.items() if known.startswith(f"{place}/") and known.endswith("/findings")
        ]
        seen = {f.subtask_id for s in earlier for f in adapter(tuple[FindingShared, ...]).validate_json(s.result)}
        fresh = tuple(f for f in self._findings.values() if f.subtask_id not in seen)
        if not fresh:
            return ()

        async def show() -> tuple[FindingShared, ...]:
            return fresh

        return await self._ctx.journal.step(key, show, returns=tuple[FindingShared, ...], operation="share")
