"""/research: subcommands answer the asker alone and in time, anything else is a question."""

from dataclasses import replace
from typing import Any

import pytest

from bot.incoming.listeners import commands
from orchestration.values.domain import Conversation, RunStatus

CHANNEL = "C0RESEARCH"


async def test_a_question_by_command_is_asked_in_the_channel(desk: Any) -> None:
    outcome = await desk.slack.command("U0BEN", CHANNEL, "/research", "Compare A and B --budget 0.10")
    assert outcome.ok and not outcome.text
    (root,) = desk.slack.workspace.in_channel(CHANNEL)
    assert root["text"] == "@ben asks: Compare A and B"
    run = await desk.run_of(root["ts"])
    assert (run.question.user_id, run.budget_nano_usd) == ("U0BEN", 100_000_000)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "How to ask"),
        ("help", "How to ask"),
        ("spend", "spent in"),
        ("spend by user", "spent in"),
        ("spend 2026-11 by agent", "spent in 2026-11"),
        ("spend today", "spent in"),
        ("spend 2026-13", "Write a month as 2026-11"),
        ("budget", "spent in"),
        ("history", "There are no runs here yet"),
        ("stop", "none is working or waiting"),
        ("pause", "Paused in the whole workspace"),
        ("histroy", "close to the command `/research history`"),
        ("spend csv", "close to the command `/research spend"),
        ("budget set 10", "close to the command `/research budget"),
        ("thanks", "You're welcome."),
        ("good morning everyone", "Hello."),
        ("export", "is one word a question?"),
        ("histroy --budget lots", "takes dollars"),
        ("Compare A and B --strategy quick", "takes one of auto"),
        ("🚀", "no words to research"),
        ("x" * 13_000, "I take up to 12,000"),
    ],
)
async def test_every_command_is_answered_to_the_asker_alone(desk: Any, text: str, sentence: str) -> None:
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", text)
    assert outcome.ok, outcome.error
    assert sentence in (outcome.text or "")
    assert desk.slack.workspace.in_channel(CHANNEL) == []


async def test_a_near_miss_is_asked_once_by_its_button(desk: Any) -> None:
    await desk.slack.command("U0BEN", CHANNEL, "/research", "spend & save --budget 0.10")
    [answer] = desk.slack.ephemerals("U0BEN")
    for _ in range(2):
        assert (await desk.slack.click("U0BEN", CHANNEL, answer["ts"], "research_it")).ok
    await desk.settled()
    [run] = await desk.runs()
    assert (run.question.text, run.question.user_id, run.budget_nano_usd) == ("spend & save", "U0BEN", 100_000_000)
    [root] = desk.slack.workspace.in_channel(CHANNEL)
    assert root["text"] == "@ben asks: spend &amp; save"


@pytest.mark.parametrize("question", ["histroy", "spend", "stop words", "Why?"])
async def test_ask_always_asks(desk: Any, question: str) -> None:
    await desk.slack.command("U0ANA", CHANNEL, "/research", f"ask {question}")
    [root] = desk.slack.workspace.in_channel(CHANNEL)
    assert (await desk.run_of(root["ts"])).question.text == question


@pytest.mark.parametrize("document", ["The study followed forty teams over a year. " * 12])
async def test_one_word_above_a_pasted_text_is_a_question(desk: Any, document: str) -> None:
    await desk.slack.command("U0ANA", CHANNEL, "/research", f"Summarise\n\n{document}")
    [root] = desk.slack.workspace.in_channel(CHANNEL)
    assert (await desk.run_of(root["ts"])).question.text == "Summarise"


@pytest.mark.parametrize("text", ["history of the Roman budget", "stop words in search engines", "spend less on AWS?"])
async def test_a_subcommands_word_may_begin_a_question(desk: Any, text: str) -> None:
    await desk.slack.command("U0ANA", CHANNEL, "/research", text)
    (root,) = desk.slack.workspace.in_channel(CHANNEL)
    assert (await desk.run_of(root["ts"])).question.text == text


async def test_a_guest_is_refused(desk: Any) -> None:
    outcome = await desk.slack.command("U0DAN", CHANNEL, "/research", "What do we pay?")
    assert "not guests" in (outcome.text or "")
    assert await desk.runs() == []


