"""A run at work: it can be steered and stopped, and it pauses where the money ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic

import pytest
from model_server import Received
from office import Office
from transcript import ANA, BEN, CHLOE, Talk, answered, commanded, pressed, replied, said, told

QUESTION = "Compare FastAPI and Flask for a small JSON API"
CENT = 10_000_000


@dataclass
class Gate:
    """Holds the model's replies to one role back until it is opened."""

    agent: str
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def pass_through(self, received: Received) -> None:
        if received.agent == self.agent:
            self.arrived.set()
            await self.opened.wait()


@pytest.fixture
async def gate(office: Office) -> AsyncIterator[Gate]:
    held = Gate("worker")
    office.model.before_reply = held.pass_through
    yield held
    held.opened.set()


async def test_words_for_a_working_run_reach_its_agents_before_their_next_call(
    office: Office, talk: Talk, gate: Gate
) -> None:
    async with office.bot(worker_posts=False):
        await talk.play(said(ANA, QUESTION))
        await asyncio.wait_for(gate.arrived.wait(), 20)
        await talk.play(
            said(BEN, "Mind the licence as well"),
            replied("Passed on to the workers."),
            answered("board", "Taken along: Mind the licence as well"),
        )
        before = len(office.model.received)
        gate.opened.set()
        await talk.play(answered("notes/v1", "N1"))
    later = [received for received in office.model.received[before:] if received.agent == "worker"]
    assert later and all("Mind the licence as well" in str(received.body["messages"]) for received in later)
    assert len(talk.run_ids) == 1


async def test_stop_ends_a_run_within_two_seconds_and_keeps_what_was_paid_for(
    office: Office, talk: Talk, gate: Gate
) -> None:
    async with office.bot(worker_posts=False), office.services() as services:
        await talk.play(said(ANA, QUESTION))
        await asyncio.wait_for(gate.arrived.wait(), 20)
        await talk.play(pressed(BEN, "stop", "board"), told(BEN, "You may not stop this run"))
        begun = monotonic()
        await talk.play(pressed(ANA, "stop", "board"))
        assert (await services.runs.get(talk.run_ids[0])).status == "cancelled"
        await talk.play(answered("board", "Stopped", without=["Working"]))
        assert monotonic() - begun < 2
        await talk.play(told(ANA, "Stopped. What was paid for is kept"), answered("ended/1", "Stopped by", "retry"))
        asked = len(office.model.received)
        gate.opened.set()
        # What the stopped run asked for is answered to nobody, and a retry goes on behind what was paid for.
        assert await services.runs.retry(talk.run_ids[0], ANA)
        await talk.play(answered("notes/v1", "N1"), answered("board", "Waiting for your decision"))
        assert (await services.ledger.verify()).ok
    assert office.model.calls("supervisor") == 1
    assert len(office.model.received) > asked


async def test_stop_as_a_word_and_as_a_command(office: Office, talk: Talk, gate: Gate) -> None:
    other = Talk(talk.slack, channel="C0MARKET")
    async with office.bot():
        await talk.play(said(ANA, QUESTION))
        await asyncio.wait_for(gate.arrived.wait(), 20)
        await talk.play(
            said(CHLOE, "stop"),
            replied("You may not stop this run"),
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


async def test_a_run_pauses_at_its_teams_budget_and_goes_on_after_a_top_up(office: Office, talk: Talk) -> None:
    async with office.bot(team_budget_nano_usd=CENT * 7 // 10), office.services() as services:
        await talk.play(
            said(ANA, QUESTION),
            answered("ended/1", "Paused at a budget", "team", "0.007", "Once there is room in the budget"),
            answered("board", "Paused at a budget"),
        )
        paid = {name: office.model.calls(name) for name in ("supervisor", "worker")}
        await services.budgets.set("team:T0DEMO", 100 * CENT, "month", ANA)
        assert await services.runs.retry(talk.run_ids[0], ANA)
        await talk.play(answered("notes/v1", "N1"), answered("board", "Waiting for your decision"))
        audit, status = await services.ledger.verify(), await services.budgets.team_status("T0DEMO")
    assert audit.ok and 0 < status.spent_nano_usd <= 100 * CENT and status.held_nano_usd == 0
    assert paid["supervisor"] == office.model.calls("supervisor") == 1
    assert 0 < paid["worker"] < office.model.calls("worker")


async def test_a_cap_of_the_asker_is_named_and_nothing_is_asked_beyond_it(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, f"{QUESTION} --budget 0.0001"),
            answered("ended/1", "Paused at a budget", "$0.0001"),
            commanded(ANA, "history", "paused"),
        )
    assert office.model.received == []
