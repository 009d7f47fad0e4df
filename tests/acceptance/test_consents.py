"""A run that asks first: what it may cost, what was meant, whether more workers should take over."""

import asyncio
import json
from typing import Any

from office import Office, Served
from transcript import ANA, BEN, CHLOE, Talk, answered, pressed, said, told

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
ASKING = {"ask_above_nano_usd": "0.0001", "worker_posts": "off"}
VAGUE = "Look into it, please"
MISSING = '{"verdict":"revise","notes":[{"kind":"missing","text":"Nothing on Flask.","subtask_id":"s1"}]}'


async def consents(office: Office, talk: Talk) -> list[dict[str, Any]]:
    async with office.services() as services:
        from storage.runs.show import show

        found: list[dict[str, Any]] = (await show(services.database, talk.run_ids[0]))["consents"]
    return found


async def test_a_dear_question_asks_and_starts_at_a_click(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING):
        await talk.play(
            said(ANA, QUESTION),
            answered("inquiry/1", "This may cost $", "Supervisor with 2 workers", "Expected", "the team has"),
            answered("inquiry/1", "Start", "Cheaper", "Deeper", "Change"),
            answered("board", "Waiting for your reply", "Nothing is spent before you answer"),
        )
        assert office.model.received == []
        await talk.play(
            pressed(BEN, "consent_start"),
            told(BEN, "You may not answer for this run: @ana, who asked, or a reviewer may."),
            pressed(ANA, "consent_start"),
            told(ANA, "Started: supervisor with 2 workers"),
            answered("inquiry/1", "Started by", without=("Cheaper",)),
            answered("answer/v1", "FastAPI"),
        )
    (asked,) = await consents(office, talk)
    assert (asked["answer"]["choice"], asked["answer"]["user_id"]) == ("start", ANA)


async def test_of_several_who_answer_at_once_one_counts_and_all_are_told(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING, reviewers=("anyone",)):
        await talk.play(said(ANA, QUESTION), answered("inquiry/1", "Start"))
        message = talk.find("inquiry/1")
        assert message is not None
        actions = zip((ANA, BEN, CHLOE), ("consent_start", "consent_cheaper", "consent_start"), strict=True)
        clicks = [talk.slack.click(who, talk.channel, message["ts"], action) for who, action in actions]
        assert all(outcome.ok for outcome in await asyncio.gather(*clicks))
        await talk.until(lambda: all(talk.slack.ephemerals(who) for who in (ANA, BEN, CHLOE)), "an answer to each")
        await talk.play(answered("answer/v1", "FastAPI"))
    texts = sorted(talk.slack.ephemerals(who)[-1]["text"].split(":")[0] for who in (ANA, BEN, CHLOE))
    assert texts == ["Already answered", "Already answered", "Started"]
    assert len([asked for asked in await consents(office, talk) if asked["answer"]]) == 1


async def test_the_form_offers_every_strategy_and_starts_the_one_that_is_picked(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING):
        await talk.play(said(ANA, QUESTION), pressed(ANA, "consent_change"))
        await talk.until(lambda: talk.slack.open_views(ANA), "the form")
        view = talk.slack.open_views(ANA)[-1]
        options = view["blocks"][0]["element"]["options"]
        assert {option["value"] for option in options} == {"single", "supervisor", "sequential", "fanout", "debate"}
        assert all("$" in option["description"]["text"] for option in options)
        outcome = await talk.slack.submit_view(ANA, view["id"], {"strategy": {"strategy": "single"}})
        assert outcome.ok, outcome
        await talk.play(told(ANA, "Started: single agent"), answered("inquiry/1", "Changed and started by", "single"))
        await talk.play(answered("answer/v1", "FastAPI"), answered("board", "Single · one agent"))


async def test_a_form_that_was_open_while_another_answered_says_so(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING, reviewers=("anyone",)):
        await talk.play(said(ANA, QUESTION), pressed(BEN, "consent_change"))
        await talk.until(lambda: talk.slack.open_views(BEN), "the form")
        await talk.play(pressed(ANA, "consent_cheaper"), told(ANA, "Started: single agent"))
        view = talk.slack.open_views(BEN)[-1]
        late = await talk.slack.submit_view(BEN, view["id"], {"strategy": {"strategy": "debate"}})
        assert late.errors == {"strategy": "Already answered: @ana chose single."}
        await talk.play(answered("answer/v1", "FastAPI"))


