"""A conversation as a transcript: what people said and did, and what they were answered, in this order.

await Talk(slack).play(
    said("U0ANA", "Compare FastAPI and Flask"),
    answered("board", "Supervisor · 2 workers"),
    answered("notes/v1", "N1"),
    pressed("U0ANA", "approve"),
    told("U0ANA", "Approved."),
)
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import CommandOutcome, Simulator

Message = dict[str, Any]
Step = Callable[["Talk"], Awaitable[None]]

RESEARCH = "C0RESEARCH"
ANA, BEN, CHLOE, DAN = "U0ANA", "U0BEN", "U0CHLOE", "U0DAN"
SECONDS = 40.0
"""How long an answer may take: long for a busy machine, since no test is about speed."""


@dataclass
class Talk:
    """One thread, as the people of the channel see it."""

    slack: Simulator
    channel: str = RESEARCH
    ts: str = ""
    """Of the message that opened the thread."""
    outcomes: list[CommandOutcome] = field(default_factory=list)

    async def play(self, *steps: Step) -> None:
        for step in steps:
            await step(self)

    @property
    def messages(self) -> list[Message]:
        """What the bot wrote in the thread, oldest first."""
        return [message for message in self.slack.thread(self.channel, self.ts) if message.get("bot_id")]

    @property
    def run_ids(self) -> list[str]:
        """The runs of the thread, in the order in which they appeared."""
        return list(dict.fromkeys(run_id for run_id, slot in map(place, self.messages) if slot))

    def slots(self, run: int = 1) -> list[str]:
        """The run's messages in the order in which they stand in the thread."""
        wanted = self.run_ids[run - 1] if len(self.run_ids) >= run else ""
        return [slot for run_id, slot in map(place, self.messages) if slot and run_id == wanted]

    def find(self, slot: str, run: int = 1) -> Message | None:
        wanted = self.run_ids[run - 1] if len(self.run_ids) >= run else ""
        return next((m for m in self.messages if place(m) == (wanted, slot)), None)

    def text(self, slot: str, run: int = 1) -> str:
        message = self.find(slot, run)
        return words(message) if message else ""

    async def until(self, look: Callable[[], object], wanted: str, *, seconds: float = SECONDS) -> None:
        try:
            await self.slack.until(look, seconds)
        except TimeoutError:
            raise AssertionError(f"The thread never showed {wanted}. It shows:\n{self.written()}") from None

    def written(self) -> str:
        """The whole thread and what was whispered, to be read where a test fails."""
        lines = [f"{'/'.join(place(m)) or m.get('user')}: {words(m)}" for m in self.slack.thread(self.channel, self.ts)]
        people = (ANA, BEN, CHLOE, DAN)
        whispers = [f"(to {who}) {m['text']}" for who in people for m in self.slack.ephemerals(who)]
        return "\n".join([*lines, *whispers])


def said(user: str, text: str, *, mention: bool = True, files: Sequence[tuple[str, bytes]] = ()) -> Step:
    """Opens the thread or, once there is one, replies in it. A file is its name and its bytes."""

    async def step(talk: Talk) -> None:
        name = f"<@{talk.slack.bot_user_id}> " if mention and not talk.channel.startswith("D") else ""
        ts = await talk.slack.post(user, talk.channel, name + text, thread_ts=talk.ts or None, files=files)
        talk.ts = talk.ts or ts

    return step


def answered(slot: str, *shown: str, run: int = 1, without: Iterable[str] = ()) -> Step:
    """The bot's message in this slot comes to show all of these words and none of those."""

    async def step(talk: Talk) -> None:
        def look() -> bool:
            text = talk.text(slot, run)
            return bool(text) and all(word in text for word in shown) and not any(word in text for word in without)

        await talk.until(look, f"{slot} with {shown} and without {tuple(without)}")

    return step


def replied(*shown: str) -> Step:
    """A message of the bot in the thread that belongs to no run."""

    async def step(talk: Talk) -> None:
        def look() -> bool:
            return any(not place(m)[1] and all(word in words(m) for word in shown) for m in talk.messages)

        await talk.until(look, f"a reply with {shown}")

    return step


