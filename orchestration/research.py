"""The whole way of a run on one page: take up → route → draft or revise → critique → review."""

import asyncio
import logging
from dataclasses import replace

from orchestration.agents.agent import Agent
from orchestration.agents.critic import CriticOutput, critic_task, critique_from
from orchestration.agents.loop import Work, invoke
from orchestration.consent import clarified, consent_to_ask, escalation, has_begun, missing_notes
from orchestration.context import RunContext, Services, uninterrupted
from orchestration.domain import Critique, Decision, Draft, Route, Run, RunStatus, Steering
from orchestration.errors import AskerError, BudgetRefused, Fenced, ModelFailed, RunStuck, ThreadworkError
from orchestration.estimate import estimated
from orchestration.events import (
    CritiqueReady,
    DraftReady,
    Event,
    ReviewAwaited,
    RouteChosen,
    RunCompleted,
    RunFailed,
    RunPaused,
    RunStarted,
)
from orchestration.evidence import found_notes
from orchestration.router import choose_route
from orchestration.strategies import STRATEGIES, WITH_CRITIC
from orchestration.strategies.combine import combine
from orchestration.strategies.escalation import escalate
from orchestration.strategies.revision import chosen_notes, revise

log = logging.getLogger(__name__)


class Research:
    """Drives runs, one segment at a time: until the run is complete or waits for a person."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._open: dict[str, RunContext] = {}

    async def drive(self, run_id: str) -> None:
        """Works the run's next segment to its end; every end is a status and an event.

        Cancellation from outside parks the run as `queued` unless a person cancelled it; what was paid for is kept.
        """
        try:
            run = await self._services.run_log.take_up(run_id)
        except RunStuck as error:
            log.error(error.sentence, extra={"run_id": run_id})
            return
        if run is None:
            return
        ctx = await self._context(run)
        self._open[run_id] = ctx
        try:
            await self._guarded(ctx)
        except Fenced:
            log.info("the run moved on without this driver", extra={"run_id": run_id, "epoch": run.epoch})
        finally:
            del self._open[run_id]
            await asyncio.gather(*ctx.handed_in, return_exceptions=True)

    def steer(self, run_id: str, steering: Steering) -> None:
        """Hands a message to a run that is being worked on; its agents hear it before their next call."""
        ctx = self._open.get(run_id)
        if ctx and steering not in ctx.said:
            ctx.said.append(steering)

    async def _context(self, run: Run) -> RunContext:
        begun = self._services.clock.monotonic()
        # Nothing is recorded before the first taking-up.
        steps = dict(await self._services.journal.load(run.run_id)) if run.epoch > 1 else {}
        history = await self._services.run_log.history(run.run_id)
        ctx = RunContext(clarified(run, history), self._services, steps, begun, history, said=list(history.steering))
        if history.drafts:
            ctx.reports = {report.subtask_id: report for report in history.drafts[-1].reports}
            ctx.sources_read = {s.source_id for draft in history.drafts for r in draft.reports for s in r.sources}
        return ctx

    async def _guarded(self, ctx: RunContext) -> None:
        """The run's outermost frame: whatever happens ends in a status that a person can act on."""
        try:
            await self._segment(ctx)
        except Fenced:
            raise
        except asyncio.CancelledError:
            await self._park(ctx)
            raise
        except BudgetRefused as refusal:
            paused = RunPaused(ctx.run.epoch, refusal.sentence, _partial(ctx))
            await self._finish(ctx, RunStatus.PAUSED, paused)
        except TimeoutError:
            limit = self._services.limits.run_seconds
            await self._fail(ctx, f"The run reached its deadline of {limit:g} working seconds.")
        except ThreadworkError as error:
            level = logging.INFO if isinstance(error, AskerError) else logging.ERROR
            log.log(level, "the run failed: %s", error.sentence, extra={"run_id": ctx.run.run_id})
            await self._fail(ctx, error.sentence)
        except Exception:
            log.exception("the run failed", extra={"run_id": ctx.run.run_id})
            await self._fail(ctx, "Something went wrong inside Threadwork. The log has the details.")

    async def _segment(self, ctx: RunContext) -> None:
        route = await self._route(ctx)
        if asked := consent_to_ask(ctx, route):
            await self._finish(ctx, RunStatus.AWAITING_INPUT, asked)
            return
        earlier = [draft for draft in ctx.history.drafts if draft.version < ctx.version]
        if earlier:
            draft = await self._revision(ctx, route, earlier[-1])
        else:
            draft = await STRATEGIES[route.strategy](ctx.run.question, ctx)
        if ctx.model_failures and not any(report.summary for report in draft.reports):
            raise ctx.model_failures[0]
        await ctx.emit_with_next(DraftReady(draft))
        critic = WITH_CRITIC.get(route.strategy)
        critique = await self._critique(ctx, draft, critic) if critic else None
        if critique and (offered := escalation(ctx, route, critique)):
            await ctx.emit(offered)
        await self._end(ctx, critique)

    async def _route(self, ctx: RunContext) -> Route:
        resumed = ctx.run.epoch > 1 and has_begun(ctx)
        started = RunStarted(ctx.run.epoch, ctx.version, resumed, len(ctx.steps))
        route = ctx.history.route
        if route is None:
            route = estimated(choose_route(ctx.run.question), self._services.prices, self._services.limits)
        await ctx.emit_with_next(started, RouteChosen(route))
        return route

    async def _revision(self, ctx: RunContext, route: Route, draft: Draft) -> Draft:
        if draft.version in ctx.history.escalated:
            return await escalate(draft, missing_notes(ctx.history, draft), ctx)
        review = next(
            r
            for r in reversed(ctx.history.reviews)
            if r.decision is Decision.REQUEST_REVISIONS and r.draft_version == draft.version
        )
        critique = next((c for c in ctx.history.critiques if c.draft_version == draft.version), None)
        return await revise(draft, route.strategy, chosen_notes(review, critique), ctx)

    async def _critique(self, ctx: RunContext, draft: Draft, critic: Agent[CriticOutput]) -> Critique:
        output = await _read(ctx, critic, draft)
        critique = critique_from(output, draft, found_notes(draft.reports))
        await ctx.emit(CritiqueReady(critique))
        return critique

    async def _end(self, ctx: RunContext, critique: Critique | None) -> None:
        if critique and critique.notes:
            await self._finish(ctx, RunStatus.AWAITING_REVIEW, ReviewAwaited(ctx.version))
        else:
            await self._finish(ctx, RunStatus.COMPLETE, RunCompleted(ctx.version, approved=False))

    async def _fail(self, ctx: RunContext, sentence: str) -> None:
        await self._finish(ctx, RunStatus.ERROR, RunFailed(ctx.run.epoch, sentence, _partial(ctx)))

    async def _finish(self, ctx: RunContext, status: RunStatus, event: Event) -> None:
        await uninterrupted(self._services.run_log.finish(ctx.run, status, [event], ctx.seconds))
        await ctx.confirmed()

    async def _park(self, ctx: RunContext) -> None:
        try:
            await uninterrupted(self._services.run_log.finish(ctx.run, RunStatus.QUEUED, [], ctx.seconds))
        except Fenced:
            log.info("the run was cancelled", extra={"run_id": ctx.run.run_id})


async def _read(ctx: RunContext, agent: Agent[CriticOutput], draft: Draft) -> CriticOutput | None:
    """The critic's output, or None where it failed: a draft that was paid for is shown all the same."""
    try:
        task = critic_task(ctx.run.question, draft)
        return await invoke(ctx, agent, task, Work(f"v{ctx.version}/{agent.role}"))
    except (TimeoutError, ModelFailed):
        return None


def _partial(ctx: RunContext) -> Draft | None:
    """What there is when a run stops before its draft."""
    reports = [replace(r) for r in ctx.reports.values() if r.version == ctx.version and r.summary]
    return combine(reports, version=ctx.version) if reports else None
