"""An owner pauses all work: no new call leaves, and it goes on where it was."""

import pytest
from model_server import Gate
from office import Office
from transcript import ANA, BEN, Talk, answered, commanded, said, told

from bot import driver

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
ONE_FACT = "When was Flask first released?"


@pytest.fixture(autouse=True)
def no_look_without_a_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "SWEEP_SECONDS", 3600.0)


async def test_a_pause_holds_all_calls_and_resuming_pays_nothing_twice(office: Office, talk: Talk) -> None:
    office.model.before_reply = gate = Gate("worker")
    async with office.bot(), office.services() as services:
        await talk.play(said(BEN, QUESTION))
        await gate.reached(2)
        await talk.play(
            commanded(BEN, "pause", "You may not pause or resume all work: an admin of this workspace can"),
            commanded(ANA, "pause", "Paused in the whole workspace", "1 run waits", "Resume", "Add a reason"),
        )
        gate.opened.set()
        await talk.play(answered("board", "Paused by a budget owner"))
        (pause,) = await services.pauses.list()
        slot = f"held/{pause.pause_id}"
        await talk.play(answered(slot, "Work is paused by", "No new call is made"))
        await office.until_rows("SELECT 1 FROM runs WHERE status = 'queued'")
        await office.nothing_in_flight()
        calls = len(office.model.received)
        other = Talk(talk.slack)
        await other.play(said(BEN, ONE_FACT), answered(slot, "Work is paused by"))
        assert await services.pauses.because(pause.pause_id, "The bill is being checked")
        await talk.play(answered(slot, "The bill is being checked"))
        assert len(office.model.received) == calls
        await talk.play(
            commanded(ANA, "resume", "Work is resumed in the whole workspace: 2 runs can go on."),
            answered(slot, "Work was paused", "Resumed by"),
            answered("notes/v1", "N1"),
        )
        await other.play(answered("answer/v1", "Flask"))
        audit = await services.ledger.verify()
        await talk.play(commanded(ANA, "resume", "Work is not paused in the whole workspace."))
    assert audit.ok
    assert (office.model.calls("supervisor"), office.model.calls("worker")) == (1, 4)
    assert office.rows("SELECT count(*) FROM holds WHERE state = 'assumed'") == [(0,)]


async def test_a_channel_can_be_paused_alone_and_a_longer_sentence_is_a_question(office: Office, talk: Talk) -> None:
    async with office.bot(), office.services() as services:
        await talk.play(
            commanded(ANA, "pause channel", "Paused in this channel", "No run was at work"),
            commanded(ANA, "pause all", "Paused in all workspaces"),
            commanded(ANA, "resume all", "Still paused: the channel C0RESEARCH"),
            commanded(ANA, "pause now", "Nothing was started"),
            commanded(BEN, "pause and resume of a coroutine in Flask: how does it work?"),
        )
        assert [pause.scope for pause in await services.pauses.list()] == ["channel:T0DEMO/C0RESEARCH"]
        await office.until_rows("SELECT 1 FROM runs WHERE question LIKE 'pause and resume%'")
        elsewhere = Talk(talk.slack, channel="C0MARKET")
        await elsewhere.play(said(BEN, ONE_FACT), answered("answer/v1", "Flask"))
    assert {received.agent for received in office.model.received} <= {"single", "router"}


async def test_the_buttons_of_the_private_answer_resume_and_give_a_reason(office: Office, talk: Talk) -> None:
    async with office.bot(), office.services() as services:
        await talk.play(commanded(ANA, "pause channel", "Paused in this channel"))
        response = talk.outcomes[-1]
        assert response.blocks is not None
        await talk.play(said(BEN, ONE_FACT))
        (pause,) = await services.pauses.list()
        await talk.play(answered(f"held/{pause.pause_id}", "Work is paused"))
        whisper = talk.slack.ephemerals(ANA)[-1]
        assert (await talk.slack.click(ANA, talk.channel, whisper["ts"], "pause_reason")).ok
        await talk.until(lambda: talk.slack.open_views(ANA), "the form")
        view = talk.slack.open_views(ANA)[-1]
        reason = {"reason": {"reason": "We check the <!channel> bill"}}
        assert (await talk.slack.submit_view(ANA, view["id"], reason)).ok
        await talk.play(answered(f"held/{pause.pause_id}", "We check the"))
        assert (await talk.slack.click(ANA, talk.channel, whisper["ts"], "resume_work")).ok
        await talk.play(told(ANA, "Work is resumed in this channel: 1 run can go on."), answered("answer/v1", "Flask"))