async def test_a_reply_answers_the_price_too_and_another_question_is_one_of_its_own(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING):
        await talk.play(
            said(ANA, QUESTION),
            answered("inquiry/1", "Start"),
            said(ANA, "cheaper"),
            answered("inquiry/1", "Cheaper option started by", "single"),
            answered("answer/v1", "FastAPI"),
        )
        await talk.play(said(ANA, "And how is Django installed?"), answered("inquiry/1", "Start", run=2))
    assert len(talk.run_ids) == 2


async def test_stop_in_the_thread_ends_a_run_that_waits(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING):
        await talk.play(
            said(ANA, QUESTION),
            answered("inquiry/1", "Start"),
            said(ANA, "stop"),
            answered("board", "Stopped"),
            answered("inquiry/1", "The run was stopped", without=("Cheaper",)),
        )


async def test_a_vague_question_is_asked_back_once_and_a_reply_is_its_answer(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, VAGUE),
            answered("inquiry/1", "One question before I start", "Take it as it is", "Answer in the thread"),
            pressed(ANA, "clarify_thread"),
            told(ANA, "Reply in this thread"),
            said(BEN, "FastAPI of course"),
        )
        await talk.until(lambda: "You may not answer" in talk.written(), "who may answer")
        assert office.model.received == []
        await talk.play(
            said(ANA, "How is FastAPI installed?"),
            answered("inquiry/1", "Answered by", "How is FastAPI installed?", without=("Take it",)),
            answered("answer/v1", "FastAPI"),
        )
    assert len(talk.run_ids) == 1


async def test_an_option_answers_at_a_click(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, VAGUE), pressed(ANA, "clarify_1"), told(ANA, "continue with that."))
        await talk.play(answered("inquiry/1", "Answered by", "Take it as it is"), answered("answer/v1"))


async def test_a_killed_bot_still_knows_what_it_asked(office: Office, talk: Talk, served: Served) -> None:
    office.environment["THREADWORK_ASK_ABOVE_USD"] = "0.0001"
    await served.start()
    await talk.play(said(ANA, QUESTION), answered("inquiry/1", "Start"))
    await served.kill()
    await served.start()
    await talk.play(pressed(ANA, "consent_start"), told(ANA, "Started"), answered("answer/v1", "FastAPI"))


async def test_after_a_day_the_thread_is_told_and_go_on_asks_once_more(office: Office, talk: Talk) -> None:
    async with office.bot(**ASKING):
        await talk.play(said(ANA, QUESTION), answered("inquiry/1", "Start"))
    async with office.services() as services:
        from sqlalchemy import text

        old = "UPDATE runs SET ended_at = '2020-01-01T00:00:00.000000Z'"
        await services.database.write(lambda conn: conn.execute(text(old)))
    async with office.bot(**ASKING):
        await talk.play(
            answered("ended/1", "Expired", "Nobody answered within 24 hours"),
            answered("inquiry/1", "Nobody answered in time", without=("Cheaper",)),
            pressed(ANA, "retry"),
            answered("inquiry/3", "Start", "Cheaper"),
        )


async def test_more_workers_take_over_at_a_click_for_a_named_price(office: Office, talk: Talk) -> None:
    office.model.replies["critic"].append(MISSING)
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, "How many users does FastAPI have, with sources?"),
            answered("notes/v1", "Nothing on Flask.", "Escalate: 1 more worker for about $"),
            pressed(BEN, "escalate"),
            told(BEN, "You may not answer for this run"),
            pressed(ANA, "escalate"),
            told(ANA, "On it: supervisor with 1 worker,"),
            answered("notes/v1", "More workers started by", without=("Escalate:",)),
            answered("answer/v2", "version 2"),
            answered("answer/v2", "for N1", "for this version"),
        )
    received = [r for r in office.model.received if r.agent in ("supervisor", "worker")]
    tasks = [json.loads(r.body["messages"][1]["content"])["subtask"] for r in received]
    assert {("s2", "Nothing on Flask.")} == {(task["subtask_id"], task["instructions"]) for task in tasks}
