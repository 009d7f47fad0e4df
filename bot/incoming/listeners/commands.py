"""The slash command /research: subcommands answer to the asker alone, a question is asked in the channel."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incoming import question, subcommands
from bot.incoming.answering import SECONDS, outcome, pressed
from bot.incoming.asking import ASKED_ALREADY, Asking, Message, Said
from bot.incoming.budget_words import BudgetWords
from bot.incoming.door import Door
from bot.incoming.inbox import Payload
from bot.incoming.money_report import MoneyReport
from bot.incoming.pausing import Pausing
from bot.incoming.small_talk import ANSWERS, small_talk
from bot.incoming.subcommands import COMMANDS, Subcommand
from bot.outgoing.blocks import spend
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.notice import help_message, research_it, sentence
from bot.outgoing.outbox import NotSent
from orchestration.values.domain import Conversation
from orchestration.values.errors import AskerError
from orchestration.values.states import CAN_BE_STOPPED
from storage.runs.runs import RunHead

log = structlog.get_logger()

Command = Mapping[str, Any]
MARGIN_SECONDS = 0.4
"""Of an answer's time, for the answer itself: what is stored must not be called too slow."""
OF_THE_TEAM = ("spend", "budget", "history")
NOT_AMONG_STRANGERS = (
    "This channel is shared with another organisation, so nothing of the team's spend or history is shown here. "
    "Write the command in one of your own channels, or open my Home tab."
)
LATER = "On it: your question will appear in the channel in a moment."


def register(app: AsyncApp, door: Door) -> None:
    commands = Commands(door)

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        said: list[SlackMessage] = []

        async def work() -> str:
            said.append(await commands.answer(body))
            return ""

        failed = await outcome(work())
        answer = sentence(failed) if failed else said[0]
        await ack(text=answer.text, blocks=answer.blocks) if answer.text else await ack()

    app.command("/research")(listener)
    app.action("research_it")(pressed(door, commands.research_it))
    door.intake.on("command", commands.ask)


