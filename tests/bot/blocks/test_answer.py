"""The answer carries its sources, its doubts and its bill, however long it is."""

import json
from dataclasses import replace

import pytest
from run_story import Story, bill

from bot.blocks.answer import MESSAGES, answer, as_file
from bot.blocks.message import SlackMessage
from bot.simulator.blockkit import MESSAGE_CHARACTERS, message_problems, size
from orchestration import events as ev
from orchestration.domain import Decision

PARAGRAPH = "Words that fill a paragraph of the answer, one after the other. " * 20 + "[1]\n\n"


def shown(messages: list[SlackMessage]) -> str:
    return json.dumps([message.blocks for message in messages], ensure_ascii=False)


def of(story: Story, **kinds: bool) -> list[SlackMessage]:
    view = story.view()
    assert view.newest is not None
    return answer(view, view.newest, bill(**kinds))


def test_a_short_answer_is_one_message_with_sources_and_bill() -> None:
    [message] = of(Story().to_review())
    wire = shown([message])
    assert "https://docs.example.org/1" in wire and "docs.example.org" in wire
    assert "3 of 6 claims found word for word in 3 sources" in wire
    assert "*Total: $0.0125148 (estimated)*" in wire


def test_a_claim_without_its_quote_is_marked_with_the_source_it_should_stand_in() -> None:
    assert "⚠ not found word for word in [1]: " in shown(of(Story().to_review()))


def test_gaps_are_named() -> None:
    assert "What is missing" in shown(of(Story(text="no page").to_review()))


@pytest.mark.parametrize("paragraphs", [1, 8, 16, 20])
def test_a_longer_answer_is_split_over_messages_that_slack_takes(paragraphs: int) -> None:
    story = Story().asked().started().routed().planned().drafted(answer=PARAGRAPH * paragraphs)
    messages = of(story)
    assert 1 <= len(messages) <= MESSAGES + 1
    for message in messages:
        assert message_problems(message.blocks) == [] and size(message.blocks) < MESSAGE_CHARACTERS
    assert shown(messages).count("Words that fill") == 20 * paragraphs


def test_a_very_long_answer_is_begun_and_attached_whole() -> None:
    messages = of(Story().asked().started().routed().planned().drafted(answer=PARAGRAPH * 40))
    assert len(messages) == 2
    file = messages[0].file
    assert file is not None and file.content.count("Words that fill") == 800
    assert "1. FastAPI plain words: https://docs.example.org/1" in file.content


def test_a_bill_that_still_grows_says_so_far() -> None:
    assert "*So far: " in shown(of(Story().asked().started().routed().planned().drafted()))


def test_offline_and_demo_answers_say_what_they_are() -> None:
    wire = shown(of(Story().to_review(), demo=True, offline=True))
    assert "offline model" in wire and "demo prices, nothing is charged" in wire


def test_only_a_complete_answer_carries_request_revisions() -> None:
    assert "request_revisions" not in shown(of(Story().to_review()))
    assert "request_revisions" in shown(of(Story().to_review(notes=0).tell(ev.RunCompleted(1, False))))
    approved = shown(of(Story().to_review().reviewed(Decision.APPROVE)))
    assert "r_story:1" in approved and "✓ approved" in approved


def test_a_source_without_an_honest_address_is_no_link() -> None:
    story = Story()
    draft = story.draft()
    bad = replace(draft.sources[0], url="javascript:alert(1)")
    story.asked().tell(ev.DraftReady(replace(draft, sources=(bad,))))
    wire = shown(of(story))
    assert "javascript" not in wire and '"type": "link"' not in wire


def test_the_file_ends_with_the_sources() -> None:
    assert as_file(Story().draft()).rstrip().endswith("3. Django plain words: https://docs.example.org/3")
