"""kill -9 at the points where a bot can lose something: after the restart nothing is lost, doubled or paid twice.

The process is a real `serve`; Slack and the model are in the test, so they can kill it in the moment they choose.
"""

import asyncio
from typing import Any

import pytest
from aftermath import Aftermath
from model_server import Received
from office import Office, Served
from transcript import ANA, Talk, answered, filled, place, pressed, said, told

from bot.simulator.workspace import Change

pytestmark = pytest.mark.crash

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
AGAIN = "Resumed after an interruption"


@pytest.fixture
def aftermath(office: Office) -> Aftermath:
    office.environment["THREADWORK_WORKER_POSTS"] = "off"
    return Aftermath(office)


async def ended_and_approved(talk: Talk, *, version: int = 1, again: str = AGAIN) -> None:
    """The run ends as it would have, says what happened, and its buttons work."""
    await talk.play(
        answered(f"notes/v{version}", "N1", "Approve"),
        answered("board", "Waiting for your decision", again),
        pressed(ANA, "approve", f"notes/v{version}"),
        told(ANA, "Approved. The answer is final."),
        answered("board", "Approved"),
    )


async def test_after_the_inbox_commit(office: Office, served: Served, talk: Talk, aftermath: Aftermath) -> None:
    await served.start()
    # The bot has kept the message and asks who wrote it; no answer comes, so there is no run yet.
    office.slack.faults.delay("users.info", 3600)
    await talk.play(said(ANA, QUESTION))
    await talk.until(lambda: [d for d in office.slack.deliveries if d.answer.acknowledged], "an acknowledgement")
    served.strike()
    await aftermath.bury(served)
    # Where it died before it asked, the next one must not wait for the answer.
    office.slack.faults.take("users.info")
    assert office.after_death("SELECT state FROM inbox") == [("pending",)]
    assert office.after_death("SELECT count(*) FROM runs") == [(0,)]
    await served.start()
    await ended_and_approved(talk, again="Waiting")
    await aftermath.check(talk)


@pytest.mark.parametrize("agent", ["supervisor", "worker", "critic"])
async def test_after_a_hold(office: Office, served: Served, talk: Talk, aftermath: Aftermath, agent: str) -> None:
    async def strike(received: Received) -> None:
        if received.agent == agent and served.is_alive:
            office.model.before_reply = None
            served.strike()

    office.model.before_reply = strike
    await served.start()
    await talk.play(said(ANA, QUESTION))
    await aftermath.bury(served)
    assert aftermath.in_flight[agent] >= 1
    await served.start()
    await ended_and_approved(talk, again=AGAIN if agent != "supervisor" else "Waiting")
    await aftermath.check(talk)


@pytest.mark.parametrize("agent", ["supervisor", "critic"])
async def test_after_a_reply_that_was_never_read(
    office: Office, served: Served, talk: Talk, aftermath: Aftermath, agent: str
) -> None:
    async def freeze(received: Received) -> None:
        if received.agent == agent:
            office.model.before_reply = None
            served.freeze()

    async def strike(received: Received) -> None:
        if received.agent == agent:
            office.model.after_reply = None
            served.strike()

    office.model.before_reply, office.model.after_reply = freeze, strike
    await served.start()
    await talk.play(said(ANA, QUESTION))
    await aftermath.bury(served)
    await served.start()
    await ended_and_approved(talk, again=AGAIN if agent != "supervisor" else "Waiting")
    await aftermath.check(talk)
    # Paid for and lost, so asked once more; the first hold stays booked as assumed.
    assert office.model.calls(agent) == 2
    assert office.rows(f"SELECT state FROM holds WHERE agent = '{agent}' ORDER BY opened_at") == [
        ("assumed",),
        ("settled",),
    ]


