"""A worker's report is a short reply whose numbers count into its own sources."""

import json
from dataclasses import replace

import pytest
from run_story import BEGIN, Story, bill

from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.report import (
    FINDING_CHARACTERS,
    SUMMARY_CHARACTERS,
    main_finding,
    progress,
    report,
    reports_form,
)
from bot.simulator.blockkit import message_problems
from orchestration.values import events as ev
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


def short(found: WorkerReport) -> SlackMessage:
    worker = Story().asked().started().routed().planned().view().workers[0]
    message = progress(worker, found, bill())
    assert message_problems(message.blocks) == [] and len(message.blocks) == 2
    return message


def test_its_progress_is_two_lines_with_title_finding_sources_and_cost() -> None:
    wire = json.dumps(short(Story().report(1)).blocks, ensure_ascii=False)
    for expected in ("FastAPI", "says plain words", "1 source · $0.00125 · 4.2 s"):
        assert expected in wire
    assert "[1]" not in wire and "docs.example.org" not in wire


@pytest.mark.parametrize(
    ("summary", "finding"),
    [
        ("# Title\n\n- **Speed**: `uvicorn` is fast [d_1]. It is also small.", "Speed: uvicorn is fast."),
        ("| a | b |\n|---|---|\nA table comes first. Then words.", "A table comes first."),
        ("", ""),
    ],
)
def test_the_main_finding_is_its_first_sentence_in_plain_words(summary: str, finding: str) -> None:
    assert main_finding(replace(Story().report(1), summary=summary)) == finding


def test_a_finding_without_end_is_cut() -> None:
    found = replace(Story().report(1), summary="word " * 2000)
    assert len(short(found).blocks[0]["elements"][0]["elements"][1]["text"]) <= FINDING_CHARACTERS + 1


def test_progress_of_a_failed_worker_says_why_and_one_without_a_source_that_nothing_backs_it_up() -> None:
    failed = replace(Story().report(1, error="It ran out of time (30 s)."), summary="")
    assert "⚠ It ran out of time (30 s)." in json.dumps(short(failed).blocks, ensure_ascii=False)
    bare = replace(Story().report(1), sources=(), summary="I know this.")
    assert "No source was read for this" in json.dumps(short(bare).blocks)


def test_the_form_has_a_page_for_each_report_and_holds_all_of_it() -> None:
    long = "\n".join(f"- point {n} **bold** and `code`" for n in range(60))
    story = Story().asked().started().routed().planned().reported(1)
    story.tell(ev.SubtaskCompleted(1, replace(story.report(2), summary=long)))
    first, second = (reports_form(story.view(), place) for place in (1, 2))
    assert "FastAPI" in json.dumps(first) and "reports_next" in json.dumps(first)
    wire = json.dumps(second)
    assert all(f"point {n} " in wire for n in range(60)) and "reports_previous" in wire and "Report 2 of 2" in wire
    assert reports_form(story.view(), 99) == second
