"""The page in a real browser, against the real simulator and, where somebody has to answer, a real Bolt app."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import yaml
from playwright.async_api import Page, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import triggers
from bot.simulator.server import Simulator

MANIFEST = Path(__file__).parents[4] / "manifest.yml"
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Request revisions"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "notes",
            "optional": True,
            "label": {"type": "plain_text", "text": "Notes to fix"},
            "element": {
                "type": "checkboxes",
                "action_id": "fix",
                "options": [
                    {"text": {"type": "plain_text", "text": f"Note {name}"}, "value": name} for name in ("N1", "N2")
                ],
            },
        },
        {
            "type": "input",
            "block_id": "own",
            "label": {"type": "plain_text", "text": "In your own words"},
            "element": {"type": "plain_text_input", "action_id": "words", "multiline": True},
        },
    ],
}


@pytest_asyncio.fixture(loop_scope="session")
async def simulator(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    # A form may be opened late; that nobody answers in three seconds is a test of its own.
    monkeypatch.setattr(triggers, "SECONDS", 60.0)
    simulator = Simulator(yaml.safe_load(MANIFEST.read_text("utf-8")), notice="Nothing is charged.")
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def client(simulator: Simulator) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(simulator.bot_token, base_url=simulator.api_url, session=session)


@pytest.fixture
def say(client: AsyncWebClient) -> Callable[..., Awaitable[str]]:
    """Posts blocks as the bot and gives the ts of the message."""

    async def post(*blocks: dict[str, Any], channel: str = "C0RESEARCH") -> str:
        answer = await client.chat_postMessage(channel=channel, text="fallback", blocks=blocks)
        return str(answer["ts"])

    return post


@pytest_asyncio.fixture(loop_scope="session")
async def submitted(simulator: Simulator, client: AsyncWebClient) -> AsyncIterator[list[dict[str, Any]]]:
    """A small app answers while this is in use; here are the values of the forms that it was sent."""
    bolt = AsyncApp(client=client, raise_error_for_unhandled_request=False)
    forms: list[dict[str, Any]] = []
    _listen(bolt, client, forms)
    handler = AsyncSocketModeHandler(bolt, simulator.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # as Bolt ships it
    yield forms
    await handler.close_async()  # type: ignore[no-untyped-call]  # as Bolt ships it


def _listen(bolt: AsyncApp, client: AsyncWebClient, forms: list[dict[str, Any]]) -> None:
    @bolt.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text="board", blocks=[{"type": "plan", "title": "Working", "tasks": []}], thread_ts=event["ts"])

    @bolt.event("message")
    async def ignore() -> None: ...

    @bolt.action("revise")
    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @bolt.view("")
    async def keep(ack: Any, view: dict[str, Any]) -> None:
        forms.append(view["state"]["values"])
        await ack()

    @bolt.command("/research")
    async def command(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(f"You asked for {command['text']}", response_type="ephemeral")


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(page: Page, simulator: Simulator) -> AsyncIterator[Page]:
    """The page as Ana sees it; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: complaints.append(f"alert {dialog.message}"))
    await page.goto(simulator.url)
    await expect(page.get_by_test_id("composer")).to_be_visible()
    yield page
    assert complaints == []