async def test_stop_asks_which_where_there_are_several(desk: Any) -> None:
    first = await desk.run_of(await desk.ask("Compare A and B"))
    second = await desk.run_of(await desk.ask("Compare C and D"))
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "stop")
    assert first.run_id in (outcome.text or "") and second.run_id in (outcome.text or "")
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", f"stop {second.run_id}")
    assert "Stopped." in (outcome.text or "")
    assert (await desk.services.runs.get(second.run_id)).status is RunStatus.CANCELLED
    assert (await desk.services.runs.get(first.run_id)).status is RunStatus.QUEUED
    outcome = await desk.slack.command("U0BEN", CHANNEL, "/research", "stop")
    assert "You may not stop or resume this run" in (outcome.text or "")


async def test_stop_finds_a_run_behind_any_number_of_newer_ones(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B"))
    place = Conversation(run.question.conversation.team_id, CHANNEL, "1.1")
    for number in range(50):
        asked = replace(run.question, conversation=place)
        newer, _ = await desk.services.runs.create(asked, key=f"newer/{number}", budget_nano_usd=1)
        await desk.services.runs.cancel(newer.run_id, "U0ANA")
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "stop")
    assert "Stopped." in (outcome.text or "")
    assert (await desk.services.runs.get(run.run_id)).status is RunStatus.CANCELLED


async def test_history_shows_the_channel_and_ones_own_but_not_others_elsewhere(desk: Any) -> None:
    await desk.run_of(await desk.ask("Channel question"))
    secret = await desk.slack.post("U0ANA", "D0ANA", "Secret question")
    await desk.run_of(secret)
    of_ben = await desk.slack.command("U0BEN", CHANNEL, "/research", "history")
    of_ana = await desk.slack.command("U0ANA", CHANNEL, "/research", "history")
    assert "Channel question" in str(of_ben.blocks) and "Secret question" not in str(of_ben.blocks)
    assert "Channel question" in str(of_ana.blocks) and "Secret question" in str(of_ana.blocks)


async def test_where_slack_refuses_the_post_the_asker_is_told(desk: Any) -> None:
    desk.slack.faults.fail("chat.postMessage", "restricted_action", times=3)
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "Compare A and B")
    assert outcome.ok
    await desk.whispered("U0ANA", "Slack did not accept the message")
    assert await desk.runs() == []


async def test_where_the_bot_is_not_in_the_channel_it_says_how_to_invite_it(desk: Any) -> None:
    desk.slack.workspace.channels[CHANNEL].members.remove(desk.slack.bot_user_id)
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "Compare A and B")
    assert "/invite @threadwork" in (outcome.text or "")


async def test_a_direct_message_takes_commands_too(desk: Any) -> None:
    assert (await desk.slack.command("U0BEN", "D0BEN", "/research", "Compare A and B")).ok
    (root,) = desk.slack.workspace.in_channel("D0BEN")
    assert (await desk.run_of(root["ts"])).question.conversation.channel_id == "D0BEN"


async def test_a_question_taken_in_is_asked_once_slack_takes_posts_again(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "SECONDS", 3.0)
    desk.slack.faults.rate_limit("chat.postMessage", retry_after=4)
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "Compare A and B")
    assert "will appear in the channel in a moment" in (outcome.text or "")

    async def asked() -> list[Any]:
        return list(await desk.runs())

    [run] = await desk.eventually(asked)
    assert run.question.text == "Compare A and B"


async def test_however_slow_slack_is_a_question_taken_in_is_called_that(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "SECONDS", 3.0)
    desk.slack.faults.delay("users.info", 0.5)
    desk.slack.faults.delay("chat.postMessage", 3600)
    outcome = await desk.slack.command("U0ANA", CHANNEL, "/research", "Compare A and B")
    assert "will appear in the channel in a moment" in (outcome.text or "")


@pytest.mark.parametrize("text", ["spend", "budget"])
async def test_a_guest_sees_no_spend_but_their_own(desk: Any, text: str) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B"))
    await desk.drafted(run)
    shown = await desk.slack.command("U0BEN", CHANNEL, "/research", text)
    of_guest = await desk.slack.command("U0DAN", CHANNEL, "/research", text)
    assert "1 run" in str(shown.blocks) and "1 run" not in str(of_guest.blocks)


async def test_a_question_taken_in_waits_for_a_database_that_refuses(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "SECONDS", 3.0)
    full = "CREATE TRIGGER full BEFORE INSERT ON runs BEGIN SELECT 1 FROM no_such_table; END"
    await desk.services.database.write(lambda conn: conn.exec_driver_sql(full))
    await desk.slack.command("U0ANA", CHANNEL, "/research", "Compare C and D")
    await desk.services.database.write(lambda conn: conn.exec_driver_sql("DROP TRIGGER full"))
    (root,) = desk.slack.workspace.in_channel(CHANNEL)
    assert "Compare C and D" == (await desk.run_of(root["ts"])).question.text
