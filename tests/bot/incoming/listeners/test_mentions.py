"""A question starts one run, however and however often Slack delivers it; everything else gets a sentence."""

import asyncio
from typing import Any

import pytest

from bot.incoming.listeners.mentions import Mentions
from orchestration.values.domain import RunStatus, Strategy
from orchestration.values.events import Steered

BEYOND = "word " * 2_500


async def test_a_mention_starts_one_run_though_slack_sends_two_events(desk: Any) -> None:
    ts = await desk.ask("Compare FastAPI and Flask")
    run = await desk.run_of(ts)
    await desk.settled()
    assert [known.run_id for known in await desk.runs()] == [run.run_id]
    assert run.question.text == "Compare FastAPI and Flask"
    assert run.question.conversation.thread_ts == ts
    kinds = {delivery.envelope.payload["event"]["type"] for delivery in desk.slack.deliveries}
    assert kinds == {"app_mention", "message"}
    assert all(delivery.answer.acknowledged for delivery in desk.slack.deliveries)


async def test_the_same_events_once_more_start_nothing(desk: Any) -> None:
    desk.slack.faults.duplicate_events(2)
    await desk.run_of(await desk.ask("Compare FastAPI and Flask"))
    await desk.settled()
    assert len(desk.slack.deliveries) == 4
    assert len(await desk.runs()) == 1


