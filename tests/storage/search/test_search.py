"""Search: what is found first, and that no question's text can break it."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.values.ports import Audience
from storage.library.library import Library
from storage.search import rarity

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
    "Straße": ("", "Die lange Straße am Fluß."),
    "Café": ("", "The naïve crème brûlée is served daily."),
}
LITERALS = (
    "multi-agent",
    "POL-358",
    "don't",
    "c++",
    "C#",
    "node.js",
    "@x",
    "t:x",
    "3.11",
    ".NET",
    "foo_bar",
    "€",
    "🙂",
)
NEARLY = {
    "multi-agent": "multi many agent",
    "POL-358": "pol 358 pol 359",
    "don't": "don and t",
    "c++": "c plus c",
    "C#": "c sharp c",
    "node.js": "node and js, node js",
    "@x": "x at x",
    "t:x": "t x t x",
    "3.11": "3 and 11, 11 and 3",
    ".NET": "net net",
    "foo_bar": "foo or bar, foo bar foo",
    "€": "euro",
    "🙂": "smile",
}
"""The same letters and digits, and yet something else."""


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
        ("STRASSE straße", "Straße"),
        ("営業時間", "東京 › 営業時間"),
        ("会社", "東京 › 営業時間"),
        ("ห้าโมงเย็น", "ภาษาไทย"),
        ("業", "東京 › 営業時間"),
        ("で", "東京 › 営業時間"),
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
        "a letter that Python and SQLite fold differently",
        "Japanese by a heading",
        "a word of two letters inside a run without spaces",
        "Thai",
        "one letter in the middle of a run",
        "one letter before the end of a run",
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


@pytest.mark.parametrize("literal", LITERALS)
async def test_a_literal_is_found_where_it_stands_as_written_and_comes_first(house: Any, literal: str) -> None:
    library = Library(house.db, house.clock)
    around = "The words around it say the same on each of these pages, and there are some of them."
    for number in range(3):
        text = f"{around} {NEARLY[literal]}. {around}"
        await library.add(team_id="T1", channel_id=None, title=f"Other {number}", text=text)
    await library.add(team_id="T1", channel_id=None, title="Right", text=f"{around} (`{literal}`), {around}")
    assert await first(library, literal) == "Right"
    assert await first(library, f"What do these pages say of {literal}?") == "Right"


async def test_what_a_version_names_comes_before_other_versions(house: Any) -> None:
    library = Library(house.db, house.clock)
    for version in ("4.2", "5.0", "5.2"):
        text = "The time zone setting decides how times are shown."
        source = f"Django docs {version}"
        await library.add(team_id="T1", channel_id=None, title="Zones", text=text, url=version, source=source)
    found = await library.search("Time zones in Django 5.0 or 4.2?", HERE, 3)
    assert {"Django docs 4.2 › Zones", "Django docs 5.0 › Zones"} == {passage.breadcrumb for passage in found[:2]}
    assert len(found) == 3


async def test_a_name_of_several_words_is_named_by_all_of_them(house: Any) -> None:
    library = Library(house.db, house.clock)
    for source in ("Visual Studio Code docs", "Visual Basic docs"):
        text = "Snippets are made in the settings; a snippet has a prefix and a body."
        await library.add(team_id="T1", channel_id=None, title="Snippets", text=text, url=source, source=source)
    assert (await first(library, "snippets in visual studio code")).startswith("Visual Studio Code")
    assert (await first(library, "How do I make a snippet with Visual Basic?")).startswith("Visual Basic")


async def test_a_name_that_is_also_a_word_hides_no_better_page(house: Any) -> None:
    library = Library(house.db, house.clock)
    pages = {
        "Requests documentation": "Sessions keep cookies. A session sends headers with each of its requests.",
        "Nginx documentation": "The limit of requests a second is set by limit_req_zone, with a burst and a delay.",
    }
    for source, text in pages.items():
        await library.add(team_id="T1", channel_id=None, title="Page", text=text, url=source, source=source)
    assert await first(library, "How do I limit the requests a second?") == "Nginx documentation › Page"
    assert await first(library, "How do sessions keep cookies in Requests?") == "Requests documentation › Page"


async def test_other_passages_of_a_document_that_fit_speak_for_it(house: Any) -> None:
    library = Library(house.db, house.clock)
    await library.add(
        team_id="T1", channel_id=None, title="B", text="Backups run at night on the second disk.", url="1"
    )
    both = "## One\n\nBackups run at night on the second disk.\n\n## Two\n\nA night's backups are kept for a week."
    await library.add(team_id="T1", channel_id=None, title="B", text=both, url="2")
    found = await library.search("backups at night", HERE, 3)
    assert "B › One" == found[0].breadcrumb


async def test_a_small_team_finds_words_that_are_common_elsewhere_in_the_file(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rarity, "FEW_ROWS", 5)
    monkeypatch.setattr(rarity, "SHARE_OF_ROWS", 0)
    library = Library(house.db, house.clock)
    for number in range(30):
        text = f"Holiday policy number {number}, quarterly." if number else "The zebra's holiday."
        await library.add(team_id="T2", channel_id=None, title=f"Page {number}", text=text)
    await library.add(team_id="T1", channel_id=None, title="Ours", text="Our policy: a holiday is asked for in time.")
    assert await first(library, "holiday policy zebra") == "Ours"


async def test_cutting_common_words_loses_no_passage_that_only_they_find(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rarity, "FEW_ROWS", 1)
    monkeypatch.setattr(rarity, "SHARE_OF_ROWS", 0)
    library = Library(house.db, house.clock)
    texts = ["A zebra.", *(f"Report {number}." for number in range(4)), *(f"Other {number}." for number in range(8))]
    for number, text in enumerate(texts):
        await library.add(team_id="T1", channel_id=None, title=f"Page {number}", text=text)
    found = await library.search("zebra report", HERE, 10)
    assert "A zebra." == found[0].text
    assert 5 == len(found)


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
@given(word=st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Nd"], max_codepoint=0x2FFF), min_size=1))
async def test_any_word_that_stands_in_a_page_is_found(library: Library, word: str) -> None:
    added = await library.add(team_id="T1", channel_id=None, title="Given", text=f"It says {word} here.", url="given")
    found = await library.search(f'"{word}" AND (', HERE, 10)
    assert added.document_id in {passage.source_id for passage in found}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"])), max_size=80))
async def test_no_text_of_all_of_unicode_makes_search_fail(library: Library, query: str) -> None:
    for passage in await library.search(query, HERE, 3):
        assert passage.text


async def test_a_question_of_forty_thousand_characters_is_answered(
    library: Library, rounds: Callable[..., int]
) -> None:
    await library.search("zebra crossing " * 2_700, HERE, 5)
    await library.search(" ".join(f"word{number}" for number in range(50_000)), HERE, 5)
    await library.search("東京" * 20_000 + "c++ " * 20_000, HERE, 5)
    assert "Storing" in await first(library, "convert times " + "a" * 40_000)


async def test_hundreds_of_better_passages_of_another_channel_hide_nothing(house: Any) -> None:
    library = Library(house.db, house.clock)
    lanterns = "\n\n".join(f"## Lantern {number}\n\nLantern, lantern." for number in range(300))
    await library.add(team_id="T1", channel_id="C2", title="Lanterns", text=lanterns)
    for title in ("Harbour", "Quay"):
        await library.add(team_id="T1", channel_id=None, title=title, text="By the water hangs one old lantern.")

    found = await library.search("lantern", Audience("T1", "C1"), 6)
    assert ["Harbour", "Quay"] == sorted(passage.breadcrumb for passage in found)
