"""How a segment ends: whatever happens is a status and an event that a person can act on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from orchestration.context.run_context import RunContext
from orchestration.run.consent import escalation
from orchestration.strategies.combine import combine
from orchestration.values.domain import Critique, Draft, Route, RunStatus
from orchestration.values.errors import AskerError, BudgetRefused, Fenced, ModelFailed, ThreadworkError
from orchestration.values.events import Event, ReviewAwaited, RunCompleted, RunFailed, RunPaused
from orchestration.values.uninterrupted import uninterrupted

log = logging.getLogger(__name__)

ENDING_SECONDS = 1.0
"""On top of a run's deadline, to write down what there is."""


async def to_its_end(ctx: RunContext, work: Callable[[RunContext], Awaitable[None]]) -> None:
    try:
        await _guarded(ctx, work)
    except Fenced:
        log.info("the run moved on without this driver", extra={"run_id": ctx.run.run_id, "epoch": ctx.run.epoch})
    finally:
        await asyncio.gather(*ctx.journal.handed_in, return_exceptions=True)


async def hand_over(ctx: RunContext, route: Route, critique: Critique | None) -> None:
    """To a person where there are notes to decide on, with the offer of more workers for what is missing."""
    if critique is None or critique.final or not critique.notes:
        return await finish(ctx, RunStatus.COMPLETE, RunCompleted(ctx.version, approved=False))
    if offered := escalation(ctx, route, critique):
        await ctx.emit(offered)
    await finish(ctx, RunStatus.AWAITING_REVIEW, ReviewAwaited(ctx.version))


async def finish(ctx: RunContext, status: RunStatus, event: Event) -> None:
    # First what was handed in: a run must not be over while its draft is refused.
    await ctx.emit()
    await uninterrupted(ctx.services.run_log.finish(ctx.run, status, [event], ctx.seconds))


async def _guarded(ctx: RunContext, work: Callable[[RunContext], Awaitable[None]]) -> None:
    """The run's outermost frame."""
    try:
        async with asyncio.timeout(ctx.remaining(ctx.deadline) + ENDING_SECONDS):
            await work(ctx)
    except Fenced:
        raise
    except asyncio.CancelledError:
        await _park(ctx)
        raise
    except BudgetRefused as refusal:
        paused = RunPaused(
            ctx.run.epoch, refusal.sentence, _partial(ctx), scope=refusal.scope, asked_nano_usd=refusal.asked_nano_usd
        )
        await finish(ctx, RunStatus.PAUSED, paused)
    except TimeoutError:
        limit = ctx.services.limits.run_seconds
        await _fail(ctx, f"The run reached its deadline of {limit:g} working seconds (THREADWORK_RUN_SECONDS).")
    except ThreadworkError as error:
        level = logging.INFO if isinstance(error, AskerError) else logging.ERROR
        log.log(level, "the run failed: %s", error.sentence, extra={"run_id": ctx.run.run_id})
        await _fail(ctx, error.sentence, repeats=isinstance(error, ModelFailed) and error.repeats)
    except Exception:
        log.exception("the run failed", extra={"run_id": ctx.run.run_id})
        await _fail(ctx, "Something went wrong inside Threadwork. The log has the details.")


async def _fail(ctx: RunContext, sentence: str, *, repeats: bool = False) -> None:
    await finish(ctx, RunStatus.ERROR, RunFailed(ctx.run.epoch, sentence, _partial(ctx), repeats))


async def _park(ctx: RunContext) -> None:
    try:
        await uninterrupted(ctx.services.run_log.finish(ctx.run, RunStatus.QUEUED, [], ctx.seconds))
    except Fenced:
        log.info("the run was cancelled", extra={"run_id": ctx.run.run_id})


def _partial(ctx: RunContext) -> Draft | None:
    """What there is when a run stops before its draft."""
    reports = [report for report in ctx.reports.values() if report.version == ctx.version and report.summary]
    return combine(reports, version=ctx.version) if reports else None
