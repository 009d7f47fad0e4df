"""The whole way of a run on one page: take up → route → draft or revise → critique → review."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from orchestration.agents.agent import Agent
from orchestration.agents.loop import Work, invoke
from orchestration.agents.toolbox import fix_tools
from orchestration.context.run_context import RunContext
from orchestration.context.services import Services
from orchestration.evidence.check import retrieved_nothing
from orchestration.evidence.findings import found_notes
from orchestration.roles.critic import CRITIC, UNREADABLE, CriticOutput, critic_task, critique_from
from orchestration.roles.verifier import can_judge
from orchestration.routing.router import choose, choose_again, named_parts
from orchestration.run.consent import (
    beside_others,
    clarification_to_ask,
    clarified,
    consent_to_ask,
    escalation,
    missing_notes,
)
from orchestration.run.economy import economise
from orchestration.run.escalation import escalate
from orchestration.run.refresh import refresh
from orchestration.run.reuse import earlier_draft, is_taken_as_it_is, reuse_route, reuse_to_offer, stale_notes
from orchestration.run.revision import chosen_notes, kind_of, revise
from orchestration.run.self_correction import is_own, self_chosen, to_mend
from orchestration.run.verification import verified
from orchestration.strategies import STRATEGIES
from orchestration.strategies.combine import combine
from orchestration.strategies.shortfall import failed_altogether
from orchestration.tools.shown import remember_all
from orchestration.tools.unsearched import unsearched
from orchestration.values.domain import (
    Critique,
    Decision,
    Draft,
    Note,
    Route,
    Run,
    RunStatus,
    Steering,
    Strategy,
)
from orchestration.values.errors import (
    AskerError,
    BudgetRefused,
    Fenced,
    ModelFailed,
    RunStuck,
    ThreadworkError,
)
from orchestration.values.events import (
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
from orchestration.values.setbacks import Degraded, RevisedItself, RevisionAbandoned, Saving
from orchestration.values.uninterrupted import uninterrupted

log = logging.getLogger(__name__)

ENDING_SECONDS = 1.0
"""On top of a run's deadline, to write down what there is."""
NOTHING_SAID = CriticOutput(verdict="ship", notes=[])


