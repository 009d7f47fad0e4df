"""Channels that people of other organisations read: nothing of the team's is used or shown there."""

from typing import Any

import pytest

from bot.incoming.people import People
from bot.incoming.readers import Readers
from storage.threads.posts import Post

CHANNEL, PRIVATE = "C0RESEARCH", "C0STRATEGY"


@pytest.mark.parametrize(
    ("flags", "shared"),
    [
        ({}, True),
        ({"is_ext_shared": False}, False),
        ({"is_ext_shared": True}, True),
        ({"is_ext_shared": False, "is_pending_ext_shared": True}, True),
        ({"is_ext_shared": False, "is_org_shared": True}, True),
        ({"is_ext_shared": False, "is_org_shared": True, "internal_team_ids": ["T1", "T2"]}, True),
        ({"is_ext_shared": False, "is_org_shared": True, "internal_team_ids": ["T1"]}, False),
        ({"is_ext_shared": True, "id": "C9"}, False),
        ({"is_im": True}, False),
        ({"is_mpim": True}, True),
    ],
)
def test_a_channel_is_shared_unless_slack_says_that_it_is_not(flags: dict[str, Any], shared: bool) -> None:
    people = People(None, None, team_id="T1", open_to_others=("C9",))  # type: ignore[arg-type]  # nothing is asked
    assert people._is_shared(flags) is shared


async def test_a_question_there_is_asked_for_strangers_and_its_thread_says_so(desk: Any) -> None:
    desk.slack.share(CHANNEL)
    ts = await desk.ask("What do we know about queues?")
    run = await desk.run_of(ts)
    assert run.question.channel_is_shared
    await desk.said(CHANNEL, ts, "People of another organisation read this channel")


@pytest.mark.parametrize("command", ["spend", "budget", "history"])
async def test_spend_and_history_are_not_shown_there(desk: Any, command: str) -> None:
    desk.slack.share(CHANNEL)
    await desk.settled()
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", command)
    assert "shared with another organisation" in outcome.text


async def test_the_kind_of_a_channel_is_asked_again_after_five_seconds_and_at_once_when_slack_says_so(
    desk: Any,
) -> None:
    readers = Readers(desk.door.people, desk.services.runs)
    run = await desk.run_of(await desk.ask("What do we know about queues?"))
    post = Post(run.run_id, "answer/v1", run.question.conversation.team_id, CHANNEL, "1.0", {})
    asked = len([call for call in desk.slack.calls if call.method == "conversations.info"])
    assert await readers.asker_instead(post) is None
    desk.slack.share(CHANNEL)
    await desk.settled()
    assert await readers.asker_instead(post) == "U0ANA"
    desk.slack.share(CHANNEL, shared=False)
    await desk.settled()
    assert await readers.asker_instead(post) is None
    assert len([call for call in desk.slack.calls if call.method == "conversations.info"]) == asked + 2


async def test_a_channel_that_became_public_is_not_what_its_run_wrote_for(desk: Any) -> None:
    readers = Readers(desk.door.people, desk.services.runs)
    run = await desk.run_of(await desk.ask("What do we know about queues?", channel=PRIVATE))
    post = Post(run.run_id, "answer/v1", run.question.conversation.team_id, PRIVATE, "1.0", {})
    assert await readers.asker_instead(post) is None
    desk.slack.workspace.channels[PRIVATE].is_private = False
    desk.door.people.forget(PRIVATE)
    assert await readers.asker_instead(post) == "U0ANA"
