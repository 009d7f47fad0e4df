"""kill -9 at any moment, by a seeded die: the same seed kills at the same happenings."""

import asyncio
import random
from dataclasses import dataclass

import pytest
from aftermath import Aftermath
from model_server import Received
from office import Office, Served
from transcript import ANA, Talk, answered, buttons, said

from bot.simulator.workspace import Change

QUESTIONS = (
    "Compare FastAPI and Flask on testing, community and OpenAPI",
    "Compare FastAPI, Flask, and Django on async support, community and OpenAPI",
    "When was Flask first released? --strategy supervisor",
)
MOST_HAPPENINGS = 45
KILLS = 3


@dataclass
class Fate:
    """Strikes at the n-th thing that reaches or leaves Slack or the model."""

    served: Served
    left: int = 0

    def heard(self) -> None:
        self.left -= 1
        if self.left == 0 and self.served.is_alive:
            self.served.strike()

    def on_change(self, change: Change) -> None:
        self.heard()

    async def on_model(self, received: Received) -> None:
        self.heard()


@pytest.fixture
def fate(office: Office, served: Served) -> Fate:
    die = Fate(served)
    office.environment["THREADWORK_WORKER_POSTS"] = "off"
    office.slack.workspace.listeners.append(die.on_change)
    office.model.before_reply = office.model.after_reply = die.on_model
    return die


@pytest.mark.crash
async def test_a_bot_that_is_killed_again_and_again_ends_every_question_once(
    office: Office, served: Served, fate: Fate, seed: int
) -> None:
    dice, aftermath = random.Random(seed), Aftermath(office)
    talks: list[Talk] = []
    await served.start()
    for _ in range(KILLS):
        fate.left = dice.randint(1, MOST_HAPPENINGS)
        while served.is_alive:
            if all(map(is_done, talks)):
                talks += await two_more(office, dice)
            await dead_or_done(served, talks)
        await aftermath.bury(served)
        await served.start()
    for talk in talks:
        await to_its_end(office, talk)
    await aftermath.check(*talks)


async def two_more(office: Office, dice: random.Random) -> list[Talk]:
    talks = [Talk(office.slack, channel=channel) for channel in ("C0RESEARCH", "C0MARKET")]
    for talk in talks:
        await talk.play(said(ANA, dice.choice(QUESTIONS)))
    return talks


def is_done(talk: Talk) -> bool:
    board = talk.find("board")
    return board is not None and "stop" not in buttons(board)


async def to_its_end(office: Office, talk: Talk) -> None:
    """A call that two kills hit is not paid for a third time unasked: the run says so, and a person retries it."""
    await talk.until(lambda: is_done(talk), "its end")
    if any("was lost in two crashes" in talk.text(slot) for slot in talk.slots()):
        async with office.services() as services:
            assert await services.runs.retry(talk.run_ids[0], ANA)
    await talk.play(answered("answer/v1", "Details"), answered("board", without=["Stop", "Failed"]))


async def dead_or_done(served: Served, talks: list[Talk]) -> None:
    dead = asyncio.create_task(served.dead.wait())
    done = asyncio.create_task(talks[0].until(lambda: all(map(is_done, talks)), "its end", seconds=60))
    await asyncio.wait([dead, done], return_when=asyncio.FIRST_COMPLETED)
    for task in (dead, done):
        task.cancel()
    ended = await asyncio.gather(dead, done, return_exceptions=True)
    written = [talk.written() for talk in talks if not is_done(talk)]
    assert not any(isinstance(outcome, AssertionError) for outcome in ended), written
