"""What people type by accident or on purpose: a sentence for it, and nothing of it acts in Slack."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from office import Office
from transcript import ANA, BEN, Talk, answered, filled, pressed, replied, said

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
HOSTILE = (
    "<!channel> <!here> @everyone <@U0BEN> [click here](https://evil.example/steal?q=1) "
    "<https://evil.example/a|docs.python.org> https://evil.example/b ![x](https://evil.example/pixel.png) "
    "mailto:root@evil.example www.evil.example/c evil.example/d"
)


def assert_inert(talk: Talk) -> None:
    """Nothing the bot wrote calls anybody, leads to the foreign place, or asks Slack for a preview."""
    workspace = talk.slack.workspace
    written = [m for channel in workspace.channels for m in workspace.in_channel(channel) if m.get("bot_id")]
    written += [m for who in (ANA, BEN) for m in talk.slack.ephemerals(who)]
    assert written
    assert workspace.broadcasts == []
    assert {(unfurl.links, unfurl.media) for unfurl in workspace.unfurls} == {(False, False)}
    assert_quiet([text for message in written for text in acted_on(message)])


def assert_quiet(texts: list[str]) -> None:
    """In every address that may be read and not followed stands a word joiner."""
    loud = ("<!", "<@U0BEN", "evil.example/", "mailto:root", "www.evil")
    # What stands in a fence is code, which keeps its letters.
    read = [re.sub(r"(?ms)^```.*?^```$", "", text) for text in texts]
    assert [text for text in read if any(sign in text for sign in loud)] == []


def acted_on(value: Any) -> Iterator[str]:
    """The texts of a message, form or page that Slack does something with; other letters are just shown."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from acted_on(item)
    if not isinstance(value, Mapping):
        return
    if value.get("type") in ("mrkdwn", "markdown", "message") or "blocks" in value:
        yield str(value.get("text", ""))
    yield from (str(value[name]) for name in ("url", "image_url") if name in value)
    if value.get("type") in ("broadcast", "usergroup"):
        yield "<!"
    if value.get("type") == "user" and value.get("user_id") == BEN:
        yield "<@U0BEN"
    for item in value.values():
        yield from acted_on(item)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no question in that message. Write it after my name"),
        ("x" * 40_000, "I take up to 12,000"),
        ("word " * 7_900, "I take up to 12,000"),
        ("🚀 🎉 👍", "has no words to research"),
        (":rocket:", "has no words to research"),
        ("\x00\x07", "There is no question in that message"),
        (f"--buget 0.10 {QUESTION}", "Did you mean `--budget` by `--buget`?"),
        (f"{QUESTION} --strategy quick", "`--strategy` takes one of auto, single, supervisor"),
        (f"{QUESTION} --budget -1", "takes dollars above zero"),
    ],
)
async def test_what_is_no_question_gets_a_sentence_and_no_run(
    office: Office, talk: Talk, text: str, sentence: str
) -> None:
    async with office.bot():
        await talk.play(said(ANA, text), replied(sentence))
    assert office.model.received == []
    assert len(talk.messages) == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("מתי יצאה הגרסה הראשונה של Flask?", "מתי יצאה הגרסה הראשונה של Flask?"),
        ("When was Flask\x00 first \ud800released\u202e?", "When was Flask first released?"),
        ("When was Flask first released? 🐍", "When was Flask first released? 🐍"),
    ],
)
async def test_odd_letters_are_asked_as_far_as_they_can_be_read(
    office: Office, talk: Talk, text: str, kept: str
) -> None:
    async with office.bot():
        await talk.play(said(ANA, text), answered("answer/v1", "Details"), answered("board", "Done"))
    async with office.services() as services:
        assert (await services.runs.get(talk.run_ids[0])).question.text == kept


async def test_tokens_and_links_of_a_question_do_nothing_where_the_bot_repeats_it(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(ANA, f"{QUESTION} {HOSTILE}"), answered("notes/v1", "N1"))
        await talk.slack.command(ANA, talk.channel, "/research", f"What is Flask? {HOSTILE}")
        await talk.until(lambda: [m for m in talk.slack.workspace.in_channel(talk.channel) if "asks:" in m["text"]], "")
        await talk.slack.command(ANA, talk.channel, "/research", "history")
        home = await talk.slack.open_home(ANA)
    assert home
    assert_quiet(list(acted_on(home)))
    assert_inert(talk)


async def test_tokens_and_links_of_a_document_do_nothing_where_it_is_quoted(
    office: Office, talk: Talk, tmp_path: Path
) -> None:
    page = tmp_path / "quokka.md"
    page.write_text(f"# Quokka {HOSTILE}\n\nThe quokka of {HOSTILE} lives on Rottnest Island.\n", encoding="utf-8")
    code, _, err = await office.terminal("docs", "add", "quokka.md", "--team", talk.slack.team_id)
    assert code == 0, err
    async with office.bot():
        await talk.play(
            said(ANA, "Where does the quokka live? --strategy supervisor"),
            answered("report/v1/s1", "Rottnest Island"),
            answered("answer/v1", "Rottnest Island", "Sources"),
            pressed(ANA, "request_revisions"),
            filled(ANA, comment=HOSTILE),
            answered("answer/v2", "What changed"),
            answered("answer/v2", "Rottnest Island", "Details"),
        )
    assert_inert(talk)


async def test_tokens_and_links_of_a_model_do_nothing_wherever_it_writes(office: Office, talk: Talk) -> None:
    plan = {"subtasks": [{"title": f"T {HOSTILE}", "instructions": HOSTILE} for _ in range(2)]}
    claims = [{"text": HOSTILE, "source_id": "made-up", "quote": HOSTILE}]
    report = {"summary": f"# {HOSTILE}\n\n```\n{HOSTILE}\n```\n> {HOSTILE}", "claims": claims}
    notes = [{"kind": "vague", "text": HOSTILE, "subtask_id": "s1"}]
    office.model.replies["supervisor"].append(json.dumps(plan))
    office.model.replies["worker"].extend([json.dumps(report)] * 2)
    office.model.replies["critic"].append(json.dumps({"verdict": "revise", "notes": notes}))
    async with office.bot():
        await talk.play(
            said(ANA, QUESTION),
            answered("report/v1/s1", "click here"),
            answered("answer/v1", "click here", "its page was not read in this run"),
            answered("notes/v1", "N1", "vague"),
            answered("board", "Waiting for your decision"),
            pressed(ANA, "request_revisions", "notes/v1"),
        )
        await talk.until(lambda: talk.slack.open_views(ANA), "the form")
    assert_quiet(list(acted_on(talk.slack.open_views(ANA)[-1])))
    assert_inert(talk)
