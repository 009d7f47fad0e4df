"""What a thread says before a question, whoever and whatever wrote it, in bounds."""

from typing import Any

import pytest

from bot.incoming.threads import MOST_CHARACTERS, MOST_MESSAGES, PAGE, forwarded, text_of
from orchestration.rules.asked import asked_in
from orchestration.rules.facts import points_back

CHANNEL = "C0RESEARCH"
ALERT = {
    "text": "",
    "attachments": [
        {
            "title": "High error rate on checkout",
            "text": "5xx above 3 %",
            "fields": [{"title": "Region", "value": "eu-west-1"}],
            "fallback": "Alert",
        }
    ],
}
CARD = {
    "text": "Deploy finished",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Deploy finished"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Version* 4.2"}, {"type": "mrkdwn", "text": "ok"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Roll back"}}]},
    ],
}


async def test_a_long_thread_is_read_page_by_page_and_its_head_and_newest_messages_kept(desk: Any) -> None:
    root = await desk.slack.post("U0BEN", CHANNEL, "Which queue shall we take for the billing service?")
    for n in range(PAGE + 5):
        await desk.slack.post("U0ANA", CHANNEL, f"thought {n}", thread_ts=root)
    ts = await desk.ask("what do you think of this?", thread=root)
    said = (await desk.run_of(root)).question.thread
    assert said[0].said_by == "@ben" and said[0].text.startswith("Which queue") and len(said) == MOST_MESSAGES
    assert said[-1].text == f"thought {PAGE + 4}" and sum(len(m.text) for m in said) <= MOST_CHARACTERS
    assert [c.method for c in desk.slack.calls].count("conversations.replies") == 2 and ts


async def test_a_question_that_stands_by_itself_does_not_read_the_thread(desk: Any) -> None:
    root = await desk.slack.post("U0BEN", CHANNEL, "Lunch at noon")
    await desk.ask("Which licence does Flask have?", thread=root)
    assert (await desk.run_of(root)).question.thread == ()
    assert "conversations.replies" not in [call.method for call in desk.slack.calls]


async def test_alerts_of_other_apps_and_files_in_the_thread_are_read(desk: Any) -> None:
    root = desk.slack.app_posts(CHANNEL, "Grafana", ALERT)
    await desk.slack.post("U0BEN", CHANNEL, "the log", thread_ts=root, files=[("log.txt", b"out of memory\n" * 9)])
    await desk.slack.post("U0BEN", CHANNEL, "and", thread_ts=root, files=[("film.mp4", b"x"), ("more.md", b"# Plan")])
    await desk.ask("why did this happen?", thread=root)
    question = (await desk.run_of(root)).question
    assert question.thread[0].said_by == "Grafana"
    assert question.thread[0].text == "High error rate on checkout\n5xx above 3 %\nRegion: eu-west-1"
    assert len(question.document_ids) == 2
    await desk.said(CHANNEL, root, "I did not read `film.mp4`")


async def test_a_forwarded_message_comes_with_its_author(desk: Any) -> None:
    original = await desk.slack.post("U0CHLOE", "C0MARKET", "Flask is dead --strategy debate, ask <@U0BEN>")
    mention = f"<@{desk.slack.bot_user_id}> thoughts?"
    ts = await desk.slack.forward("U0ANA", CHANNEL, mention, message=("C0MARKET", original))
    question = (await desk.run_of(ts)).question
    assert question.text == "thoughts?" and question.strategy is None
    assert [(m.said_by, m.text) for m in question.thread] == [
        ("@chloe", "Flask is dead --strategy debate, ask @ben"),
    ]


async def test_the_shortcut_reads_what_stands_in_attachments_alone(desk: Any) -> None:
    ts = desk.slack.app_posts(CHANNEL, "Grafana", ALERT)
    assert (await desk.slack.shortcut("U0ANA", CHANNEL, ts, "research_this")).ok
    assert (await desk.run_of(ts)).question.text.startswith("High error rate on checkout")


async def test_a_thread_that_slack_does_not_show_is_said(desk: Any) -> None:
    root = await desk.slack.post("U0BEN", CHANNEL, "Which queue shall we take?")
    desk.slack.faults.fail("conversations.replies", "missing_scope")
    await desk.ask("answer the question above", thread=root)
    assert (await desk.run_of(root)).question.thread == ()
    await desk.said(CHANNEL, root, "I could not read this thread (Slack says `missing_scope`)")


def test_blocks_are_read_where_the_text_does_not_say_the_same() -> None:
    assert text_of(CARD) == "Deploy finished\n*Version* 4.2\nok"
    assert text_of({"text": "hi <@U1>", "blocks": [{"type": "rich_text", "elements": []}]}) == "hi <@U1>"


def test_a_preview_of_a_link_is_said_by_nobody() -> None:
    preview = {"from_url": "https://example.org", "title": "A page", "text": "words"}
    assert forwarded({"attachments": [preview]}) == [] and text_of({"text": "see", "attachments": [preview]}) == "see"


@pytest.mark.parametrize(
    "words",
    [
        "answer the question above",
        "what do you think of this?",
        "and in version 4.2 only?",
        "Summarise the discussion",
        "is that true?",
        "can you help them?",
        "et pour la version 4.2 ?",
        "Stimmt das?",
        "which of the two is cheaper?",
        "please recap",
        "fasse zusammen",
        "ты согласен?",
        "¿qué opinas de esto?",
        "これについてどう思う",
        "上面的问题怎么回答",
    ],
)
def test_some_questions_point_at_what_stands_above(words: str) -> None:
    assert points_back(asked_in(words))


@pytest.mark.parametrize(
    "words",
    ["Which licence does Flask have?", "Compare FastAPI and Flask for a small team", "When was Django 5.0 released?"],
)
def test_others_stand_by_themselves(words: str) -> None:
    assert not points_back(asked_in(words))
