"""Slack delivers twice and says no, the model is away or talks nonsense: every question still ends in its thread."""

import asyncio
import json
from dataclasses import replace

import pytest
from model_server import Fault, ends, payload, reset, status, text
from office import Office
from transcript import ANA, Talk, answered, pressed, said, told

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
ONE_FACT = "When was Flask first released?"


async def test_one_message_delivered_ten_times_in_two_forms_is_one_run_and_one_answer(
    office: Office, talk: Talk
) -> None:
    talk.slack.faults.duplicate_events(2)
    async with office.bot(worker_posts="off"), office.services() as services:
        await talk.play(said(ANA, QUESTION), answered("board", "Supervisor"))
        envelopes = [delivery.envelope for delivery in talk.slack.deliveries]
        assert {envelope.payload["event"]["type"] for envelope in envelopes} >= {"app_mention", "message"}
        about = [envelope for envelope in envelopes if envelope.payload["event"].get("ts") == talk.ts]
        again = [replace(envelope, attempt=n, reason="timeout") for n in (1, 2, 3) for envelope in about[:2]]
        answers = await asyncio.gather(*(talk.slack.sockets.send(envelope) for envelope in again))
        assert all(answer.acknowledged for answer in answers)
        await talk.play(answered("notes/v1", "N1"), answered("board", "Waiting for your decision"))
        # And once more to a bot that has forgotten all but its rows.
    async with office.bot(worker_posts="off"), office.services() as services:
        assert (await talk.slack.sockets.send(replace(about[0], attempt=1, reason="timeout"))).acknowledged
        await talk.play(pressed(ANA, "approve"), answered("board", "Approved"))
        assert len(await services.runs.list()) == 1
        assert await services.inbox.pending() == []
    assert talk.slots() == ["board", "answer/v1", "notes/v1"]
    assert len(talk.messages) == 3
    assert office.model.calls("supervisor") == 1


async def test_where_the_model_is_away_the_thread_says_so_with_the_runs_id(office: Office, talk: Talk) -> None:
    await office.model.go_away()
    async with office.bot():
        await talk.play(
            said(ANA, ONE_FACT),
            answered("ended/1", "The run failed", "What is paid for is kept"),
            answered("board", "Failed", without=["Stop"]),
        )
        [run_id] = talk.run_ids
        assert run_id in talk.text("ended/1") and "Traceback" not in talk.text("ended/1")
        await office.model.come_back()
        await talk.play(pressed(ANA, "retry", "ended/1"), answered("answer/v1", "2010"), answered("board", "Done"))


@pytest.mark.parametrize(
    "faults",
    [
        [status(500), status(503)],
        [status(429, headers={"Retry-After": "0"}), reset()],
        [text("<html>Bad gateway</html>"), payload({"error": {"message": "overloaded"}})],
    ],
    ids=["server errors", "limit and reset", "no completion"],
)
async def test_a_model_that_stumbles_twice_is_asked_a_third_time(
    office: Office, talk: Talk, faults: list[Fault]
) -> None:
    office.model.faults["single"].extend(faults)
    async with office.bot():
        await talk.play(said(ANA, ONE_FACT), answered("answer/v1", "2010"), answered("board", "Done"))
        async with office.services() as services:
            assert (await services.ledger.verify()).ok


async def test_an_endpoint_that_refuses_the_key_fails_the_run_with_a_sentence(office: Office, talk: Talk) -> None:
    office.model.faults["single"].extend([status(401, {"error": {"message": "bad key sk-SECRET"}})] * 9)
    async with office.bot():
        await talk.play(said(ANA, ONE_FACT), answered("ended/1", "The run failed", "$0"))
    assert office.model.calls("single") == 1
    assert "SECRET" not in talk.written()


async def test_roles_that_talk_nonsense_are_replaced_by_the_plainest_outcome(office: Office, talk: Talk) -> None:
    office.model.replies["supervisor"].extend(["Sure! Here is the plan:", "{"])
    office.model.replies["critic"].extend(["I rather like it", "¯\\_(ツ)_/¯"])
    async with office.bot():
        await talk.play(
            said(ANA, QUESTION),
            answered("answer/v1", "FastAPI", "Details"),
            answered("notes/v1", "could not be read"),
            answered("board", "Waiting for your decision"),
        )
    assert [slot for slot in talk.slots() if slot.startswith("report/")] == ["report/v1/s1"]


async def test_one_worker_that_fails_is_named_and_the_others_go_on(office: Office, talk: Talk) -> None:
    garbled = ends("stop", "no json")
    office.model.weather = lambda received: garbled if "What is Flask?" in json.dumps(received.body) else None
    office.model.replies["supervisor"].append(
        json.dumps({"subtasks": [{"title": name, "instructions": f"What is {name}?"} for name in ("Flask", "Django")]})
    )
    async with office.bot():
        await talk.play(said(ANA, QUESTION), answered("answer/v1", "Not all of the work was done", "Sources"))
    assert len(talk.run_ids) == 1


async def test_slacks_429_is_waited_for_and_nothing_is_lost_or_repeated(office: Office, talk: Talk) -> None:
    slack = talk.slack
    slack.faults.rate_limit("chat.postMessage", retry_after=2)
    slack.faults.rate_limit("chat.update", retry_after=1)
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, QUESTION), answered("notes/v1", "N1"), answered("board", "Waiting for your decision"))
        await talk.play(pressed(ANA, "approve"), told(ANA, "Approved."), answered("board", "Approved"))
        await talk.play(answered("notes/v1", "Approved by"))
    for method, pause in (("chat.postMessage", 2), ("chat.update", 1)):
        calls = [call for call in slack.calls if call.method == method]
        [refused] = [n for n, call in enumerate(calls) if call.error == "ratelimited"]
        assert calls[refused + 1].at - calls[refused].at >= pause


async def test_a_reply_of_slack_that_is_lost_is_looked_up_and_not_sent_again(office: Office, talk: Talk) -> None:
    talk.slack.faults.drop_reply("chat.postMessage", times=2)
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, QUESTION), answered("notes/v1", "N1"), answered("board", "Waiting for your decision"))
    assert talk.slots() == ["board", "answer/v1", "notes/v1"]
