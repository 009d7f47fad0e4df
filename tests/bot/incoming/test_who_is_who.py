"""Who is a person, what is a mention, and whose events are ours, at every door."""

from dataclasses import replace
from typing import Any

import pytest

from bot.incoming.inbox import message_key
from bot.simulator.workspace import Channel

CHANNEL = "C0RESEARCH"


@pytest.fixture
def group(desk: Any) -> str:
    members = ["U0ANA", "U0BEN", desk.slack.bot_user_id]
    desk.slack.workspace.channels["C0GROUP"] = Channel("C0GROUP", "ana--ben-1", members, is_private=True, is_mpim=True)
    return "C0GROUP"


async def test_a_group_direct_message_is_asked_in_by_mention_command_and_shortcut(desk: Any, group: str) -> None:
    run = await desk.run_of(await desk.ask("Compare FastAPI and Flask", channel=group))
    assert not run.question.channel_is_public and not run.question.channel_is_shared
    assert (await desk.slack.command("U0BEN", group, "/research", "Which licence does Flask have?")).ok
    plain = await desk.slack.post("U0BEN", group, "When was Django released?")
    assert (await desk.slack.shortcut("U0BEN", group, plain, "research_this")).ok
    await desk.settled()
    assert len(await desk.runs()) == 3


async def test_an_id_that_begins_with_the_bots_is_somebody_else(desk: Any) -> None:
    await desk.slack.post("U0ANA", CHANNEL, f"<@{desk.slack.bot_user_id}2> compare A and B")
    named = await desk.slack.post("U0ANA", CHANNEL, f"<@{desk.slack.bot_user_id}|threadwork> compare A and B")
    assert (await desk.run_of(named)).question.text == "compare A and B"
    await desk.settled()
    assert len(await desk.runs()) == 1


async def _event(desk: Any, **changes: Any) -> None:
    """As `keep` gets it, whatever Slack would have had to go wrong for it."""
    event = {"type": "app_mention", "user": "U0ANA", "ts": "1.5", "channel": CHANNEL, "text": "compare A and B"}
    event |= changes.pop("event", {})
    body = {"team_id": desk.slack.team_id, "event_id": "Ev1", "type": "event_callback", "event": event, **changes}
    assert message_key(body) is not None

    async def following() -> None: ...

    await desk.door.intake.keep(body, following)
    await desk.settled()


async def test_an_app_mention_whose_text_mentions_somebody_else_starts_nothing(desk: Any) -> None:
    await _event(desk)
    assert await desk.runs() == []


async def test_an_event_of_another_workspace_is_refused(desk: Any) -> None:
    await _event(desk, team_id="T0OTHER", event={"text": f"<@{desk.slack.bot_user_id}> compare A and B"})
    assert await desk.runs() == []


async def test_slack_itself_is_no_person(desk: Any) -> None:
    desk.slack.workspace.users["USLACKBOT"] = replace(desk.slack.workspace.users["U0ANA"], id="USLACKBOT")
    text = f"<@{desk.slack.bot_user_id}> compare A and B"
    await _event(desk, event={"user": "USLACKBOT", "text": text})
    assert await desk.runs() == []


async def test_a_deactivated_account_opens_no_door(open_desk: Any) -> None:
    desk = await open_desk(reviewers=("U0CHLOE",), budget_owners=("U0CHLOE",))
    run = await desk.drafted(await desk.run_of(await desk.ask("Compare A and B", user="U0CHLOE")))
    desk.slack.workspace.users["U0CHLOE"] = replace(desk.slack.workspace.users["U0CHLOE"], is_deleted=True)
    desk.door.people._known.clear()
    may = desk.door.permissions
    assert "only answer people" in await may.asking("U0CHLOE")
    assert not await may.owns_budgets("U0CHLOE")
    refusals = [await ask("U0CHLOE", run) for ask in (may.reviewing, may.answering, may.stopping)]
    assert all(refusals)
    await desk.close()
