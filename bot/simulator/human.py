"""The human side: what people do, and what they get to see for it."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import inputs, payloads, posts
from bot.simulator.block_rules import elements
from bot.simulator.delivery import Deliveries, Envelope
from bot.simulator.errors import SlackError
from bot.simulator.events import Events
from bot.simulator.files import File
from bot.simulator.pulse import Pulse
from bot.simulator.slack import Slack
from bot.simulator.typed import as_rich_text, as_sent
from bot.simulator.workspace import Channel, Message

HOME_SECONDS = 3.0
_LONGEST_TEXT = 40_000


class NotPossible(LookupError):
    """A person cannot do that here: there is no such button, channel, command or form."""


@dataclass(frozen=True)
class CommandOutcome:
    """`text` and `blocks` are what the acknowledgement itself said; later answers are in the channel."""

    ok: bool
    text: str | None = None
    blocks: Sequence[Mapping[str, Any]] = ()
    error: str | None = None


@dataclass(frozen=True)
class ClickOutcome:
    ok: bool
    error: str | None = None


@dataclass(frozen=True)
class SubmitOutcome:
    """`errors` are those shown at the fields, by block id; `action` what became of the form."""

    ok: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    action: str | None = None


class HumanSide:
    def __init__(self, slack: Slack, deliveries: Deliveries, events: Events, pulse: Pulse) -> None:
        self._slack = slack
        self._deliveries = deliveries
        self._events = events
        self._pulse = pulse

    def post(
        self, user_id: str, channel: Channel, text: str, *, thread_ts: str | None, along: Sequence[File | Message]
    ) -> str:
        """A message or a reply with files and forwarded messages; without any of these there is nothing to send."""
        slack, sent = self._slack, as_sent(text, self._slack.workspace)[:_LONGEST_TEXT]
        if not sent.strip() and not along:
            raise NotPossible("There is nothing to send.")
        if channel.is_im and not slack.manifest.messages_tab:
            raise NotPossible("Sending messages to this app has been turned off.")
        message: Message = {
            "type": "message",
            "user": user_id,
            "ts": slack.new_ts(),
            "client_msg_id": slack.ids.uuid(),
            "text": sent,
            "team": slack.identity.team_id,
        }
        if sent:
            message["blocks"] = [{**as_rich_text(sent), "block_id": slack.ids.new("b")}]
        if thread_ts is not None:
            message |= self._place_in_thread(channel, thread_ts)
        if files := [item for item in along if isinstance(item, File)]:
            message |= self._attached(channel, files)
        if shared := [item for item in along if not isinstance(item, File)]:
            message["attachments"] = [{"id": n, **item} for n, item in enumerate(shared, start=1)]
        slack.workspace.add(channel, message)
        return str(message["ts"])

    def edit(self, user_id: str, channel: Channel, message: Message, text: str) -> None:
        """The app hears of it as `message_changed`, not as a new mention."""
        self._check_author(user_id, message)
        sent = as_sent(text, self._slack.workspace)
        edited = {"user": user_id, "ts": self._slack.new_ts()}
        blocks = [{**as_rich_text(sent), "block_id": self._slack.ids.new("b")}]
        self._slack.workspace.replace(channel, {**message, "text": sent, "blocks": blocks, "edited": edited})

    def delete(self, user_id: str, channel: Channel, message: Message) -> None:
        self._check_author(user_id, message)
        posts.take_away(self._slack.workspace, channel, message)

    def share(self, channel: Channel, *, shared: bool) -> None:
        """With another organisation, or no longer."""
        channel.is_ext_shared = shared
        self._events.channel_changed(channel, "channel_shared" if shared else "channel_unshared")

    async def command(self, user_id: str, channel: Channel, *, name: str, text: str) -> CommandOutcome:
        if name not in {declared.command for declared in self._slack.manifest.commands}:
            return CommandOutcome(False, error=f"{name} is not a valid command.")
        sent = as_sent(text, self._slack.workspace).strip()
        payload = payloads.command(self._slack, user_id, channel, name=name, text=sent)
        answer = await self._deliveries.ask(Envelope("slash_commands", payload, accepts_response=True))
        if not answer.acknowledged:
            error = f"{name} failed because the app did not respond."
            self._slack.workspace.report_problem(user_id, channel, error)
            return CommandOutcome(False, error=error)
        return self._answered(user_id, channel, answer.payload or {})

    async def click(
        self, user_id: str, channel: Channel, message: Message, *, place: tuple[str | None, str], raw: Any
    ) -> ClickOutcome:
        """`place` is (block id or None, action id); `raw` is what was chosen, where it is no button."""
        block_id, element = _find_element(message.get("blocks", ()), *place)
        value = _chosen(element, raw)
        action = payloads.action(self._slack, block_id, element, value)
        payload = payloads.message_action(self._slack, user_id, channel, message=message, action=action)
        return await self._interact(user_id, channel, payload)

    async def click_in_view(
        self, user_id: str, view: dict[str, Any], *, place: tuple[str | None, str], raw: Any
    ) -> ClickOutcome:
        block_id, element = _find_element(view["blocks"], *place)
        value = _chosen(element, raw)
        # The state of a view travels with every press in it.
        if value:
            view["state"]["values"].setdefault(block_id, {})[element["action_id"]] = value
        action = payloads.action(self._slack, block_id, element, value)
        payload = payloads.view_action(self._slack, user_id, view=view, action=action)
        return await self._interact(user_id, self._somewhere(user_id), payload)

    async def shortcut(self, user_id: str, channel: Channel, message: Message, *, callback_id: str) -> ClickOutcome:
        declared = [s for s in self._slack.manifest.shortcuts if s.kind == "message"]
        if callback_id not in {s.callback_id for s in declared}:
            raise NotPossible(f"The app declares no message shortcut {callback_id}.")
        payload = payloads.shortcut(self._slack, user_id, channel, message=message, callback_id=callback_id)
        return await self._interact(user_id, channel, payload)

    async def submit(
        self, user_id: str, view: dict[str, Any], values: Mapping[str, Mapping[str, Any]]
    ) -> SubmitOutcome:
        """Only the top form can be sent; what the client itself refuses never reaches the app."""
        # What has been typed stays in the form, also when it is refused.
        if errors := self._fill(view, values):
            return SubmitOutcome(False, errors)
        payload = payloads.submission(self._slack, user_id, view=view)
        answer = await self._deliveries.ask(Envelope("interactive", payload, accepts_response=True))
        if not answer.acknowledged:
            return SubmitOutcome(False, error="We had some trouble connecting. Try again?")
        try:
            return self._respond(user_id, view, answer.payload or {})
        except SlackError as refused:
            reasons = refused.extra.get("response_metadata", {}).get("messages", [refused.code])
            return SubmitOutcome(False, error=f"The app answered with a form Slack refuses: {reasons[0]}")

    async def close(self, user_id: str, view: dict[str, Any]) -> None:
        cleared = bool(view["clear_on_close"])
        closed = self._slack.views.close(user_id, None if cleared else view["id"])
        for gone in closed:
            if gone["notify_on_close"]:
                payload = payloads.closing(self._slack, user_id, view=gone, is_cleared=cleared)
                await self._deliveries.ask(Envelope("interactive", payload))

    async def open_home(self, user_id: str, channel: Channel) -> dict[str, Any] | None:
        """What is there once the app has published, or after three seconds."""
        if not self._slack.manifest.home_tab:
            return None
        before = self._home_hash(user_id)
        self._events.home_opened(user_id, channel)
        with contextlib.suppress(TimeoutError):
            await self._pulse.until(lambda: self._home_hash(user_id) != before, HOME_SECONDS)
        return self._slack.views.homes.get(user_id)

    def _check_author(self, user_id: str, message: Message) -> None:
        if message.get("user") != user_id:
            raise NotPossible("Only its author can change a message.")

    def _home_hash(self, user_id: str) -> str | None:
        home = self._slack.views.homes.get(user_id)
        return home["hash"] if home else None

    def _place_in_thread(self, channel: Channel, thread_ts: str) -> Message:
        message = self._slack.workspace.find(channel.id, thread_ts)
        if message is None:
            raise NotPossible("There is no such message to reply to.")
        root_ts = message.get("thread_ts", thread_ts)
        root = self._slack.workspace.find(channel.id, root_ts) or message
        return {"thread_ts": root_ts, "parent_user_id": root.get("user", "")}

    def _attached(self, channel: Channel, files: Sequence[File]) -> Message:
        for file in files:
            file.channels.append(channel.id)
        address, team_id = self._slack.address(), self._slack.identity.team_id
        described = [file.described(address, team_id) for file in files]
        return {"subtype": "file_share", "upload": False, "display_as_bot": False, "files": described}

    async def _interact(self, user_id: str, channel: Channel, payload: Mapping[str, Any]) -> ClickOutcome:
        if not self._slack.manifest.interactive:
            return ClickOutcome(False, "This app is not configured to handle interactive responses.")
        answer = await self._deliveries.ask(Envelope("interactive", payload))
        if answer.acknowledged:
            return ClickOutcome(True)
        error = f"{self._slack.manifest.bot_name} did not respond. Try again?"
        self._slack.workspace.report_problem(user_id, channel, error)
        return ClickOutcome(False, error)

    def _answered(self, user_id: str, channel: Channel, said: Mapping[str, Any]) -> CommandOutcome:
        if not said.get("text") and not said.get("blocks"):
            return CommandOutcome(True)
        try:
            answer = posts.content(self._slack, said, posts.POSTED_CHARACTERS)
        except SlackError as refused:
            return CommandOutcome(False, error=f"The app answered with what Slack refuses: {refused.code}")
        post_answer(self._slack, user_id, channel, said=said, answer=answer)
        return CommandOutcome(True, answer["text"], answer.get("blocks", ()))

    def _fill(self, view: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        errors = {}
        for block, element in inputs.input_elements(view["blocks"]):
            typed = view["state"]["values"].setdefault(block["block_id"], {})
            given = values.get(block["block_id"], {})
            if element["action_id"] in given:
                typed[element["action_id"]] = inputs.reported(element, given[element["action_id"]])
            if problem := _refused_by_client(block, element, typed.get(element["action_id"])):
                errors[block["block_id"]] = problem
        return errors

    def _respond(self, user_id: str, view: dict[str, Any], said: Mapping[str, Any]) -> SubmitOutcome:
        action = said.get("response_action")
        match action:
            case "errors":
                return self._show_errors(view, said.get("errors") or {})
            case "update":
                self._slack.views.update(view, said["view"])
            case "push":
                self._slack.views.push(user_id, said["view"])
            case "clear":
                self._slack.views.close(user_id)
            case _:
                self._slack.views.close(user_id, view["id"])
        return SubmitOutcome(True, action=action or "close")

    def _show_errors(self, view: Mapping[str, Any], errors: Mapping[str, str]) -> SubmitOutcome:
        fields = {block["block_id"] for block, _ in inputs.input_elements(view["blocks"])}
        if not errors or errors.keys() - fields:
            return SubmitOutcome(False, error="The app's errors name no field of the form.")
        return SubmitOutcome(False, dict(errors), action="errors")

    def _somewhere(self, user_id: str) -> Channel:
        channel = self._slack.workspace.dm_of(user_id)
        if channel is None:
            raise NotPossible(f"There is no person {user_id}.")
        return channel


def post_answer(slack: Slack, user_id: str, channel: Channel, *, said: Mapping[str, Any], answer: Message) -> Message:
    """An app's direct answer to a command or click: to that person alone unless it says otherwise."""
    message = posts.signed(slack, answer)
    if said.get("thread_ts"):
        message["thread_ts"] = said["thread_ts"]
    posts.record_broadcasts(slack, channel, message)
    if said.get("response_type") == "in_channel":
        slack.workspace.add(channel, message)
    else:
        slack.workspace.whisper(user_id, channel, {**message, "is_ephemeral": True})
    return message


def _find_element(
    blocks: Sequence[Mapping[str, Any]], block_id: str | None, action_id: str
) -> tuple[str, Mapping[str, Any]]:
    for block in blocks:
        for _, element in elements(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block["block_id"], element
    raise NotPossible(f"There is nothing to press with the action id {action_id}.")


def _chosen(element: Mapping[str, Any], raw: Any) -> dict[str, Any]:
    return {} if element["type"] == "button" else inputs.reported(element, raw)


def _refused_by_client(
    block: Mapping[str, Any], element: Mapping[str, Any], value: Mapping[str, Any] | None
) -> str | None:
    given = inputs.given(value) if value else None
    if not given:
        return None if block.get("optional") else "Please complete this required field."
    if isinstance(given, str) and len(given) > element.get("max_length", 3000):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    if isinstance(given, str) and len(given) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    return None
