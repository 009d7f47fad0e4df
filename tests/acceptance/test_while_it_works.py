"""A run at work: it can be steered and stopped, and it pauses where the money ends."""

from collections.abc import AsyncIterator

import pytest
from model_server import Gate
from office import Office
from transcript import ANA, BEN, CHLOE, Talk, answered, commanded, pressed, replied, said, told

from bot import driver

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
CENT = 10_000_000


@pytest.fixture(autouse=True)
def no_look_without_a_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person does is noticed at once or not at all."""
    monkeypatch.setattr(driver, "SWEEP_SECONDS", 3600.0)


@pytest.fixture
async def gate(office: Office) -> AsyncIterator[Gate]:
    office.model.before_reply = held = Gate("worker")
    yield held
    held.opened.set()


async def test_the_board_stands_before_the_model_has_said_anything(office: Office, talk: Talk) -> None:
    office.model.before_reply = silent = Gate("single")
    async with office.bot():
        await talk.play(said(ANA, "When was Flask first released?"), answered("board", "Single", "Stop"))
        await silent.reached()
        await talk.play(pressed(ANA, "stop", "board"), answered("ended/1", "Stopped by"))
        silent.opened.set()


async def test_words_for_a_working_run_reach_its_agents_before_their_next_call(
    office: Office, talk: Talk, gate: Gate
) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, QUESTION))
        await gate.reached()
        await talk.play(
            said(BEN, "Mind the licence as well"),
            replied("Passed on to the workers."),
            answered("board", "Passed to the workers: Mind the licence as well"),
        )
        before = len(office.model.received)
        gate.opened.set()
        await talk.play(answered("notes/v1", "N1"))
    later = [received for received in office.model.received[before:] if received.agent == "worker"]
    assert later and all("Mind the licence as well" in str(received.body["messages"]) for received in later)
    assert len(talk.run_ids) == 1


async def test_stop_ends_a_run_whose_calls_are_unanswered_and_keeps_what_was_paid_for(
    office: Office, talk: Talk, gate: Gate
) -> None:
    async with office.bot(worker_posts="off"), office.services() as services:
        await talk.play(said(ANA, QUESTION))
        await gate.reached()
        await talk.play(pressed(BEN, "stop", "board"), told(BEN, "You may not stop or resume this run"))
        await talk.play(pressed(ANA, "stop", "board"))
        assert (await services.runs.get(talk.run_ids[0])).status == "cancelled"
        await office.nothing_in_flight()
        await talk.play(answered("ended/1", "Stopped by"))
        await talk.play(told(ANA, "Stopped. What was paid for is kept"), answered("board", "Stopped"))
        asked = len(office.model.received)
        gate.opened.set()
        # What the stopped run asked for is answered to nobody; what was paid for is not asked again.
        await talk.play(pressed(ANA, "retry", "ended/1"), answered("notes/v1", "N1"))
        await talk.play(answered("board", "Waiting for your decision"))
        assert (await services.ledger.verify()).ok
    assert office.model.calls("supervisor") == 1
    assert len(office.model.received) > asked


async def test_stop_as_a_word_and_as_a_command(office: Office, talk: Talk, gate: Gate) -> None:
    other = Talk(talk.slack, channel="C0MARKET")
    async with office.bot():
        await talk.play(said(ANA, QUESTION))
        await gate.reached()
        await talk.play(
            said(CHLOE, "stop"),
            replied("You may not stop or resume this run"),
            said(ANA, "Stop!"),
            replied("Stopped. What was paid for is kept."),
            answered("board", "Stopped"),
        )
        await other.play(
            said(ANA, QUESTION),
            answered("board", "Stop"),
            commanded(ANA, "stop", "Stopped. What was paid for is kept."),
            answered("ended/1", "Stopped by"),
        )


async def test_a_run_pauses_at_its_teams_budget_and_goes_on_after_a_top_up(
    office: Office, talk: Talk, gate: Gate
) -> None:
    async with office.bot(), office.services() as services:
        await talk.play(said(ANA, QUESTION))
        await gate.reached(2)
        await services.budgets.set("team:T0DEMO", CENT // 100, "month", ANA)
        gate.opened.set()
        await talk.play(
            answered("ended/1", "Paused at a budget", "The team's budget", "$0.0001", "Go on"),
            answered("board", "Paused at a budget"),
        )
        paid = {name: office.model.calls(name) for name in ("supervisor", "worker")}
        await services.budgets.set("team:T0DEMO", 100 * CENT, "month", ANA)
        await talk.play(pressed(ANA, "retry", "ended/1"), answered("notes/v1", "N1"))
        await talk.play(answered("board", "Waiting for your decision"))
        audit, status = await services.ledger.verify(), await services.budgets.team_status("T0DEMO")
    assert audit.ok and 0 < status.spent_nano_usd <= 100 * CENT and status.held_nano_usd == 0
    assert paid == {"supervisor": 1, "worker": 2}
    assert (office.model.calls("supervisor"), office.model.calls("worker")) == (1, 4)


async def test_a_cap_of_the_asker_is_named_and_nothing_is_asked_beyond_it(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, f"{QUESTION} --budget 0.0001"),
            answered("ended/1", "Paused at a budget", "$0.0001"),
            commanded(ANA, "history", "paused"),
        )
    assert office.model.received == []
