"""Search: what is found first, and that no question's text can break it."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ports import Audience
from storage.library import Library

HERE = Audience("T1", "C1")
PAGES = {
    "Django: testing": (
        "Django docs",
        "## Speed\n\nTests run in parallel.\n\n## Client\n\nA test client sends requests.",
    ),
    "Flask: testing": ("Flask docs", "## Client\n\nThe test client sends requests without a server."),
    "Pydantic anywhere": ("Pydantic docs", "## Validation\n\nA Flask view validates its JSON with a model."),
    "Time zones": ("Python docs", "## Storing\n\nStore times in UTC and convert them for display."),
    "東京": ("", "## 営業時間\n\n株式会社の営業時間は九時から五時までです。"),
    "ภาษาไทย": ("", "เวลาทำการคือเก้าโมงเช้าถึงห้าโมงเย็น"),
    "Café": ("", "The naïve crème brûlée is served daily."),
}


@pytest.fixture
async def library(house: Any) -> AsyncIterator[Library]:
    library = Library(house.db, house.clock)
    for title, (source, text) in PAGES.items():
        await library.add(team_id="T1", channel_id=None, title=title, text=text, source=source)
    yield library


async def first(library: Library, query: str) -> str:
    found = await library.search(query, HERE, 5)
    return found[0].breadcrumb if found else ""


@pytest.mark.parametrize(
    ("query", "breadcrumb"),
    [
        ("What sends requests in Flask?", "Flask docs › Flask: testing › Client"),
        ("What sends requests in Django?", "Django docs › Django: testing › Client"),
        ("How does a Flask view validate JSON with a model?", "Pydantic docs › Pydantic anywhere › Validation"),
        ("Is Python fast when tests run in parallel?", "Django docs › Django: testing › Speed"),
        ("Any zebra in Pydantic?", "Pydantic docs › Pydantic anywhere › Validation"),
        ("storing", "Python docs › Time zones › Storing"),
        ("stored", "Python docs › Time zones › Storing"),
        ("creme brulee", "Café"),
        ("営業時間", "東京 › 営業時間"),
        ("会社", "東京 › 営業時間"),
        ("ห้าโมงเย็น", "ภาษาไทย"),
    ],
    ids=[
        "a named source comes first",
        "another named source comes first",
        "a named source does not hide the better page",
        "a name in passing does not win by itself",
        "a named source is found by its name alone",
        "a heading",
        "another form of the word",
        "without accents",
        "Japanese by a heading",
        "a word of two letters inside a run without spaces",
        "Thai",
    ],
)
async def test_the_best_passage_comes_first(library: Library, query: str, breadcrumb: str) -> None:
    assert breadcrumb == await first(library, query)


@pytest.mark.parametrize("query", ["", "   ", '"', "!?", "🙂", "zebra", "\0", "\ud800"])
async def test_where_nothing_matches_nothing_is_returned(library: Library, query: str) -> None:
    assert [] == list(await library.search(query, HERE, 5))


@pytest.mark.parametrize(
    "query",
    [
        "test OR",
        "NOT test",
        "test*",
        "breadcrumb:test",
        "{text}: test",
        "(test",
        "te\0st test",
        'test "',
        "-test",
        "^test",
    ],
)
async def test_query_syntax_in_a_question_is_only_text(library: Library, query: str) -> None:
    assert "testing" in await first(library, query)


async def test_scores_fall_and_the_limit_holds(library: Library) -> None:
    found = await library.search("test client requests times", HERE, 3)
    assert [passage.score for passage in found] == sorted((passage.score for passage in found), reverse=True)
    assert len(found) == 3 and found[-1].score > 0
    assert [] == list(await library.search("test", HERE, 0))


async def test_equal_passages_come_in_the_order_of_their_ids(house: Any) -> None:
    library = Library(house.db, house.clock)
    for url in "cab":
        await library.add(team_id="T1", channel_id=None, title="Same", text="Same text.", url=url)
    ids = [passage.chunk_id for passage in await library.search("same", HERE, 5)]
    assert len(ids) == 3 and ids == sorted(ids)


async def test_the_indexes_agree_with_the_chunks_after_many_changes(library: Library, house: Any, path: Path) -> None:
    for text in ("One. 一二三", "Two.", "## A\n\nThree.\n\n## B\n\nFour."):
        added = await library.add(team_id="T1", channel_id=None, title="Changing", text=text)
    await library.remove(added.document_id)
    with sqlite3.connect(path) as conn:
        for index in ("chunks_porter", "chunks_unicode", "chunks_grams"):
            # Raises where an index and its table differ.
            conn.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
    conn.close()
    assert await first(library, "三 one two three four") == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"])), max_size=80))
async def test_no_text_of_all_of_unicode_makes_search_fail(library: Library, query: str) -> None:
    for passage in await library.search(query, HERE, 3):
        assert passage.text


async def test_a_question_of_forty_thousand_characters_is_answered(
    library: Library, rounds: Callable[..., int]
) -> None:
    await library.search("zebra crossing " * 2_700, HERE, 5)
    assert "Storing" in await first(library, "convert times " + "a" * 40_000)
