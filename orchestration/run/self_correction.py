"""Whether a run goes on to fix its critic's notes by itself (THREADWORK_AUTO_REVISIONS), and which."""

import re
from collections.abc import Sequence

from orchestration.context.run_context import RunContext
from orchestration.roles.critic import UNREVIEWED
from orchestration.values.domain import Critique, Decision, Draft, History, Note
from orchestration.values.setbacks import Announced, RevisedItself

MOST_ROUNDS = 3
"""More seldom helps and always costs, whatever the settings say."""
SAME = 0.8
"""Share of words from which two notes are one, put a little differently."""


async def goes_on_by_itself(ctx: RunContext, critique: Critique | None) -> bool:
    """Whether there is a next version that nobody has to ask for; then it is the one at work."""
    notes = await to_mend(ctx, critique)
    if notes:
        await ctx.emit(RevisedItself(ctx.version + 1, tuple(note.note_id for note in notes)))
        ctx.turn_to(ctx.version + 1)
        ctx.history = await ctx.services.run_log.history(ctx.run.run_id)
    return bool(notes)


async def to_mend(ctx: RunContext, critique: Critique | None) -> tuple[Note, ...]:
    """The notes of the next round; empty where the critic ships or a person should decide, which the thread reads."""
    notes = tuple(note for note in critique.notes if not note.text.startswith(UNREVIEWED)) if critique else ()
    limit = min(ctx.services.limits.auto_revisions, MOST_ROUNDS)
    if critique is None or not notes or _rounds(ctx.history) >= limit:
        return ()
    if again := _came_back(notes, ctx.history.critique_of(critique.draft_version - 1)):
        sentence = (
            f"{again.note_id} of version {critique.draft_version} came back after a revision: a person decides now."
        )
        await ctx.emit(Announced(sentence, f"v{critique.draft_version}/stagnation"))
        return ()
    # What one version took, the next will take too: one that cannot end in time is not begun.
    if ctx.remaining(ctx.deadline) < ctx.seconds / (1 + _rounds(ctx.history)):
        await ctx.emit(Announced("There is no time left to revise the draft.", f"v{critique.draft_version}/late"))
        return ()
    return notes


def self_chosen(history: History, draft: Draft, version: int) -> list[Note]:
    """The notes on `draft` that the run set out to fix in `version`."""
    ids = {note_id for own in history.self_revisions if own.version == version for note_id in own.note_ids}
    critique = history.critique_of(draft.version)
    return [note for note in critique.notes if note.note_id in ids] if critique else []


def is_own(history: History, version: int) -> bool:
    """Whether it was the run that set out to write this version, and no person has asked for it since."""
    asked = any(r.draft_version == version - 1 and r.decision is Decision.REQUEST_REVISIONS for r in history.reviews)
    asked |= version - 1 in history.escalated
    return not asked and any(own.version == version for own in history.self_revisions)


def _rounds(history: History) -> int:
    """Since a person last asked for a version."""
    asked = [r.draft_version + 1 for r in history.reviews if r.decision is Decision.REQUEST_REVISIONS]
    return sum(own.version > max(asked, default=1) for own in history.self_revisions)


def _came_back(notes: Sequence[Note], before: Critique | None) -> Note | None:
    earlier = before.notes if before else ()
    return next((note for note in notes if any(_same(note, old) for old in earlier)), None)


def _same(note: Note, old: Note) -> bool:
    ours, theirs = (frozenset(re.findall(r"\w+", n.text.casefold())) for n in (note, old))
    if (note.kind, note.subtask_id) != (old.kind, old.subtask_id) or not ours | theirs:
        return False
    return len(ours & theirs) / len(ours | theirs) >= SAME
