"""What speaks against a draft: what code finds, what a critic says where the route has one, and what came too late."""

from dataclasses import replace

from orchestration.agents.agent import Agent
from orchestration.agents.loop import Work, invoke
from orchestration.context.run_context import RunContext
from orchestration.evidence.findings import found_notes
from orchestration.roles.critic import CRITIC, UNREADABLE, CriticOutput, critic_task, critique_from
from orchestration.roles.verifier import can_judge
from orchestration.run.reuse import is_taken_as_it_is
from orchestration.run.revision import kind_of
from orchestration.strategies import STRATEGIES
from orchestration.values.domain import Critique, Decision, Draft, History, Note, Route, Strategy
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.events import CritiqueReady
from orchestration.values.setbacks import Degraded, Saving

NOTHING_SAID = CriticOutput(verdict="ship", notes=[])


async def criticise(ctx: RunContext, route: Route, draft: Draft | None) -> Critique | None:
    """Where there is no money for the critic, what code finds is all there is; without a new draft, what there was.

    Without a critic the draft is final. If people added something too late for it, what code finds is shown with
    it, for a revision that somebody asks for.
    """
    known = ctx.history.critique_of(ctx.version)
    if known or draft is None or await is_taken_as_it_is(ctx):
        return known
    critic = STRATEGIES[route.strategy].critic or (CRITIC if route.critic else None)
    try:
        output = await _read(ctx, critic, draft) if critic and ctx.spent.economy.critic else NOTHING_SAID
    except BudgetRefused as refusal:
        output = NOTHING_SAID
        await ctx.emit(Degraded(ctx.version, Saving.NO_CRITIC, f"The draft gets no review. {refusal.sentence}"))
    # Only now: what was said while the critic read is among them.
    unheard = _unheard_notes(ctx)
    found = [*_found(ctx, draft, route, read=output is not None and output is not NOTHING_SAID), *unheard]
    if output is NOTHING_SAID and not found:
        return None
    why = ctx.trouble.unusable.get(f"v{ctx.version}/{critic.role}", UNREADABLE) if critic else UNREADABLE
    critique = critique_from(output, draft, found, waived=waived_notes(ctx.history), why=why)
    critique = replace(critique, final=critic is None and not unheard)
    await ctx.emit_with_next(CritiqueReady(critique))
    return critique


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
        Note("", kind_of(said.text), f"Added too late for this draft: “{said.text}”") for said in ctx.heard.too_late()
    ]


def waived_notes(history: History) -> list[Note]:
    """What a person left unticked when they asked for a revision."""
    asked = [review for review in history.reviews if review.decision is Decision.REQUEST_REVISIONS]
    read = [(review, history.critique_of(review.draft_version)) for review in asked]
    return [note for review, seen in read if seen for note in seen.notes if note.note_id not in review.note_ids]


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
