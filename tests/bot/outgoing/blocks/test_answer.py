"""The answer carries its sources, its doubts and its bill, however long it is."""

import json
from dataclasses import replace

import pytest
from drafts import with_claims
from run_story import Story, bill

from bot.outgoing.blocks.answer import MESSAGES, answer, as_file
from bot.outgoing.blocks.message import SlackMessage
from bot.simulator.blockkit import MESSAGE_CHARACTERS, message_problems, size
from orchestration.values import events as ev
from orchestration.values.domain import Decision, Draft, Entailment, Support

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
    assert "$0.0125 estimated · 14 s · 3 sources" in wire and '"action_id": "details"' in wire


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
    assert "So far: " in shown(of(Story().asked().started().routed().planned().drafted()))


def test_offline_and_demo_answers_say_what_they_are() -> None:
    wire = shown(of(Story().to_review(), demo=True, offline=True))
    assert "offline model" in wire and "demo prices" not in wire


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


def of_draft(draft: Draft) -> str:
    return shown(of(Story().asked().started().routed().planned().tell(ev.DraftReady(draft))))


def test_every_answer_with_sources_or_claims_carries_the_sources_button() -> None:
    assert '"action_id": "sources"' in shown(of(Story().to_review()))
    bare = replace(with_claims(Story().draft(), []), sources=())
    assert '"action_id": "sources"' not in of_draft(bare)


def test_why_a_claim_is_not_quoted_stands_beside_it() -> None:
    draft = Story().draft()
    claim = replace(draft.claims[1], reason="12 does not stand in the passage quoted")
    assert "⚠ 12 does not stand in the passage quoted [1]: " in of_draft(with_claims(draft, [claim]))


def test_copies_of_one_text_and_claims_on_one_source_are_counted_in_a_grey_line() -> None:
    draft = Story().draft()
    one = tuple(replace(claim, support=Support.QUOTED, independent_sources=1) for claim in draft.claims)
    assert "Each claim is based on a single source." in of_draft(with_claims(draft, one))
    two = (replace(one[0], independent_sources=2), *one[1:])
    assert "5 of 6 claims are based on a single source." in of_draft(with_claims(draft, two))
    copies = tuple(replace(source, content_hash="same") for source in draft.sources)
    wire = of_draft(replace(with_claims(draft, one), sources=copies))
    assert "in 3 sources (1 independent)" in wire and "Everything here is based on one source." in wire
    assert "rest on one" not in of_draft(draft)


def test_what_a_model_said_of_the_claims_is_counted() -> None:
    draft = Story().draft()
    said = (Entailment.SUPPORTED, Entailment.SUPPORTED, Entailment.CONTRADICTED, Entailment.NOT_VERIFIED, None, None)
    claims = tuple(replace(c, entailment=e) for c, e in zip(draft.claims, said, strict=True))
    line = "Judged by a model against their quotes: 1 contradicted, 1 not verified, 2 supported."
    assert line in of_draft(with_claims(draft, claims))
