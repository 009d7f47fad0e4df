"""The whole bot on the simulator: it says ready, answers, reports its health and parks its work at the end."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from website import free_port

from bot.serve import serve
from bot.setup.settings import Settings, SettingsError
from bot.simulator import Simulator

ROOT = Path(__file__).parents[2]
CHANNEL = "C0RESEARCH"
SettingsOf = Callable[..., Settings]


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(serve(settings, stop=stop, ready=lambda _: ready.set()))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED, timeout=60)
    waiting.cancel()
    if task.done():
        task.result()
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def health(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def test_a_question_gets_its_board(slack: Simulator, settings: SettingsOf) -> None:
    async with serving(settings(health_port=0)):
        ts = await slack.post("U0ANA", CHANNEL, f"<@{slack.bot_user_id}> Compare FastAPI and Flask")
        await slack.until(lambda: [m for m in slack.thread(CHANNEL, ts) if m.get("bot_id")])


async def test_a_proxy_of_the_outside_and_tokens_of_another_app_change_nothing(
    slack: Simulator, settings: SettingsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "another")
    async with serving(settings(health_port=0)):
        ts = await slack.post("U0ANA", CHANNEL, f"<@{slack.bot_user_id}> Compare FastAPI and Flask")
        await slack.until(lambda: [m for m in slack.thread(CHANNEL, ts) if m.get("bot_id")])


async def test_health_is_told_on_a_port_of_its_own(slack: Simulator, settings: SettingsOf) -> None:
    port = free_port()
    async with serving(settings(health_port=port)):
        assert await health(port, "/healthz") == (200, "ok\n")
        assert await health(port, "/readyz") == (200, "ok\n")
        status, text = await health(port, "/metrics")
        assert status == 200 and "threadwork_connected 1\n" in text
        await slack.stop()

        async def not_ready() -> bool:
            return await health(port, "/readyz") == (503, "not ready: slack\n")

        await _eventually(not_ready)
        assert (await health(port, "/healthz"))[0] == 200


async def test_http_mode_hears_signed_events(settings: SettingsOf) -> None:
    port, health_port = free_port(), free_port()
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    slack = Simulator(manifest, events_url=f"http://127.0.0.1:{port}/slack/events", retry_seconds=(0.05,))
    await slack.start()
    try:
        chosen = settings(
            slack_app_token=None,
            slack_signing_secret=slack.signing_secret,
            slack_api_url=slack.api_url,
            slack_bot_token=slack.bot_token,
            http_port=port,
            health_port=health_port,
        )
        async with serving(chosen):
            ts = await slack.post("U0ANA", CHANNEL, f"<@{slack.bot_user_id}> Compare FastAPI and Flask")
            await slack.until(lambda: [m for m in slack.thread(CHANNEL, ts) if m.get("bot_id")])
            outcome = await slack.command("U0ANA", CHANNEL, "/research", "help")
            assert "How to ask" in (outcome.text or "")
            assert all(delivery.answer.acknowledged for delivery in slack.deliveries)
    finally:
        await slack.stop()


async def test_the_bot_comes_back_when_slack_closes_its_socket(slack: Simulator, settings: SettingsOf) -> None:
    async with serving(settings(health_port=0)):
        await slack.disconnect_sockets()
        await slack.until(lambda: slack.sockets.connections)
        ts = await slack.post("U0ANA", CHANNEL, f"<@{slack.bot_user_id}> Compare FastAPI and Flask")
        await slack.until(lambda: [m for m in slack.thread(CHANNEL, ts) if m.get("bot_id")])


async def test_a_database_that_is_locked_for_long_ends_nothing(
    slack: Simulator, settings: SettingsOf, tmp_path: Path
) -> None:
    async with serving(settings(health_port=0)):
        ts = await slack.post("U0ANA", CHANNEL, f"<@{slack.bot_user_id}> Compare FastAPI and Flask")
        await slack.until(lambda: [m for m in slack.thread(CHANNEL, ts) if m.get("bot_id")])
        other = sqlite3.connect(tmp_path / "threadwork.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        # Longer than a writer waits.
        await asyncio.sleep(6)
        other.execute("ROLLBACK")
        other.close()
        await slack.until(lambda: [m for m in slack.thread(CHANNEL, ts) if "Version 1" in m["text"]])


async def test_sigterm_ends_the_process_in_order(slack: Simulator, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("THREADWORK_", "OPENAI_"))}
    tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url}
    place = {"PYTHONPATH": str(ROOT), "THREADWORK_HEALTH_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=tmp_path,
        env=kept | tokens | place,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(60):
        async for line in process.stderr:
            if b'"event": "ready"' in line:
                process.terminate()
        assert await process.wait() == 0


async def test_without_tokens_nothing_starts(settings: SettingsOf) -> None:
    with pytest.raises(SettingsError) as raised:
        await serve(settings(slack_bot_token=None, slack_app_token=None))
    assert len(raised.value.lines) == 2


async def _eventually(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        # Nobody tells when a lost connection is noticed.
        while not await look():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