async def test_a_direct_message_needs_no_mention(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", "D0BEN", "Which queue fits a small team?")
    assert (await desk.run_of(ts)).question.user_id == "U0BEN"


async def test_talk_without_a_mention_is_acknowledged_and_not_kept(desk: Any) -> None:
    await desk.slack.post("U0ANA", "C0RESEARCH", "Lunch?")
    await desk.slack.until(lambda: desk.slack.deliveries)
    assert desk.slack.deliveries[0].answer.acknowledged
    assert await desk.services.inbox.pending() == []
    assert await desk.runs() == []


async def test_options_at_the_end_are_not_part_of_the_question(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B —strategy single –budget 0.20"))
    assert run.question.text == "Compare A and B"
    assert run.question.strategy is Strategy.SINGLE
    assert run.budget_nano_usd == 200_000_000


async def test_an_asker_cannot_raise_the_budget(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B --budget 500"))
    assert run.budget_nano_usd == desk.services.settings.run_budget_nano_usd


async def test_slacks_own_tokens_become_words(desk: Any) -> None:
    text = (
        "Ask <@U0BEN> about <https://example.org/a?b=1&amp;c=2|this page> in <#C0MARKET|market> &amp; tell <!channel>"
    )
    run = await desk.run_of(await desk.ask(text))
    assert run.question.text == "Ask @ben about https://example.org/a?b=1&c=2 in #market & tell @channel"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no question in that message"),
        (":rocket: :+1:", "has no words to research"),
        ("🚀🚀", "has no words to research"),
        (BEYOND, "I take up to 12,000"),
        ("x" * 40_000, "I take up to 12,000"),
        ("Compare A and B --stratgy single", "Did you mean `--strategy`"),
        ("Compare A and B --strategy quick", "takes one of auto, single, supervisor"),
        ("Compare A and B --budget lots", "takes dollars"),
        ("Compare A and B --budget 0", "above zero"),
        ("--strategy single", "There is no question in that message"),
    ],
)
async def test_what_cannot_be_asked_gets_a_sentence(desk: Any, text: str, sentence: str) -> None:
    ts = await desk.ask(text)
    await desk.said("C0RESEARCH", ts, sentence)
    await desk.settled()
    assert await desk.runs() == []
    assert len([m for m in desk.slack.thread("C0RESEARCH", ts) if m.get("bot_id")]) == 1


async def test_a_hostile_question_is_kept_as_text(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Was\x00 ist \ud800 מה זה?"))
    assert "\x00" not in run.question.text
    assert "מה זה?" in run.question.text


async def test_a_guest_is_refused_politely(desk: Any) -> None:
    ts = await desk.ask("What do we pay?", user="U0DAN")
    await desk.said("C0RESEARCH", ts, "full members of this workspace, not guests")
    assert await desk.runs() == []


async def test_a_second_question_in_the_thread_is_a_follow_up(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    await desk.drafted(await desk.run_of(ts))
    await desk.ask("And C?", thread=ts)

    async def two() -> bool:
        return len(await desk.runs()) == 2

    await desk.eventually(two)
    follow_up = (await desk.runs())[0]
    assert follow_up.question.conversation.thread_ts == ts
    assert [turn.question for turn in follow_up.question.earlier] == ["Compare A and B"]


async def test_words_for_a_working_run_are_passed_on(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    await desk.ask("Mind the price", thread=ts, user="U0BEN")
    await desk.said("C0RESEARCH", ts, "Passed on to the workers.")
    said = [stored.event for stored in await desk.services.events.of(run.run_id)]
    assert [event.text for event in said if isinstance(event, Steered)] == ["Mind the price"]
    assert len(await desk.runs()) == 1


async def test_in_a_direct_message_any_reply_is_for_the_bot(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", "D0BEN", "Which queue fits a small team?")
    await desk.run_of(ts)
    await desk.slack.post("U0BEN", "D0BEN", "Mind the price", thread_ts=ts)
    await desk.said("D0BEN", ts, "Passed on to the workers.")


async def test_talk_in_the_thread_without_a_mention_stays_between_people(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    await desk.slack.post("U0BEN", "C0RESEARCH", "Nice question", thread_ts=ts)
    await desk.settled()
    assert not [s for s in await desk.services.events.of(run.run_id) if isinstance(s.event, Steered)]
    assert len(await desk.runs()) == 1


async def test_stop_in_the_thread_stops_the_run_of_the_one_who_asked(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    await desk.ask("Stop!", thread=ts, user="U0BEN")
    await desk.said("C0RESEARCH", ts, "You may not stop or resume this run")
    await desk.ask("Stop!", thread=ts)
    await desk.said("C0RESEARCH", ts, "Stopped. What was paid for is kept.")
    assert (await desk.services.runs.get(run.run_id)).status is RunStatus.CANCELLED


async def test_stop_where_nothing_works_starts_nothing(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    await desk.drafted(await desk.run_of(ts))
    await desk.ask("stop", thread=ts)
    await desk.said("C0RESEARCH", ts, "Nothing is running in this thread.")
    assert len(await desk.runs()) == 1


async def test_a_follow_up_that_is_taken_up_again_after_a_crash_does_not_steer_itself(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    await desk.drafted(await desk.run_of(ts))
    follow_up = await desk.ask("And C? --strategy single", thread=ts)
    await desk.settled()
    delivered = [delivery.envelope.payload for delivery in desk.slack.deliveries]
    body = next(payload for payload in delivered if payload["event"]["ts"] == follow_up)
    # The crash came after the run was made and before its row was done.
    await Mentions(desk.door).handle(body)
    assert len(await desk.runs()) == 2
    assert not [m for m in desk.slack.thread("C0RESEARCH", ts) if "Passed on" in m["text"]]


async def test_the_bots_own_messages_and_edits_start_nothing(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    posted = await desk.client.chat_postMessage(
        channel="C0RESEARCH", text=f"<@{desk.slack.bot_user_id}> again?", thread_ts=ts
    )
    await desk.client.chat_update(channel="C0RESEARCH", ts=posted["ts"], text=f"<@{desk.slack.bot_user_id}> edited")
    await desk.settled()
    assert [known.run_id for known in await desk.runs()] == [run.run_id]


async def test_words_passed_on_whose_answer_was_delayed_are_no_question_once_the_run_has_ended(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    await desk.settled()
    desk.slack.faults.rate_limit("chat.postMessage", retry_after=4)
    await desk.ask("Mind the price", thread=ts)

    async def passed_on() -> bool:
        return any(isinstance(s.event, Steered) for s in await desk.services.events.of(run.run_id))

    await desk.eventually(passed_on)
    await desk.drafted(run)
    await desk.eventually(lambda: _said(desk, ts, "Passed on to the workers."))
    assert [run.run_id] == [known.run_id for known in await desk.runs()]


async def _said(desk: Any, ts: str, words: str) -> bool:
    return any(words in message["text"] for message in desk.slack.thread("C0RESEARCH", ts))


async def test_stop_whose_answer_was_delayed_says_that_it_stopped(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    await desk.settled()
    desk.slack.faults.rate_limit("chat.postMessage", retry_after=4)
    await desk.ask("stop", thread=ts)
    await desk.eventually(lambda: _said(desk, ts, "Stopped. What was paid for is kept."))
    assert RunStatus.CANCELLED == (await desk.services.runs.get(run.run_id)).status


async def test_a_question_is_kept_until_the_database_takes_its_run(desk: Any) -> None:
    full = "CREATE TEMP TRIGGER full BEFORE INSERT ON runs BEGIN SELECT 1 FROM no_such_table; END"
    await desk.services.database.write(lambda conn: conn.exec_driver_sql(full))
    ts = await desk.ask("Compare A and B")
    await desk.slack.until(lambda: desk.slack.deliveries)
    await asyncio.sleep(0.3)
    await desk.services.database.write(lambda conn: conn.exec_driver_sql("DROP TRIGGER full"))
    assert (await desk.run_of(ts)).question.text == "Compare A and B"


@pytest.mark.parametrize(
    ("text", "line"),
    [("thanks <@U0BEN>, great help!", "You're welcome."), ("Guten Morgen", "Hello."), ("また明日", "See you.")],
)
async def test_small_talk_gets_one_line_and_starts_nothing(desk: Any, text: str, line: str) -> None:
    ts = await desk.ask(text)
    await desk.said("C0RESEARCH", ts, line)
    await desk.settled()
    assert await desk.runs() == []


async def test_small_talk_is_not_passed_on_to_a_run_and_starts_none_below_its_answer(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    run = await desk.run_of(ts)
    await desk.ask("good morning", thread=ts)
    await desk.said("C0RESEARCH", ts, "Hello.")
    await desk.drafted(run, notes=False)
    await desk.ask("great, this helped", thread=ts, user="U0BEN")
    await desk.said("C0RESEARCH", ts, "Good to hear.")
    assert len(await desk.runs()) == 1
    assert not [s for s in await desk.services.events.of(run.run_id) if isinstance(s.event, Steered)]
