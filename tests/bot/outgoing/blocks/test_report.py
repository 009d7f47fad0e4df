"""A worker's report is a short reply whose numbers count into its own sources."""

import json
from dataclasses import replace

import pytest
from run_story import BEGIN, Story, bill

from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.report import SUMMARY_CHARACTERS, report
from bot.simulator.blockkit import message_problems
from orchestration.values.domain import Source, WorkerReport


def of(found: WorkerReport) -> SlackMessage:
    worker = Story().asked().started().routed().planned().view().workers[0]
    message = report(worker, found, bill())
    assert message_problems(message.blocks) == []
    return message


def body(message: SlackMessage) -> str:
    return next((str(block["text"]) for block in message.blocks if block["type"] == "markdown"), "")


def test_it_has_title_words_sources_support_and_cost() -> None:
    wire = json.dumps(of(Story().report(1)).blocks, ensure_ascii=False)
    for expected in ("*FastAPI*", "says plain words [1].", "https://docs.example.org/1", "1 of 2 claims", "$0.00125"):
        assert expected in wire


def test_numbers_follow_the_order_of_the_text() -> None:
    sources = tuple(Source(f"d_{n}", f"page {n}", f"https://docs.example.org/{n}", BEGIN, "h") for n in (1, 2))
    message = of(replace(Story().report(1), summary="Second [d_2], then first [d_1].", sources=sources))
    assert body(message) == "Second [1], then first [2]."
    wire = json.dumps(message.blocks)
    assert wire.index("page 2") < wire.index("page 1")


@pytest.mark.parametrize("text", ["line of words\n" * 200, "word " * 2000, "x" * 5000])
def test_a_long_summary_is_cut_to_a_few_lines(text: str) -> None:
    assert 0 < len(body(of(replace(Story().report(1), summary=text)))) <= SUMMARY_CHARACTERS + 10


def test_a_failed_worker_says_why() -> None:
    message = of(Story().report(1, error="It ran out of time (30 s)."))
    assert "It ran out of time (30 s)." in json.dumps(message.blocks) and "ran out of time" in message.text


def test_a_report_of_a_revision_names_its_version() -> None:
    assert "version 2" in json.dumps(of(Story().report(1, version=2)).blocks)


def test_a_report_that_rests_on_nothing_that_was_read_says_so() -> None:
    found = replace(Story().report(1), sources=(), summary="I know this.")
    assert "No source was read for this" in json.dumps(of(found).blocks)
    assert "No source was read" not in json.dumps(of(Story().report(1)).blocks)
