"""What people answer to a run that asked, and the sentence they get for it."""

from bot.incoming.choices import choice_of, reuse_of, taken_up
from bot.incoming.click import Click
from bot.incoming.door import Door
from bot.outgoing.blocks.inquiry import brief
from bot.outgoing.view.folding import fold
from bot.outgoing.view.run_view import Inquiry, RunView
from orchestration.values.domain import Run, RunStatus, Strategy
from orchestration.values.errors import AskerError
from orchestration.values.inquiry import (
    Choice,
    ClarificationAsked,
    ClarificationGiven,
    ConsentAsked,
    ConsentGiven,
    Escalated,
    Reuse,
    ReuseChosen,
    ReuseOffered,
)

UNDERSTOOD = "Thanks, I'll continue with that."
IN_THE_THREAD = "Reply in this thread with your answer and mention me. It becomes part of the question."
TAKEN_OVER = {
    Reuse.REUSE: "Here is the earlier answer.",
    Reuse.REFRESH: "I'll look up again what has changed.",
    Reuse.AGAIN: "I'll research it again.",
}
TOO_LATE = {
    RunStatus.CANCELLED: "The run was stopped.",
    RunStatus.EXPIRED: "The time to answer has passed. *Go on* in the thread asks again.",
}


class Consents:
    def __init__(self, door: Door) -> None:
        self._door = door

    async def consent(self, click: Click, choice: Choice, strategy: Strategy | None = None) -> str:
        run, asked = await self.may_consent(click)
        return await self._start(run, asked, click.user_id, (choice, strategy))

    async def may_consent(self, click: Click) -> tuple[Run, ConsentAsked]:
        """The run and its open question, where this person may answer it; else an AskerError."""
        run, inquiry = await self._open(click)
        if not isinstance(inquiry.asked, ConsentAsked):
            raise AskerError("That question is about something else. Use its own buttons.")
        return run, inquiry.asked

    async def reuse(self, click: Click, choice: Reuse) -> str:
        run, inquiry = await self._open(click)
        if not isinstance(inquiry.asked, ReuseOffered):
            raise AskerError("That question is about something else. Use its own buttons.")
        return await self._take_over(run, inquiry.asked, click.user_id, choice)

    async def option(self, click: Click, number: int) -> str:
        """Takes up the clarification's option of this number, counted from 1."""
        run, inquiry = await self._open(click)
        options = inquiry.asked.clarification.options if isinstance(inquiry.asked, ClarificationAsked) else ()
        if not 1 <= number <= len(options):
            raise AskerError("That answer is no longer available. Answer in the thread.")
        return await self._clarify(run, inquiry, click.user_id, options[number - 1])

    async def in_own_words(self, click: Click) -> str:
        await self._open(click)
        return IN_THE_THREAD

    async def reply(self, run: Run, user_id: str, text: str) -> str | None:
        """What a reply in the thread of a waiting run means to it; None where it is a question of its own."""
        view, choice = await self.view(run.run_id), choice_of(text)
        inquiry = view.open_inquiry
        if inquiry is None:
            # The very reply that answered it, taken up again after a crash, must not steer the run.
            return UNDERSTOOD if any(_is_answer(i, user_id, text) for i in view.inquiries) else None
        over = reuse_of(text)
        if (isinstance(inquiry.asked, ConsentAsked) and choice is None) or (
            isinstance(inquiry.asked, ReuseOffered) and over is None
        ):
            return None
        if refusal := await self._door.permissions.answering(user_id, run):
            raise AskerError(refusal)
        if isinstance(inquiry.asked, ConsentAsked) and choice is not None:
            return await self._start(run, inquiry.asked, user_id, choice)
        if isinstance(inquiry.asked, ReuseOffered) and over is not None:
            return await self._take_over(run, inquiry.asked, user_id, over)
        return await self._clarify(run, inquiry, user_id, text)

    async def escalate(self, click: Click) -> str:
        """Has the offered workers take over, for the price that the button named."""
        run = await click.run(self._door.services.runs)
        if refusal := await self._door.permissions.answering(click.user_id, run):
            raise AskerError(refusal)
        version = (await self.view(run.run_id)).of_version(click.version or 0)
        if version is None or version.offered is None:
            raise AskerError("That offer is gone. Use the buttons of the newest version.")
        escalated = Escalated(version.draft.version, version.offered.route, click.user_id)
        if not await self._door.services.answers.escalate(run.run_id, escalated):
            raise AskerError(
                f"Too late: version {version.draft.version} is already decided, or a newer one is on its way."
            )
        return f"On it: {brief(version.offered)}. What was found so far is kept."

    async def view(self, run_id: str) -> RunView:
        return fold(run_id, await self._door.services.events.of(run_id))

    async def _open(self, click: Click) -> tuple[Run, Inquiry]:
        run = await click.run(self._door.services.runs)
        if refusal := await self._door.permissions.answering(click.user_id, run):
            raise AskerError(refusal)
        inquiry = (await self.view(run.run_id)).open_inquiry
        if inquiry is None or inquiry.asked.epoch != click.version:
            raise AskerError(await self._too_late(run, click.version or 0, click.user_id))
        return run, inquiry

    async def _start(self, run: Run, asked: ConsentAsked, user_id: str, choice: tuple[Choice, Strategy | None]) -> str:
        offer = taken_up(asked, *choice)
        given = ConsentGiven(asked.epoch, choice[0], offer.route, user_id)
        if not await self._door.services.answers.give(run.run_id, given):
            raise AskerError(await self._too_late(run, asked.epoch, user_id))
        return f"Started: {brief(offer)}."

    async def _take_over(self, run: Run, asked: ReuseOffered, user_id: str, choice: Reuse) -> str:
        chosen = ReuseChosen(asked.epoch, choice, asked.earlier.run_id, user_id)
        if not await self._door.services.answers.give(run.run_id, chosen):
            raise AskerError(await self._too_late(run, asked.epoch, user_id))
        return TAKEN_OVER[choice]

    async def _clarify(self, run: Run, inquiry: Inquiry, user_id: str, text: str) -> str:
        given = ClarificationGiven(inquiry.asked.epoch, text, user_id)
        if not await self._door.services.answers.give(run.run_id, given):
            raise AskerError(await self._too_late(run, inquiry.asked.epoch, user_id))
        return UNDERSTOOD

    async def _too_late(self, run: Run, epoch: int, user_id: str) -> str:
        view = await self.view(run.run_id)
        given = next((i.given for i in view.inquiries if i.asked.epoch == epoch and i.given), None)
        if given is None:
            return TOO_LATE.get(view.status, "That question is closed. The thread shows how the run is doing.")
        who = "you" if given.user_id == user_id else f"@{await self._door.people.name_of(given.user_id)}"
        what = _chosen(given)
        return f"Already answered: {who} chose {what}."


def _is_answer(inquiry: Inquiry, user_id: str, text: str) -> bool:
    given = inquiry.given
    if given is None or given.user_id != user_id:
        return False
    if isinstance(given, ReuseChosen):
        return reuse_of(text) is given.choice
    said = choice_of(text)
    return said is not None and said[0] is given.choice if isinstance(given, ConsentGiven) else given.text == text


def _chosen(given: ConsentGiven | ClarificationGiven | ReuseChosen) -> str:
    if isinstance(given, ReuseChosen):
        return given.choice
    return given.route.strategy if isinstance(given, ConsentGiven) else given.text
