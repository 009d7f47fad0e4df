"""What is edited or deleted: nothing goes on for a question that is gone, and an edited one is asked on a press."""

from typing import Any

from orchestration.values.domain import RunStatus

CHANNEL = "C0RESEARCH"


async def test_a_deleted_question_stops_its_run(desk: Any) -> None:
    ts = await desk.ask("Compare FastAPI and Flask")
    run = await desk.run_of(ts)
    await desk.slack.delete("U0ANA", CHANNEL, ts)
    await desk.settled()
    assert (await desk.services.runs.get(run.run_id)).status is RunStatus.CANCELLED


async def test_the_head_of_a_thread_and_a_reply_in_it_too(desk: Any) -> None:
    ts = await desk.ask("Compare FastAPI and Flask")
    head = await desk.run_of(ts)
    await desk.slack.post("U0BEN", CHANNEL, "good question", thread_ts=ts)
    await desk.slack.delete("U0ANA", CHANNEL, ts)
    await desk.settled()
    assert (await desk.services.runs.get(head.run_id)).status is RunStatus.CANCELLED
    again = await desk.ask("Which licence does Flask have?", thread=ts)
    await desk.settled()
    [reply] = [run for run in await desk.runs() if run.run_id != head.run_id]
    await desk.slack.delete("U0ANA", CHANNEL, again)
    await desk.settled()
    assert (await desk.services.runs.get(reply.run_id)).status is RunStatus.CANCELLED


async def test_an_answered_question_that_is_deleted_keeps_its_answer(desk: Any) -> None:
    ts = await desk.ask("Compare FastAPI and Flask")
    run = await desk.drafted(await desk.run_of(ts))
    await desk.slack.delete("U0ANA", CHANNEL, ts)
    await desk.settled()
    assert (await desk.services.runs.get(run.run_id)).status is RunStatus.AWAITING_REVIEW


async def test_an_edited_question_is_offered_once_and_asked_once_as_it_reads_then(desk: Any) -> None:
    ts = await desk.ask("Compare FastAPI and Flsk")
    await desk.run_of(ts)
    name = f"<@{desk.slack.bot_user_id}>"
    await desk.slack.edit("U0ANA", CHANNEL, ts, f"{name} Compare FastAPI and Flask")
    offer = await desk.said(CHANNEL, ts, "The question was edited")
    await desk.slack.edit("U0ANA", CHANNEL, ts, f"{name} Compare Django and Flask")
    await desk.settled()
    assert len([m for m in desk.slack.thread(CHANNEL, ts) if "was edited" in m["text"]]) == 1
    assert len(await desk.runs()) == 1
    for _ in range(2):
        assert (await desk.slack.click("U0ANA", CHANNEL, offer["ts"], "ask_again")).ok
    assert [run.question.text for run in await desk.runs()] == ["Compare Django and Flask", "Compare FastAPI and Flsk"]
    await desk.whispered("U0ANA", "already asked")


async def test_a_preview_small_talk_and_other_peoples_talk_are_no_edits(desk: Any) -> None:
    ts = await desk.ask("What does https://example.org say?")
    await desk.run_of(ts)
    channel = desk.slack.workspace.channels[CHANNEL]
    shown = desk.slack.workspace.find(CHANNEL, ts)
    preview = {"from_url": "https://example.org", "title": "Example"}
    desk.slack.workspace.replace(channel, {**shown, "attachments": [preview]})
    await desk.slack.edit("U0ANA", CHANNEL, ts, f"<@{desk.slack.bot_user_id}> thanks!")
    lunch = await desk.slack.post("U0BEN", CHANNEL, "Lunch?")
    await desk.slack.edit("U0BEN", CHANNEL, lunch, "Lunch now?")
    await desk.settled()
    assert [m["text"] for t in (ts, lunch) for m in desk.slack.thread(CHANNEL, t) if m.get("bot_id")] == []


async def test_what_was_refused_can_be_asked_once_it_is_put_right(desk: Any) -> None:
    ts = await desk.ask("Compare A and B --stratgy single")
    await desk.said(CHANNEL, ts, "Did you mean")
    await desk.slack.edit("U0ANA", CHANNEL, ts, f"<@{desk.slack.bot_user_id}> Compare A and B --strategy single")
    offer = await desk.said(CHANNEL, ts, "The question was edited")
    assert (await desk.slack.click("U0ANA", CHANNEL, offer["ts"], "ask_again")).ok
    assert [run.question.text for run in await desk.runs()] == ["Compare A and B"]


async def test_a_message_that_is_gone_cannot_be_asked_again(desk: Any) -> None:
    ts = await desk.ask("Compare FastAPI and Flsk")
    await desk.run_of(ts)
    await desk.slack.edit("U0ANA", CHANNEL, ts, f"<@{desk.slack.bot_user_id}> Compare FastAPI and Flask")
    offer = await desk.said(CHANNEL, ts, "The question was edited")
    await desk.slack.delete("U0ANA", CHANNEL, ts)
    assert (await desk.slack.click("U0ANA", CHANNEL, offer["ts"], "ask_again")).ok
    await desk.whispered("U0ANA", "not there any more")
    assert len(await desk.runs()) == 1
