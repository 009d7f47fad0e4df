"""The measures of retrieval, and that they are taken with the real library."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.evaluation import docstring_pages
from bot.evaluation.json_lines import read
from bot.evaluation.labelled_document import LabelledDocument
from bot.evaluation.retrieval import (
    ROW,
    SHIPPED,
    Choice,
    Indexed,
    Row,
    Score,
    data,
    evaluate,
    half_of,
    index,
    ndcg_at,
    percentiles,
    recall_at,
    temporary_library,
    to_json,
)
from orchestration.values.errors import AskerError


async def measured(documents: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> tuple[Score, Indexed]:
    async with temporary_library(SystemClock()) as library:
        indexed = await index(library, [LabelledDocument(**document) for document in documents])
        return await evaluate(library, indexed, [Row(**row) for row in rows]), indexed


@pytest.mark.parametrize(
    ("ranked", "relevant", "expected"),
    [
        ("abc", "a", 1.0),
        ("bac", "a", 0.6309),
        ("bca", "a", 0.5),
        ("xyz", "a", 0.0),
        ("", "a", 0.0),
        ("axb", "ab", 0.9197),
        ("abcdefghijz", "z", 0.0),
        ("abcdefghij", "abcdefghijklmn", 1.0),
    ],
)
def test_ndcg_discounts_by_rank_against_the_best_possible_order(ranked: str, relevant: str, expected: float) -> None:
    assert expected == pytest.approx(ndcg_at(10, list(ranked), frozenset(relevant)), abs=1e-4)


def test_recall_is_the_share_of_the_relevant_among_the_first() -> None:
    assert (0.5, 0.0) == (recall_at(5, list("abxyzc"), frozenset("ac")), recall_at(5, [], frozenset("a")))


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert ((3, 5), (7, 7)) == (percentiles([5, 1, 3, 2, 4]), percentiles([7]))


async def test_a_document_counts_once_by_its_best_passage_however_it_is_cut_or_repeated() -> None:
    documents = [
        {"id": "tea", "title": "Tea", "text": "Tea is steeped in hot water.\n\n" * 300},
        {"id": "tea", "title": "Tea", "text": "Green tea is steeped for two minutes."},
        {"id": "same title", "title": "Tea", "text": "The kettle boils."},
        {"id": "titled", "title": "Coffee", "text": ""},
        {"id": "empty", "text": " \n"},
    ]
    rows = [
        {"query": "How is tea steeped?", "relevant": ["tea", "tea", "gone"]},
        {"query": "kettle", "relevant": ["same title"]},
        {"query": "coffee", "relevant": ["titled"]},
        {"query": "zebra (AND", "relevant": []},
    ]
    score, indexed = await measured(documents, rows)
    said = to_json(score, indexed)
    assert (3, 3, 1, 1) == tuple(said[key] for key in ("rows", "documents", "empty_documents", "unknown_relevant_ids"))
    assert ("gone",) == score.unknown
    assert said["chunks"] > 5
    assert (0.871, 0.8333) == (round(said["ndcg_at_10"], 4), said["recall_at_5"])
    assert 0 < said["ms_p50"] <= said["ms_p95"]


async def test_a_named_source_comes_first() -> None:
    documents = [
        {"id": source, "title": "Sessions", "text": "A session is kept in a signed cookie.", "source": source}
        for source in ("FastAPI", "Flask", "Django", "Pyramid")
    ]
    rows = [{"query": f"How is a session kept in {d['source']}?", "relevant": [d["id"]]} for d in documents]
    score, _ = await measured(documents, rows)
    assert (1.0, ()) == (score.ndcg_at_10, score.misses)


async def test_files_that_have_nothing_to_do_with_each_other_are_refused() -> None:
    document = {"id": "a", "text": "Text."}
    with pytest.raises(AskerError, match="No relevant id"):
        await measured([document], [{"query": "text", "relevant": ["b"]}])
    with pytest.raises(AskerError, match="names a relevant document"):
        await measured([document], [{"query": "text", "relevant": []}])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(half="third"), "not a half"),
        (Choice(file=Path("f.jsonl")), "Name both"),
        (Choice(style="sung"), "No row is of that style"),
    ],
)
def test_what_cannot_be_measured_is_said(choice: Choice, expected: str) -> None:
    with pytest.raises(AskerError, match=expected):
        data(choice)


def test_the_shipped_questions_are_many_and_their_pages_exist() -> None:
    rows = [row for _, row in read(SHIPPED, Row, ROW)]
    pages = docstring_pages.documents()
    ids = {page.id for page in pages}
    assert len(ids) == len(pages) >= 250
    assert set() == {one for row in rows for one in row.relevant} - ids
    for style in ("asked", "searched"):
        halves = [half_of(row.query) for row in rows if row.style == style]
        assert len(halves) >= 75 and min(halves.count("tune"), halves.count("held-out")) >= 40


async def test_words_alone_find_what_agents_search_for_on_the_half_that_nothing_was_tuned_on() -> None:
    rows, documents = data(Choice(half="held-out", style="searched"))
    async with temporary_library(SystemClock()) as library:
        score = await evaluate(library, await index(library, documents), rows)
    assert score.ndcg_at_10 >= 0.8


def test_questions_are_json_that_any_tool_reads() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    assert {"query", "relevant", "style"} == {key for line in lines for key in json.loads(line)}
