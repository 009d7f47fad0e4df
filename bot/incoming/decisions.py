"""What a person decides on a draft, and the sentence they get for it."""

from bot.incoming.click import Click
from bot.incoming.door import Door
from bot.outgoing.view.folding import fold
from bot.outgoing.view.run_view import RunView
from orchestration.values.domain import Decision, Review, Run, RunStatus
from orchestration.values.errors import AskerError
from orchestration.values.states import DECISIONS

_S = RunStatus
DONE = {
    Decision.APPROVE: "Approved. The answer is final.",
    Decision.REQUEST_REVISIONS: "Revisions requested. The new version follows in the thread, with what changed.",
    Decision.DISCARD: "Discarded. The text stays in the thread; nothing more is spent on it.",
}
_DECIDED = {
    Decision.APPROVE: "approved",
    Decision.REQUEST_REVISIONS: "requested revisions of",
    Decision.DISCARD: "discarded",
}
_INSTEAD = {
    _S.QUEUED: "it is being worked on",
    _S.RUNNING: "it is being worked on",
    _S.DISCARDED: "it was discarded",
    _S.EXPIRED: "the time to decide is over",
    _S.CANCELLED: "it was stopped",
    _S.ERROR: "it failed",
    _S.COMPLETE: "it is already final",
}


class Decisions:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def may(self, click: Click, decision: Decision) -> Run:
        """The run, where this person may decide so on this version now; else an AskerError that says why not."""
        run = await click.run(self._door.services.runs)
        if refusal := await self._door.permissions.reviewing(click.user_id, run):
            raise AskerError(refusal)
        if run.status not in DECISIONS[decision].origins or click.version != run.draft_version:
            raise AskerError(await self._too_late(click, run))
        return run

    async def decide(
        self, click: Click, decision: Decision, *, note_ids: tuple[str, ...] = (), comment: str = ""
    ) -> str:
        """First come, first served: the second person sees who decided."""
        run = await self.may(click, decision)
        review = Review(
            user_id=click.user_id,
            decision=decision,
            at=self._door.services.clock.now(),
            draft_version=run.draft_version,
            comment=comment,
            note_ids=note_ids,
        )
        if await self._door.services.runs.review(run.run_id, review):
            return DONE[decision]
        raise AskerError(await self._too_late(click, await click.run(self._door.services.runs)))

    async def view(self, run_id: str) -> RunView:
        return fold(run_id, await self._door.services.events.of(run_id))

    async def _too_late(self, click: Click, run: Run) -> str:
        version = click.version or run.draft_version
        shown = (await self.view(run.run_id)).of_version(version)
        if shown and shown.review:
            who = "you" if shown.review.user_id == click.user_id else await self._name(shown.review.user_id)
            return f"Version {version} is already decided: {who} {_DECIDED[shown.review.decision]} it."
        if version != run.draft_version:
            return f"That is version {version}; version {run.draft_version} is the newest. Use its buttons."
        return f"There is nothing to decide on version {version}: {_INSTEAD.get(run.status, run.status)}."

    async def _name(self, user_id: str) -> str:
        return f"@{await self._door.people.name_of(user_id)}"
