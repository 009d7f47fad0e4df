from typing import Any

import pytest

from bot.simulator import NotPossible
from bot.simulator.manifest import Manifest


def test_the_apps_own_manifest_is_read(manifest: dict[str, Any]) -> None:
    read = Manifest.read(manifest)
    assert ("Threadwork", "threadwork", True, True) == (read.name, read.bot_name, read.home_tab, read.interactive)
    assert ["/research"] == [command.command for command in read.commands]
    assert [("research_this", "message")] == [(s.callback_id, s.kind) for s in read.shortcuts]
    assert {"app_mention", "message.im"} < read.events


def test_an_empty_manifest_declares_nothing() -> None:
    read = Manifest.read({"features": None})
    assert (frozenset(), frozenset(), (), False) == (read.scopes, read.events, read.commands, read.home_tab)


async def test_without_the_commands_scope_there_are_no_commands(run: Any, manifest: dict[str, Any]) -> None:
    manifest["oauth_config"]["scopes"]["bot"].remove("commands")
    simulator = await run(manifest)
    outcome = await simulator.command("U0ANA", "C0RESEARCH", "/research", "x")
    assert "/research is not a valid command." == outcome.error


async def test_without_a_messages_tab_nobody_can_write_to_the_bot(run: Any, manifest: dict[str, Any]) -> None:
    manifest["features"]["app_home"]["messages_tab_enabled"] = False
    simulator = await run(manifest)
    with pytest.raises(NotPossible, match="turned off"):
        await simulator.post("U0ANA", "D0ANA", "hello")


async def test_without_interactivity_a_press_goes_nowhere(run: Any, client: Any, manifest: dict[str, Any]) -> None:
    manifest["settings"]["interactivity"]["is_enabled"] = False
    simulator = await run(manifest)
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "a"}
    blocks = [{"type": "actions", "elements": [button]}]
    ts = (await client(simulator).chat_postMessage(channel="C0RESEARCH", text="x", blocks=blocks))["ts"]
    assert not (await simulator.click("U0ANA", "C0RESEARCH", ts, "a")).ok
    assert [] == [d for d in simulator.deliveries if d.envelope.kind == "interactive"]


async def test_without_a_home_tab_none_is_published(run: Any, client: Any, manifest: dict[str, Any]) -> None:
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    simulator = await run(manifest)
    assert None is await simulator.open_home("U0ANA")
    assert [] == simulator.deliveries
