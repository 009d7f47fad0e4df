"""Whole conversations as transcripts: the real bot, a Slack over HTTP and WebSocket, a model over HTTP."""

import re

from office import Office
from transcript import ANA, BEN, DAN, Talk, answered, commanded, filled, opened, pressed, replied, said, told, words

QUESTION = (
    "Compare FastAPI, Flask, and Django for building a small JSON API. "
    "I want to pick the one with the best developer experience for solo work."
)
ONE_FACT = "When was Flask first released?"


async def test_a_comparison_is_asked_watched_revised_approved_and_billed(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, QUESTION),
            answered("board", "Supervisor · 3 workers", "FastAPI, Flask and Django can be researched side by side"),
            answered("report/v1/s1", "source"),
            answered("report/v1/s2", "source"),
            answered("report/v1/s3", "source"),
            answered("answer/v1", "Answer", "Sources", "Details"),
            answered("notes/v1", "The critic has", "N1", "Can be decided by the person who asked."),
            answered("board", "Waiting for your decision", "claims"),
            pressed(ANA, "request_revisions"),
            filled(ANA, "N1", comment="Say what each costs to host."),
            told(ANA, "Revisions requested."),
            answered("notes/v1", "Revisions requested by", "Say what each costs to host.", "to be fixed"),
            answered("answer/v2", "What changed in version 2", "N1", "for this version"),
            answered("answer/v2", "Answer, version 2", "Sources", "Details"),
            answered("notes/v2", "on version 2"),
            pressed(ANA, "approve"),
            told(ANA, "Approved. The answer is final."),
            answered("answer/v2", "approved", "Details"),
            answered("notes/v2", "Approved by"),
            answered("board", "Approved"),
            commanded(ANA, "spend by agent", "spent in", "1 run, 1 approved", "supervisor", "worker", "critic"),
        )
    slots = talk.slots()
    reports = [slot for slot in slots if slot.startswith("report/v1/")]
    assert sorted(reports) == ["report/v1/s1", "report/v1/s2", "report/v1/s3"]
    assert [slot for slot in slots if not slot.startswith("report/")] == [
        *("board", "answer/v1", "notes/v1", "answer/v2", "notes/v2")
    ]
    assert slots[-1] == "notes/v2" and slots[1:4] == reports
    assert re.search(r"\[\d\]", talk.text("answer/v2"))


async def test_the_bill_in_the_thread_is_the_bill_of_the_ledger(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(ANA, ONE_FACT), answered("answer/v1", "Details"), answered("board", "Done"))
        await talk.play(pressed(ANA, "details"), opened(ANA, "Total: $", "at most", "Single: "))
        [form] = talk.slack.open_views(ANA)
    async with office.services() as services:
        receipt = await services.spend.receipt(talk.run_ids[0])
        assert (await services.ledger.verify()).ok
    [line] = receipt.agents
    asked = [received.body for received in office.model.received]
    assert line.llm_calls == len(asked) == office.model.calls("single")
    assert f"Single: {line.llm_calls} calls · {line.input_tokens:,} tokens in" in words(form)
    assert all(body["max_tokens"] == 2000 for body in asked)
    assert {received.run_id for received in office.model.received} == set(talk.run_ids)


async def test_one_line_of_enquiry_is_one_agents(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, ONE_FACT),
            answered("board", "Single · one agent", "One line of enquiry"),
            answered("answer/v1", "2010", "Details", "Sources", "Request revisions"),
            answered("board", "Done"),
            pressed(ANA, "request_revisions", "answer/v1"),
            filled(ANA, comment="Add who maintains it."),
            answered("answer/v2", "Answer, version 2", "Request revisions"),
            answered("answer/v1", "Version 2 follows.", without=["Request revisions"]),
        )
    assert talk.slots() == ["board", "answer/v1", "answer/v2"]


async def test_options_choose_the_way_and_lower_the_cap(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, f"--strategy single {QUESTION} --budget 0.50"),
            answered("board", "Single · one agent", "You asked for it", "cap $0.50"),
            answered("answer/v1", "Details"),
            pressed(ANA, "details"),
            opened(ANA, "of $0.50 at most"),
        )


async def test_the_dash_of_a_phone_is_an_option_too_and_a_wrong_one_is_explained(office: Office, talk: Talk) -> None:
    other = Talk(talk.slack)
    async with office.bot():
        await talk.play(
            said(ANA, f"{ONE_FACT} —strategy supervisor —budget 0.20"), answered("board", "Supervisor", "cap $0.20")
        )
        await other.play(
            said(BEN, f"--budgte 0.10 {ONE_FACT}"),
            replied("Did you mean `--budget` by `--budgte`?"),
        )
        await talk.play(answered("answer/v1", "Details"))
    assert other.run_ids == []


async def test_a_follow_up_knows_its_thread(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, ONE_FACT),
            answered("answer/v1", "Details"),
            answered("board", "Done"),
            said(BEN, "Who maintains it today?"),
            answered("board", "Done", run=2),
            answered("answer/v1", "Details", run=2),
        )
    assert len(talk.run_ids) == 2
    asked = [received for received in office.model.received if received.run_id == talk.run_ids[1]]
    assert all(ONE_FACT in str(received.body["messages"]) for received in asked)
    async with office.services() as services:
        follow_up = await services.runs.get(talk.run_ids[1])
    assert [turn.question for turn in follow_up.question.earlier] == [ONE_FACT]


async def test_a_private_message_needs_no_mention_and_its_replies_are_follow_ups(office: Office) -> None:
    talk = Talk(office.slack, channel="D0BEN")
    async with office.bot():
        await talk.play(
            said(BEN, ONE_FACT),
            answered("answer/v1", "2010"),
            answered("board", "Done"),
            said(BEN, "Who maintains it today?"),
            answered("answer/v1", "Details", run=2),
        )


async def test_a_question_by_command_is_asked_in_the_channel(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(commanded(ANA, ONE_FACT))
        [opening] = [m for m in talk.slack.workspace.in_channel(talk.channel) if f"asks: {ONE_FACT}" in m["text"]]
        talk.ts = opening["ts"]
        await talk.play(
            answered("answer/v1", "2010"),
            answered("board", "Done"),
            commanded(ANA, "history", ONE_FACT, "complete"),
            commanded(ANA, "budget", "of $50.00 spent"),
            commanded(ANA, "help", "How to ask"),
            commanded(ANA, "spend by user", "User", "1 run"),
            commanded(BEN, "stop", "none is working or waiting"),
            commanded(DAN, ONE_FACT, "full members of this workspace, not guests"),
        )
    assert len([m for m in talk.slack.workspace.in_channel(talk.channel) if " asks: " in m["text"]]) == 1


async def test_a_message_of_somebody_is_researched_by_its_shortcut(office: Office, talk: Talk) -> None:
    async with office.bot():
        talk.ts = await talk.slack.post(BEN, talk.channel, ONE_FACT)
        assert (await talk.slack.shortcut(ANA, talk.channel, talk.ts, "research_this")).ok
        await talk.play(
            told(ANA, "follow the work in the thread of that message"),
            answered("answer/v1", "2010"),
            answered("board", "Done"),
        )
        [run_id] = talk.run_ids
        assert (await talk.slack.shortcut(BEN, talk.channel, talk.ts, "research_this")).ok
        await talk.play(told(BEN, "That message was already asked", run_id))
    assert talk.run_ids == [run_id]


async def test_home_shows_the_runs_and_what_was_spent(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(ANA, ONE_FACT), answered("board", "Done"))
        home = await talk.slack.open_home(ANA)
    assert ONE_FACT in str(home) and "spent in" in str(home)
