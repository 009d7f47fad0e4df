"""Words below waiting notes: the card that asks what they mean, and its buttons."""

from dataclasses import dataclass
from typing import Any, Self

from slack_bolt.async_app import AsyncApp

from bot.incoming import note_words
from bot.incoming.answering import pressed
from bot.incoming.asking import ASKED_ALREADY, Asking, Said, message_run_key
from bot.incoming.click import Click
from bot.incoming.decisions import Decisions
from bot.incoming.door import Door
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.note_card import note_card
from bot.outgoing.view.run_view import RunView
from orchestration.routing.estimate import escalated
from orchestration.values.domain import Conversation, Decision, Run
from orchestration.values.errors import AskerError, UnknownPrice

Body = dict[str, Any]

LONGEST_WORDS = 1500
"""What a button can carry; who writes more asks."""
STARTED = "Asked: the work shows in the thread."


def register(app: AsyncApp, door: Door) -> None:
    buttons = NoteButtons(door)
    app.action("revise_notes")(pressed(door, buttons.revise))
    app.action("ask_as_question")(pressed(door, buttons.ask))


@dataclass(frozen=True, slots=True)
class _Carried:
    """The value of a card's button: run and version, the message's ts, the notes to fix, what to add, the words."""

    draft: str
    ts: str
    fix: tuple[str, ...]
    says_how: bool
    words: str

    @property
    def value(self) -> str:
        return " ".join([self.draft, self.ts, ",".join(self.fix) or "-", "how" if self.says_how else "-", self.words])

    @classmethod
    def of(cls, body: Body) -> Self:
        parts = str(body["actions"][0].get("value") or "").split(" ", 4)
        if len(parts) != 5:
            raise AskerError("That button is from another version of me. Write it again in the thread.")
        draft, ts, fix, how, words = parts
        return cls(draft, ts, () if fix == "-" else tuple(fix.split(",")), how == "how", words)


async def card(door: Door, run: Run, ts: str, words: str) -> SlackMessage | None:
    """None where the words are not about the notes of the run's newest draft."""
    view = await Decisions(door).view(run.run_id)
    version = view.newest
    if version is None or version.critique is None or len(words) > LONGEST_WORDS:
        return None
    found = note_words.read(words, [note.note_id for note in version.critique.notes])
    if found is None:
        return None
    carried = _Carried(f"{run.run_id}:{version.draft.version}", ts, found.fix, found.says_how, words)
    return note_card(view, version, found.fix, price=_price(door, view, found.fix), words=carried.value)


def _price(door: Door, view: RunView, fix: tuple[str, ...]) -> tuple[int, int] | None:
    """Of a revision: a worker for each subtask that a note is about, and the critic."""
    version = view.newest
    notes = version.critique.notes if version and version.critique else ()
    touched = {note.subtask_id for note in notes if note.note_id in fix}
    try:
        found = escalated(max(1, len(touched)), door.services.prices, door.services.limits)
    except UnknownPrice:
        return None
    return found.low_nano_usd, found.high_nano_usd


class NoteButtons:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._decisions = Decisions(door)
        self._asking = Asking(door)

    async def revise(self, body: Body) -> str:
        carried = _Carried.of(body)
        comment = carried.words if carried.says_how else ""
        click = _click(body, carried)
        return await self._decisions.decide(click, Decision.REQUEST_REVISIONS, note_ids=carried.fix, comment=comment)

    async def ask(self, body: Body) -> str:
        """Under the key of the message itself, so that it is asked once, whoever presses."""
        carried = _Carried.of(body)
        click = _click(body, carried)
        await self._asking.allowed(click.user_id)
        place = (await click.run(self._door.services.runs)).question.conversation
        conversation = Conversation(place.team_id, place.channel_id, place.thread_ts)
        key = message_run_key(conversation, carried.ts)
        _, is_new = await self._asking.start(Said(carried.words, conversation, click.user_id, key, ts=carried.ts))
        return STARTED if is_new else ASKED_ALREADY


def _click(body: Body, carried: _Carried) -> Click:
    return Click.of_button({**body, "actions": [{**body["actions"][0], "value": carried.draft}]})