class Research:
    """Drives runs, one segment at a time: until the run is complete or waits for a person."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._said: dict[str, list[Steering]] = {}

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
        # Open before the history is read, so that nothing said meanwhile falls between the two.
        said = self._said[run_id] = []
        try:
            await self._to_its_end(await self._context(run, said))
        finally:
            del self._said[run_id]

    async def _to_its_end(self, ctx: RunContext) -> None:
        try:
            await self._guarded(ctx)
        except Fenced:
            log.info("the run moved on without this driver", extra={"run_id": ctx.run.run_id, "epoch": ctx.run.epoch})
        finally:
            await asyncio.gather(*ctx.journal.handed_in, return_exceptions=True)

    def steer(self, run_id: str, steering: Steering) -> None:
        """Hands a message to a run that is being worked on; its agents hear it before their next call."""
        said = self._said.get(run_id)
        if said is not None and steering not in said:
            said.append(steering)

    async def _context(self, run: Run, said: list[Steering]) -> RunContext:
        ctx = await RunContext.taken_up(run, self._services, said)
        ctx.run = clarified(run, ctx.history)
        remember_all(ctx)
        return ctx

    async def _guarded(self, ctx: RunContext) -> None:
        """The run's outermost frame: whatever happens ends in a status that a person can act on."""
        try:
            async with asyncio.timeout(ctx.remaining(ctx.deadline) + ENDING_SECONDS):
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
            sentence = f"The run reached its deadline of {limit:g} working seconds (THREADWORK_RUN_SECONDS)."
            await self._fail(ctx, sentence)
        except ThreadworkError as error:
            level = logging.INFO if isinstance(error, AskerError) else logging.ERROR
            log.log(level, "the run failed: %s", error.sentence, extra={"run_id": ctx.run.run_id})
            await self._fail(ctx, error.sentence, repeats=isinstance(error, ModelFailed) and error.repeats)
        except Exception:
            log.exception("the run failed", extra={"run_id": ctx.run.run_id})
            await self._fail(ctx, "Something went wrong inside Threadwork. The log has the details.")

    async def _segment(self, ctx: RunContext) -> None:
        route = await self._route(ctx)
        if route is None:
            return
        ctx.names = route.names or named_parts(ctx.run.question, route.strategy)
        await fix_tools(ctx)
        await economise(ctx, route)
        own = is_own(ctx.history, ctx.version)
        critique = ctx.history.critique_of(ctx.version - 1)
        draft = await (self._by_itself(ctx, route) if own else self._version(ctx, route))
        while draft:
            critique = await self._critique(ctx, draft, route)
            notes = await to_mend(ctx, critique)
            draft = await self._mended(ctx, route, notes) if notes else None
        if critique and not critique.final and (offered := escalation(ctx, route, critique)):
            await ctx.emit(offered)
        await self._end(ctx, critique)

    async def _version(self, ctx: RunContext, route: Route) -> Draft:
        """The draft of the version at work, announced; one that was announced before stands."""
        draft = next((d for d in ctx.history.drafts if d.version == ctx.version), None)
        if draft is None:
            draft = await self._draft(ctx, route)
            if not await is_taken_as_it_is(ctx):
                draft = await verified(ctx, draft)
            await ctx.emit_with_next(*_short_of(ctx), DraftReady(draft))
        return draft

    async def _draft(self, ctx: RunContext, route: Route) -> Draft:
        earlier = [draft for draft in ctx.history.drafts if draft.version < ctx.version]
        if earlier:
            draft = await self._revision(ctx, route, earlier[-1])
        elif known := await earlier_draft(ctx):
            draft = await refresh(known, await stale_notes(ctx, known), ctx)
        else:
            draft = await STRATEGIES[route.strategy].draft(ctx.run.question, ctx)
        found = any(report.summary for report in draft.reports)
        ctx.trouble.end_the_run(found=found, first=not earlier)
        if failure := failed_altogether(draft.reports, ctx.trouble.model_failures):
            raise failure
        gaps = unsearched(ctx, found=not retrieved_nothing(draft.reports))
        return replace(draft, gaps=(*draft.gaps, *gaps))

    async def _mended(self, ctx: RunContext, route: Route, notes: Sequence[Note]) -> Draft | None:
        await ctx.emit(RevisedItself(ctx.version + 1, tuple(note.note_id for note in notes)))
        ctx.turn_to(ctx.version + 1)
        ctx.history = await self._services.run_log.history(ctx.run.run_id)
        return await self._by_itself(ctx, route)

    async def _by_itself(self, ctx: RunContext, route: Route) -> Draft | None:
        """The version that nobody asked for, or None where it could not be written: then the one before it stands."""
        try:
            async with asyncio.timeout(ctx.remaining(ctx.deadline)):
                return await self._version(ctx, route)
        except (BudgetRefused, ModelFailed) as error:
            sentence = error.sentence
        except TimeoutError:
            sentence = "The run's time was up."
        await ctx.emit(RevisionAbandoned(ctx.version, f"Version {ctx.version} was not written. {sentence}"))
        ctx.turn_to(ctx.version - 1)
        return None

    async def _route(self, ctx: RunContext) -> Route | None:
        """None where a person is asked first: what was meant, or whether it may cost so much."""
        started = RunStarted(ctx.run.epoch, ctx.version, ctx.run.interrupted, len(ctx.journal.steps))
        route, fresh = ctx.history.route, False
        if route is None:
            if offered := await reuse_to_offer(ctx):
                return await self._ask(ctx, started, offered)
            route = await reuse_route(ctx)
        if route is None:
            choice = await choose(ctx)
            if question := clarification_to_ask(ctx, choice.clarify):
                return await self._ask(ctx, started, question)
            route, fresh = choice.route, True
        elif larger := await choose_again(ctx, route):
            route, fresh, ctx.ways = larger, True, ctx.ways + 1
        chosen = RouteChosen(route, f"v1/route{ctx.way}")
        taken_over = await earlier_draft(ctx) is not None
        if not await is_taken_as_it_is(ctx) and (price := await consent_to_ask(ctx, route, settled=taken_over)):
            return await self._ask(ctx, started, chosen, price)
        await ctx.emit_with_next(started, await beside_others(ctx, chosen) if fresh else chosen)
        return route

    async def _ask(self, ctx: RunContext, *events: Event) -> Route | None:
        """Nothing more is spent until somebody answers the last of these."""
        await ctx.emit(*events[:-1])
        await self._finish(ctx, RunStatus.AWAITING_INPUT, events[-1])
        return None

    async def _revision(self, ctx: RunContext, route: Route, draft: Draft) -> Draft:
        if draft.version in ctx.history.escalated:
            return await escalate(draft, missing_notes(ctx.history, draft), ctx)
        asked = (r for r in reversed(ctx.history.reviews) if r.decision is Decision.REQUEST_REVISIONS)
        review = next((r for r in asked if r.draft_version == draft.version), None)
        critique = ctx.history.critique_of(draft.version)
        notes = chosen_notes(review, critique) if review else self_chosen(ctx.history, draft, ctx.version)
        return await revise(draft, route.strategy, notes, ctx)

    async def _critique(self, ctx: RunContext, draft: Draft, route: Route) -> Critique | None:
        """Where there is no money for the critic, what code finds is all there is.

        Without a critic the draft is final, but for what people added too late for it: then what code finds stands
        beside it, for a revision that somebody asks for.
        """
        if await is_taken_as_it_is(ctx):
            return None
        if known := ctx.history.critique_of(draft.version):
            return known
        critic = STRATEGIES[route.strategy].critic or (CRITIC if route.critic else None)
        try:
            output = await _read(ctx, critic, draft) if critic and ctx.spent.economy.critic else NOTHING_SAID
        except BudgetRefused as refusal:
            output = NOTHING_SAID
            await ctx.emit(Degraded(ctx.version, Saving.NO_CRITIC, f"Nobody reviews the draft. {refusal.sentence}"))
        # Only now: what was said while the critic read is among them.
        unheard = _unheard_notes(ctx)
        found = [*_found(ctx, draft, route, read=output is not None and output is not NOTHING_SAID), *unheard]
        if output is NOTHING_SAID and not found:
            return None
        why = ctx.trouble.unusable.get(f"v{ctx.version}/{critic.role}", UNREADABLE) if critic else UNREADABLE
        critique = critique_from(output, draft, found, why=why)
        critique = replace(critique, final=critic is None and not unheard)
        await ctx.emit_with_next(CritiqueReady(critique))
        return critique

    async def _end(self, ctx: RunContext, critique: Critique | None) -> None:
        if critique and critique.notes and not critique.final:
            await self._finish(ctx, RunStatus.AWAITING_REVIEW, ReviewAwaited(ctx.version))
        else:
            await self._finish(ctx, RunStatus.COMPLETE, RunCompleted(ctx.version, approved=False))

    async def _fail(self, ctx: RunContext, sentence: str, *, repeats: bool = False) -> None:
        await self._finish(ctx, RunStatus.ERROR, RunFailed(ctx.run.epoch, sentence, _partial(ctx), repeats))

    async def _finish(self, ctx: RunContext, status: RunStatus, event: Event) -> None:
        # First what was handed in: a run must not be over while its draft is refused.
        await ctx.emit()
        await uninterrupted(self._services.run_log.finish(ctx.run, status, [event], ctx.seconds))

    async def _park(self, ctx: RunContext) -> None:
        try:
            await uninterrupted(self._services.run_log.finish(ctx.run, RunStatus.QUEUED, [], ctx.seconds))
        except Fenced:
            log.info("the run was cancelled", extra={"run_id": ctx.run.run_id})