class Commands:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._asking = Asking(door)
        self._reports = MoneyReport(door)
        self._budgets = BudgetWords(door)
        self._pausing = Pausing(door)
        self._subcommands: dict[str, Callable[[Command, Subcommand], Awaitable[SlackMessage]]] = {
            "ask": self._ask,
            "spend": self._spend,
            "budget": self._budget,
            "history": self._history,
            "stop": self._stop,
            "pause": self._pause,
            "resume": self._resume,
            "help": self._help,
        }

    async def answer(self, body: Command) -> SlackMessage:
        """For the eyes of the asker, within the time a command has."""
        begun = self._door.services.clock.monotonic()
        text = body.get("text") or ""
        if subcommand := subcommands.read(text):
            if subcommand.name in OF_THE_TEAM and (await self._door.people.place(body["channel_id"])).is_shared:
                raise AskerError(NOT_AMONG_STRANGERS)
            return await self._subcommands[subcommand.name](body, subcommand)
        words, asked = await self._read(body["user_id"], text)
        if chat := small_talk(words):
            return sentence(ANSWERS[chat])
        if not asked.pasted and (near := subcommands.near_miss(asked.text)):
            return research_it(near.sentence, words, key=body["trigger_id"])
        return await self._submit(body, text, begun)

    async def research_it(self, body: dict[str, Any]) -> str:
        """The button of a near miss; the key of what was written, so that two presses ask once."""
        trigger_id, _, text = body["actions"][0]["value"].partition(" ")
        if message := Message.of_key(trigger_id, body["team"]["id"], body["channel"]["id"]):
            return await self._research_message(message, text, body["user"]["id"])
        command = {"team_id": body["team"]["id"], "channel_id": body["channel"]["id"], "trigger_id": trigger_id}
        asked = Subcommand("ask", {"question": text})
        return (await self._ask({**command, "user_id": body["user"]["id"]}, asked)).text

    async def _research_message(self, message: Message, text: str, user_id: str) -> str:
        await self._asking.allowed(user_id)
        said = Said(text, message.conversation, user_id, message.run_key, ts=message.ts)
        _, is_new = await self._asking.start(said)
        return "" if is_new else ASKED_ALREADY

    async def ask(self, kept: Payload) -> str:
        """The inbox's work: the question as a message of the channel, then its run in that thread."""
        try:
            words = await self._asking.written(kept["text"])
            who = await self._door.people.name_of(kept["user_id"])
            key = f"command/{kept['trigger_id']}"
            posted = sentence(f"@{who} asks: {question.read(words).whole}")
            ts = await self._door.outbox.reply(kept["channel_id"], posted, key=key)
            conversation = Conversation(kept["team_id"], kept["channel_id"], ts)
            run, _ = await self._asking.start(Said(words, conversation, kept["user_id"], key))
        except AskerError as error:
            return await self._tell(kept, error.sentence)
        except NotSent as error:
            if error.passing:
                raise  # the inbox asks again: a question that was taken in is not lost to an outage
            return await self._tell(kept, error.sentence)
        return f"started {run.run_id}"

    async def _ask(self, body: Command, asked: Subcommand) -> SlackMessage:
        begun = self._door.services.clock.monotonic()
        text = asked.arguments["question"]
        await self._read(body["user_id"], text)
        return await self._submit(body, text, begun)

    async def _read(self, user_id: str, text: str) -> tuple[str, question.Asked]:
        """Refused here a bad question is never stored and never seen by the channel."""
        await self._asking.allowed(user_id)
        words = await self._asking.written(text)
        return words, question.read(words)

    async def _submit(self, body: Command, text: str, begun: float) -> SlackMessage:
        await self._joined(body["channel_id"])
        key = f"command/{body['team_id']}/{body['trigger_id']}"
        kept = {name: body[name] for name in ("team_id", "channel_id", "user_id", "trigger_id")}
        left = SECONDS - MARGIN_SECONDS - (self._door.services.clock.monotonic() - begun)
        said = await self._door.intake.submit("command", {**kept, "text": text}, key=key, seconds=left)
        return sentence(LATER) if said is None else SlackMessage("", [])

    async def _tell(self, kept: Payload, said: str) -> str:
        await self._door.outbox.ephemeral(kept["channel_id"], kept["user_id"], sentence(said))
        return said

    async def _joined(self, channel_id: str) -> None:
        if not (await self._door.people.place(channel_id)).is_joined:
            self._door.people.forget(channel_id)
            raise AskerError(f"I am not in this channel. Write `/invite @{self._door.bot.name}` here, then ask again.")

    async def _spend(self, body: Command, asked: Subcommand) -> SlackMessage:
        period, by = asked.arguments.get("period"), asked.arguments.get("by")
        report = await self._reports.spend(body["user_id"], body["channel_id"], period=period, by=by)
        return spend.spend(report, demo=self._door.services.settings.demo)

    async def _budget(self, body: Command, asked: Subcommand) -> SlackMessage:
        if asked.arguments:
            return await self._budgets.answer(body["channel_id"], body["user_id"], asked.arguments)
        report = await self._reports.spend(body["user_id"], body["channel_id"], period=None, by=None)
        return spend.budget(report, owners=self._reports.owners(), demo=self._door.services.settings.demo)

    async def _history(self, body: Command, asked: Subcommand) -> SlackMessage:
        runs = await self._reports.history(body["user_id"], body["channel_id"])
        return spend.history(runs, demo=self._door.services.settings.demo)

    async def _stop(self, body: Command, asked: Subcommand) -> SlackMessage:
        wanted = asked.arguments.get("run")
        runs = [line for line in await self._stoppable(body) if wanted in (None, line.run.run_id)]
        if not runs:
            return sentence("No run in this channel can be stopped: none is working or waiting.")
        if len(runs) > 1:
            named = ", ".join(f"`{line.run.run_id}`" for line in runs)
            return sentence(f"{len(runs)} runs are active here. Name one of {named}: `/research stop RUN`.")
        run = runs[0].run
        if refusal := await self._door.permissions.stopping(body["user_id"], run):
            raise AskerError(refusal)
        stopped = await self._door.services.runs.cancel(run.run_id, body["user_id"])
        return sentence("Stopped. What was paid for is kept." if stopped else "It had already ended.")

    async def _pause(self, body: Command, asked: Subcommand) -> SlackMessage:
        return await self._pausing.pause(asked.arguments.get("where", "team"), body["channel_id"], body["user_id"])

    async def _resume(self, body: Command, asked: Subcommand) -> SlackMessage:
        where = asked.arguments.get("where", "team")
        return sentence(await self._pausing.resume(where, body["channel_id"], body["user_id"]))

    async def _help(self, body: Command, asked: Subcommand) -> SlackMessage:
        settings = self._door.services.settings
        commands = [(command.written, command.does) for command in COMMANDS.values()]
        user_id = self._door.bot.user_id
        return help_message(commands, bot_user_id=user_id, offline=settings.offline, demo=settings.demo)

    async def _stoppable(self, body: Command) -> list[RunHead]:
        team_id, channel_id = body["team_id"], body["channel_id"]
        return await self._door.services.runs.list(team_id=team_id, channel_id=channel_id, statuses=CAN_BE_STOPPED)
