"""A question that the team was answered before: what is offered, and what a run does that takes the offer up."""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.context.beginning import has_begun
from orchestration.context.run_context import RunContext
from orchestration.routing.estimate import estimated
from orchestration.routing.same_question import alike
from orchestration.run.revision import REFRESH_ID
from orchestration.values.domain import Draft, Note, NoteKind, Route, Source
from orchestration.values.inquiry import EarlierAnswer, Reuse, ReuseOffered
from orchestration.values.memory import EarlierDraft, Memory, Remembered

CANDIDATES = 8
"""Of the answers that share most words with the question, so many are compared with it."""


async def reuse_to_offer(ctx: RunContext) -> ReuseOffered | None:
    """The newest answer to nearly the same question, where somebody is there to be asked.

    A follow-up means its own thread, and who names a strategy wants the work done.
    """
    question, memory = ctx.run.question, ctx.services.memory
    if memory is None or not question.offer_reuse or ctx.history.reuse or ctx.history.route or has_begun(ctx):
        return None
    if question.earlier or question.thread or question.document_ids or question.strategy:
        return None
    found = [past for past in await memory.search(question.text, ctx.audience, CANDIDATES) if _answers(ctx, past)]
    newest = max(found, key=lambda past: past.answered_at, default=None)
    return ReuseOffered(ctx.run.epoch, await _offered(memory, newest, ctx)) if newest else None


async def earlier_draft(ctx: RunContext) -> EarlierDraft | None:
    """The answer that is to be reused, as it was when that was chosen; None where it is not to be, or is gone."""
    chosen, memory = ctx.history.reuse, ctx.services.memory
    if chosen is None or chosen[0] == Reuse.AGAIN or memory is None:
        return None

    async def look() -> list[EarlierDraft]:
        found = await memory.draft(chosen[1], ctx.audience)
        return [found] if found else []

    key = "v1/memory/draft"
    found = await ctx.journal.step(key, look, returns=list[EarlierDraft], operation="retrieval", request=chosen)
    return found[0] if found else None


async def stale_notes(ctx: RunContext, earlier: EarlierDraft) -> list[Note]:
    """A note for each part that rests on what changed; nothing where the answer is to be reused as it is."""
    memory = ctx.services.memory
    if memory is None or ctx.history.reuse is None or ctx.history.reuse[0] != Reuse.REFRESH:
        return []

    async def look() -> list[Source]:
        return list(await memory.changed(earlier.draft.sources))

    changed = await ctx.journal.step("v1/memory/changed", look, returns=list[Source], operation="retrieval")
    return _notes(earlier.draft, changed)


async def is_taken_as_it_is(ctx: RunContext) -> bool:
    """Whether version 1 is an earlier answer, letter for letter: then nobody has to review it again."""
    earlier = await earlier_draft(ctx) if ctx.version == 1 else None
    return earlier is not None and not await stale_notes(ctx, earlier)


async def reuse_route(ctx: RunContext) -> Route | None:
    """The way that takes the offer up; it costs nothing where nothing is looked up again."""
    earlier = await earlier_draft(ctx)
    if earlier is None:
        return None
    stale = len(await stale_notes(ctx, earlier))
    if not stale:
        reason = f"You chose the answer of {earlier.run_id}, and nothing has to be looked up."
        return Route(earlier.strategy, reason, 0, chosen_by="asker")
    parts = "1 part" if stale == 1 else f"{stale} parts"
    reason = f"You chose the answer of {earlier.run_id}; {parts} of it used sources that have changed."
    route = Route(earlier.strategy, reason, stale)
    services = ctx.services
    past = await services.past.runs() if services.past else None
    return estimated(replace(route, chosen_by="asker"), services.prices, services.limits, past)


def _answers(ctx: RunContext, past: Remembered) -> bool:
    return past.run_id != ctx.run.run_id and alike(ctx.run.question.text, past.question)


async def _offered(memory: Memory, past: Remembered, ctx: RunContext) -> EarlierAnswer:
    known = await memory.draft(past.run_id, ctx.audience)
    changed = await memory.changed(known.draft.sources) if known else ()
    return EarlierAnswer(
        run_id=past.run_id,
        question=past.question,
        channel_id=past.channel_id,
        answered_at=past.answered_at,
        days_ago=max(0, (ctx.services.clock.now().date() - past.answered_at.date()).days),
        cost_nano_usd=await memory.cost(past.run_id),
        approved=past.approved,
        changed=tuple(source.title for source in changed),
    )


def _notes(draft: Draft, changed: Sequence[Source]) -> list[Note]:
    titles = {source.source_id: source.title for source in changed}
    notes = []
    for report in draft.reports:
        stale = [titles[source.source_id] for source in report.sources if source.source_id in titles]
        if stale:
            text = (
                f"These sources have changed since then, or may have: {'; '.join(stale)}. Look up again what is based "
                "on them."
            )
            notes.append(Note(REFRESH_ID, NoteKind.OTHER, text, report.subtask_id))
    return notes