def _short_of(ctx: RunContext) -> list[Event]:
    """What the budget left out of a draft that there is all the same."""
    if not ctx.trouble.refusals:
        return []
    sentence = f"A part of the work was left out. {ctx.trouble.refusals[0].sentence}"
    return [Degraded(ctx.version, Saving.FEWER_WORKERS, sentence)]


def _found(ctx: RunContext, draft: Draft, route: Route, *, read: bool) -> list[Note]:
    """What code finds; `read` where a critic has read the draft."""
    return found_notes(
        draft,
        ctx.run.question.text,
        judged=route.strategy is Strategy.DEBATE,
        read=read and can_judge(ctx.services.limits),
        sources_wanted=ctx.policy.independent_sources,
    )


def _unheard_notes(ctx: RunContext) -> list[Note]:
    """What people added too late for any agent: not lost, but for a revision to work in."""
    return [
        Note("", kind_of(said.text), f"Added too late to be worked in: “{said.text}”") for said in ctx.heard.too_late()
    ]


async def _read(ctx: RunContext, agent: Agent[CriticOutput], draft: Draft) -> CriticOutput | None:
    """The critic's output, or None where it failed: a draft that was paid for is shown all the same."""
    place = f"v{ctx.version}/{agent.role}"
    try:
        return await invoke(ctx, agent, critic_task(ctx.run.question, draft), Work(place))
    except ModelFailed as error:
        ctx.trouble.unusable[place] = error.sentence
    except TimeoutError as late:
        ctx.trouble.unusable[place] = f"The critic did not finish. {late}"
    return None


def _partial(ctx: RunContext) -> Draft | None:
    """What there is when a run stops before its draft."""
    reports = [report for report in ctx.reports.values() if report.version == ctx.version and report.summary]
    return combine(reports, version=ctx.version) if reports else None
