"""The message shortcut asks what a message says, once."""

import asyncio
from typing import Any

CHANNEL = "C0RESEARCH"


async def test_the_message_becomes_a_question_in_its_own_thread(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", CHANNEL, "Which queue fits a small team?")
    assert (await desk.slack.shortcut("U0ANA", CHANNEL, ts, "research_this")).ok
    await desk.whispered("U0ANA", "On it")
    run = await desk.run_of(ts)
    assert (run.question.text, run.question.user_id) == ("Which queue fits a small team?", "U0ANA")


async def test_a_message_that_was_asked_already_starts_nothing(desk: Any) -> None:
    ts = await desk.ask("Which queue fits a small team?")
    await desk.run_of(ts)
    await desk.slack.shortcut("U0BEN", CHANNEL, ts, "research_this")
    await desk.whispered("U0BEN", "already asked")
    assert len(await desk.runs()) == 1


async def test_two_presses_at_once_ask_once(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", CHANNEL, "Which queue fits a small team?")
    presses = [desk.slack.shortcut("U0ANA", CHANNEL, ts, "research_this") for _ in range(2)]
    assert all(press.ok for press in await asyncio.gather(*presses))
    await desk.whispered("U0ANA", "already asked")
    await desk.settled()
    assert len(await desk.runs()) == 1


async def test_a_guest_is_refused(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", CHANNEL, "Which queue fits a small team?")
    await desk.slack.shortcut("U0DAN", CHANNEL, ts, "research_this")
    await desk.whispered("U0DAN", "not guests")
    assert await desk.runs() == []


async def test_a_message_that_asks_nothing_starts_nothing(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", CHANNEL, "thank you all, see you tomorrow")
    await desk.slack.shortcut("U0ANA", CHANNEL, ts, "research_this")
    await desk.whispered("U0ANA", "asks nothing")
    assert await desk.runs() == []
