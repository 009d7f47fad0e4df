"""A version of the draft: the first, one that a person asked for, or one that the run goes on to by itself."""

import asyncio
from dataclasses import replace

from orchestration.context.run_context import RunContext
from orchestration.evidence.check import retrieved_nothing
from orchestration.run.consent import missing_notes
from orchestration.run.escalation import escalate
from orchestration.run.refresh import refresh
from orchestration.run.reuse import earlier_draft, is_taken_as_it_is, stale_notes
from orchestration.run.revision import chosen_notes, revise
from orchestration.run.self_correction import is_own, self_chosen
from orchestration.run.verification import verified
from orchestration.strategies import STRATEGIES
from orchestration.strategies.shortfall import failed_altogether
from orchestration.tools.unsearched import unsearched
from orchestration.values.domain import Decision, Draft, Route
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.events import DraftReady, Event
from orchestration.values.setbacks import Degraded, RevisionAbandoned, Saving


async def write_draft(ctx: RunContext, route: Route) -> Draft | None:
    """The draft of the version at work, announced.

    None where nobody asked for the version and it could not be written: then the one before it is the newest.
    """
    if not is_own(ctx.history, ctx.version):
        return await _version(ctx, route)
    try:
        async with asyncio.timeout(ctx.remaining(ctx.deadline)):
            return await _version(ctx, route)
    except (BudgetRefused, ModelFailed) as error:
        sentence = error.sentence
    except TimeoutError:
        sentence = "The run ran out of time."
    await ctx.emit(RevisionAbandoned(ctx.version, f"Version {ctx.version} was not written. {sentence}"))
    ctx.turn_to(ctx.version - 1)
    return None


async def _version(ctx: RunContext, route: Route) -> Draft:
    """One that was announced before is taken as it is."""
    draft = next((d for d in ctx.history.drafts if d.version == ctx.version), None)
    if draft is None:
        draft = await _written(ctx, route)
        if not await is_taken_as_it_is(ctx):
            draft = await verified(ctx, draft)
        await ctx.emit_with_next(*_short_of(ctx), DraftReady(draft))
    return draft


async def _written(ctx: RunContext, route: Route) -> Draft:
    earlier = [draft for draft in ctx.history.drafts if draft.version < ctx.version]
    if earlier:
        draft = await _revised(ctx, route, earlier[-1])
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


async def _revised(ctx: RunContext, route: Route, draft: Draft) -> Draft:
    """By more workers, by the notes that a person chose, or by those that the run chose itself."""
    if draft.version in ctx.history.escalated:
        return await escalate(draft, missing_notes(ctx.history, draft), ctx)
    asked = (r for r in reversed(ctx.history.reviews) if r.decision is Decision.REQUEST_REVISIONS)
    review = next((r for r in asked if r.draft_version == draft.version), None)
    critique = ctx.history.critique_of(draft.version)
    notes = chosen_notes(review, critique) if review else self_chosen(ctx.history, draft, ctx.version)
    return await revise(draft, route.strategy, notes, ctx)


def _short_of(ctx: RunContext) -> list[Event]:
    """What the budget left out of a draft that there is all the same."""
    if not ctx.trouble.refusals:
        return []
    sentence = f"Part of the work was left out. {ctx.trouble.refusals[0].sentence}"
    return [Degraded(ctx.version, Saving.FEWER_WORKERS, sentence)]