def pressed(user: str, action: str, slot: str | None = None, *, run: int = 1) -> Step:
    """Without a slot the newest message of the run that has the button."""

    async def step(talk: Talk) -> None:
        def found() -> Message | None:
            wanted = [talk.find(name, run) for name in ([slot] if slot else reversed(talk.slots(run)))]
            return next((message for message in wanted if message and action in buttons(message)), None)

        await talk.until(found, f"a button {action} at {slot or 'any message'}")
        message = found()
        assert message is not None
        outcome = await talk.slack.click(user, talk.channel, message["ts"], action)
        assert outcome.ok, outcome.error

    return step


def filled(user: str, *notes: str, comment: str = "") -> Step:
    """Sends the form on top with these notes ticked and these words."""

    async def step(talk: Talk) -> None:
        await talk.until(lambda: talk.slack.open_views(user), f"a form of {user}")
        view = talk.slack.open_views(user)[-1]
        fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        given: dict[str, dict[str, Any]] = {"notes": {"notes": list(notes)}, "comment": {"comment": comment}}
        values = {name: value for name, value in given.items() if name in fields}
        outcome = await talk.slack.submit_view(user, view["id"], values)
        assert outcome.ok, outcome

    return step


def opened(user: str, *shown: str) -> Step:
    """The form on top says this."""

    async def step(talk: Talk) -> None:
        def look() -> bool:
            views = talk.slack.open_views(user)
            return bool(views) and all(word in words(views[-1]) for word in shown)

        await talk.until(look, f"a form of {user} with {shown}")

    return step


def told(user: str, *shown: str) -> Step:
    """For that person's eyes only."""

    async def step(talk: Talk) -> None:
        def look() -> bool:
            return any(all(word in words(m) for word in shown) for m in talk.slack.ephemerals(user))

        await talk.until(look, f"to {user} alone {shown}")

    return step


def commanded(user: str, text: str, *shown: str) -> Step:
    """`/research …`, whose own answer comes at once."""

    async def step(talk: Talk) -> None:
        outcome = await talk.slack.command(user, talk.channel, "/research", text)
        talk.outcomes.append(outcome)
        answer = words({"text": outcome.text or "", "blocks": outcome.blocks})
        assert outcome.ok, outcome.error
        assert [word for word in shown if word not in answer] == [], answer

    return step


def words(message: Mapping[str, Any]) -> str:
    """Everything in a message that a person reads, a block a line."""
    return "\n".join([str(message.get("text", "")), *("".join(_strings(block)) for block in message.get("blocks", ()))])


def buttons(message: Mapping[str, Any]) -> list[str]:
    blocks = message.get("blocks", ())
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    rows += [[block["accessory"]] for block in blocks if "accessory" in block]
    return [element["action_id"] for row in rows for element in row]


def place(message: Mapping[str, Any]) -> tuple[str, str]:
    """The run and the slot that the bot wrote on its own message; empty where it wrote none."""
    written = (message.get("metadata") or {}).get("event_payload") or {}
    return written.get("run_id", ""), written.get("slot", "")


def posted_twice(slack: Simulator) -> list[str]:
    """What stands twice in the workspace, or was sent and taken twice, by the name the bot wrote on it."""
    stored = [m for channel in slack.workspace.channels for m in slack.workspace.in_channel(channel)]
    shown = Counter(name for message in stored if (name := _name(message)))
    calls = [call for call in slack.calls if call.method == "chat.postMessage" and call.ok]
    taken = Counter(name for call in calls if (name := _name({"metadata": _read(call.args.get("metadata"))})))
    return [name for name, times in (shown | taken).items() if times > 1]


def _name(message: Mapping[str, Any]) -> str:
    return json.dumps((message.get("metadata") or {}).get("event_payload") or "", sort_keys=True).strip('"')


def _read(metadata: Any) -> Any:
    return json.loads(metadata) if isinstance(metadata, str) else metadata


_UNREAD = frozenset({"type", "url", "value", "action_id", "block_id", "style", "status", "task_id", "callback_id"})


def _strings(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str) and name not in _UNREAD:
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(item, key)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