@pytest.mark.parametrize("agent", ["supervisor", "critic"])
async def test_after_a_reply_that_was_recorded(
    office: Office, served: Served, talk: Talk, aftermath: Aftermath, agent: str
) -> None:
    async def strike(received: Received) -> None:
        if received.agent != agent:
            return
        office.model.after_reply = None
        await office.until_rows(f"SELECT 1 FROM steps WHERE agent = '{agent}'", look_seconds=0.001)
        served.strike()

    office.model.after_reply = strike
    await served.start()
    await talk.play(said(ANA, QUESTION))
    await aftermath.bury(served)
    await served.start()
    await ended_and_approved(talk, again="Waiting")
    await aftermath.check(talk)
    assert office.model.calls(agent) == 1


@pytest.mark.parametrize("slot", ["board", "answer/v1", "notes/v1"])
async def test_after_a_post_that_reached_slack(
    office: Office, served: Served, talk: Talk, aftermath: Aftermath, slot: str
) -> None:
    def strike(change: Change) -> None:
        if change.kind == "message" and place(change.message)[1] == slot and served.is_alive:
            served.strike()

    await served.start()
    office.slack.workspace.listeners.append(strike)
    await talk.play(said(ANA, QUESTION))
    await aftermath.bury(served)
    office.slack.workspace.listeners.remove(strike)
    assert talk.slots()[-1] == slot
    await served.start()
    await ended_and_approved(talk, again="Waiting")
    assert talk.slots() == ["board", "answer/v1", "notes/v1"]
    await aftermath.check(talk)


async def test_after_a_click_that_was_acknowledged(
    office: Office, served: Served, talk: Talk, aftermath: Aftermath
) -> None:
    await served.start()
    await talk.play(said(ANA, QUESTION), pressed(ANA, "approve", "notes/v1"))
    served.strike()
    await aftermath.bury(served)
    await served.start()
    await talk.play(answered("notes/v1", "Approved by"), answered("board", "Approved"))
    await aftermath.check(talk)


async def test_after_a_form_that_was_acknowledged(
    office: Office, served: Served, talk: Talk, aftermath: Aftermath
) -> None:
    await served.start()
    await talk.play(said(ANA, QUESTION), pressed(ANA, "request_revisions", "notes/v1"), filled(ANA, "N1"))
    served.strike()
    await aftermath.bury(served)
    await served.start()
    await talk.play(answered("answer/v2", "What changed in version 2"))
    await ended_and_approved(talk, version=2, again="Waiting")
    await aftermath.check(talk)


async def test_after_a_click_that_was_never_read(
    office: Office, served: Served, talk: Talk, aftermath: Aftermath
) -> None:
    await served.start()
    await talk.play(said(ANA, QUESTION), answered("notes/v1", "Approve"))
    message: dict[str, Any] = talk.find("notes/v1") or {}
    served.freeze()
    click = asyncio.create_task(office.slack.click(ANA, talk.channel, message["ts"], "approve"))
    assert not (await click).ok
    served.strike()
    await aftermath.bury(served)
    await served.start()
    await ended_and_approved(talk, again="Waiting")
    await aftermath.check(talk)


async def test_inside_a_revision(office: Office, served: Served, talk: Talk, aftermath: Aftermath) -> None:
    await served.start()
    # Only one of the two has a gap, so that one worker goes again.
    await talk.play(said(ANA, "Compare FastAPI and Flask on testing and community"))
    await talk.play(pressed(ANA, "request_revisions", "notes/v1"))
    asked = office.model.calls("worker")

    async def strike(received: Received) -> None:
        # Its first call is recorded by then, its second is in flight.
        if office.model.calls("worker") == asked + 2 and served.is_alive:
            office.model.before_reply = None
            served.strike()

    office.model.before_reply = strike
    await talk.play(filled(ANA, "N1"))
    await aftermath.bury(served)
    assert aftermath.in_flight == {"worker": 1}
    await served.start()
    await talk.play(answered("answer/v2", "What changed in version 2"))
    await ended_and_approved(talk, version=2)
    assert talk.slots() == ["board", "answer/v1", "notes/v1", "answer/v2", "notes/v2"]
    await aftermath.check(talk)
