"""Both libraries keep the same promises; and what Postgres alone has to get right."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.values.errors import OperatorError
from orchestration.values.ports import Audience
from storage.engine.opening import open_database
from storage.engine.postgres_connections import PostgresRefused
from storage.library.library import AddedDocument, Library
from storage.library.postgres_library import PostgresLibrary
from storage.search.chunks import normal_form
from storage.search.postgres_search import folded

HERE = Audience("T1", "C1")
PAGES = {
    "Django: testing": (
        "Django docs",
        "## Speed\n\nTests run in parallel.\n\n## Client\n\nA test client sends requests.",
    ),
    "Flask: testing": ("Flask docs", "## Client\n\nThe test client sends requests without a server."),
    "Pydantic anywhere": ("Pydantic docs", "## Validation\n\nA Flask view validates its JSON with a model."),
    "Time zones": (
        "Python docs",
        "## Storing\n\nStore times in UTC and convert them for display by `zoneinfo.ZoneInfo`.",
    ),
    "東京": ("", "## 営業時間\n\n株式会社の営業時間は九時から五時までです。"),
    "ภาษาไทย": ("", "เวลาทำการคือเก้าโมงเช้าถึงห้าโมงเย็น"),
    "Café": ("", "The naïve crème brûlée is served daily."),
}
TEXTS = st.text(st.characters(exclude_categories=()), max_size=60)


@asynccontextmanager
async def opened(url: str, clock: Any) -> AsyncIterator[Library]:
    db = await open_database(url, clock=clock)
    yield PostgresLibrary(db, clock)
    await db.close()


@pytest.fixture(params=["sqlite", "postgres"])
async def library(request: pytest.FixtureRequest, path: Path, clock: Any) -> AsyncIterator[Library]:
    """Each in its turn, empty."""
    if request.param == "postgres":
        async with opened(request.getfixturevalue("postgres_url"), clock) as on_postgres:
            yield on_postgres
        return
    db = await open_database(f"sqlite:///{path}", clock=clock)
    yield Library(db, clock)
    await db.close()


@pytest.fixture
async def on_postgres(postgres_url: str, clock: Any) -> AsyncIterator[Library]:
    async with opened(postgres_url, clock) as library:
        yield library


async def add(library: Library, text: str, **changed: Any) -> AddedDocument:
    return await library.add(**{"team_id": "T1", "channel_id": None, "title": "Page", "text": text, **changed})


async def shelve(library: Library) -> None:
    for title, (source, text) in PAGES.items():
        await add(library, text, title=title, source=source)


async def texts(library: Library, query: str, audience: Audience = HERE) -> list[str]:
    return [passage.text for passage in await library.search(query, audience, 10)]


async def first(library: Library, query: str) -> str:
    found = await library.search(query, HERE, 5)
    return found[0].breadcrumb if found else ""


async def test_a_page_comes_back_as_it_was_added(library: Library) -> None:
    added = await add(
        library, "# Zones\n\nSource: Example docs, https://example.org/, as of 2025\n\nUse UTC.\n", title=""
    )
    document = await library.get(added.document_id)
    assert document is not None
    assert ("Zones", "https://example.org/", "Example docs (as of 2025)", 1) == (
        document.title,
        document.url,
        document.source,
        document.chunks,
    )
    assert [document.document_id] == [each.document_id for each in await library.list("T1")]


async def test_adding_again_changes_nothing_and_a_changed_file_replaces_its_chunks(library: Library) -> None:
    old = await add(library, "## A\n\nAlpha.\n\n## B\n\nBeta.")
    assert AddedDocument(old.document_id, False, 2) == await add(library, "## A\n\nAlpha.\n\n## B\n\nBeta.")
    new = await add(library, "## A\n\nGamma.")
    assert AddedDocument(old.document_id, True, 1, replaced=True) == new
    assert ["Gamma."] == await texts(library, "alpha beta gamma")


async def test_a_file_is_known_by_its_place_though_its_title_changed(library: Library) -> None:
    old = await add(library, "# A\n\nAlpha.", title="A", place="/a.md")
    new = await add(library, "# B\n\nBeta.", title="B", place="/a.md")
    other = await add(library, "# B\n\nGamma.", title="B", place="/b.md")
    assert (old.document_id, True, False) == (new.document_id, new.replaced, other.replaced)
    assert ["Beta.", "Gamma."] == sorted(await texts(library, "alpha beta gamma"))


async def test_removal_is_complete_and_said_once(library: Library) -> None:
    added = await add(library, "Use UTC.")
    assert (True, False) == (await library.remove(added.document_id), await library.remove(added.document_id))
    assert ([], None) == (await texts(library, "UTC"), await library.get(added.document_id))


async def test_of_more_chunks_than_are_ranked_the_one_with_all_words_is_first(library: Library) -> None:
    await add(library, "\n\n".join(f"## {n}\n\nA lantern by the quay." for n in range(300)), title="Lanterns")
    await add(library, "A lantern by the harbour.", title="Harbour")
    assert (await first(library, "lantern quay harbour")).startswith("Harbour")


async def test_everybody_sees_only_what_everyone_in_the_channel_may_see(library: Library) -> None:
    places = {
        "ours": ("T1", None),
        "here": ("T1", "C1"),
        "there": ("T1", "C2"),
        "theirs": ("T2", None),
        "all": ("*", None),
    }
    ids = {
        name: (await add(library, f"Secret of {name}.", title=name, team_id=team, channel_id=channel)).document_id
        for name, (team, channel) in places.items()
    }
    assert ["Secret of all.", "Secret of here.", "Secret of ours."] == sorted(await texts(library, "secret"))
    assert {"ours", "here", "all"} == {name for name, key in ids.items() if await library.fetch(f"{key}#1", HERE)}
    assert 3 == len(await library.sources(list(ids.values()), HERE))
    shared = Audience("T1", "C1", (ids["there"],))
    assert "Secret of there." in await texts(library, "secret", shared)
    assert ["Secret of there.", "Secret of all.", "Secret of ours."] != await texts(library, "secret", shared)


@pytest.mark.parametrize(
    ("query", "breadcrumb"),
    [
        ("What sends requests in Flask?", "Flask docs › Flask: testing › Client"),
        ("What sends requests in Django?", "Django docs › Django: testing › Client"),
        ("How does a Flask view validate JSON with a model?", "Pydantic docs › Pydantic anywhere › Validation"),
        ("Any zebra in Pydantic?", "Pydantic docs › Pydantic anywhere › Validation"),
        ("stored", "Python docs › Time zones › Storing"),
        ("zoneinfo", "Python docs › Time zones › Storing"),
        ("ZoneInfo", "Python docs › Time zones › Storing"),
        ("creme brulee", "Café"),
        ("CRÈME", "Café"),
        ("営業時間", "東京 › 営業時間"),
        ("会社", "東京 › 営業時間"),
        ("ห้าโมงเย็น", "ภาษาไทย"),
    ],
    ids=[
        "a named source comes first",
        "another named source comes first",
        "a named source does not hide the better page",
        "a named source is found by its name alone",
        "another form of the word",
        "a part of a dotted name",
        "in another case",
        "without accents",
        "with accents and in capitals",
        "Japanese by a heading",
        "a word of two letters inside a run without spaces",
        "Thai",
    ],
)
async def test_the_best_passage_comes_first(library: Library, query: str, breadcrumb: str) -> None:
    await shelve(library)
    assert breadcrumb == await first(library, query)


@pytest.mark.parametrize("query", ["", "   ", '"', "!?", "🙂", "zebra", "\0", "\ud800", "' & |", "\\"])
async def test_where_nothing_matches_nothing_is_returned(library: Library, query: str) -> None:
    await shelve(library)
    assert [] == await texts(library, query)


@pytest.mark.parametrize(
    "query", ["test & !test", "test:*", "!test", "test <-> zebra", "(test", "te\0st test", "'test' |"]
)
async def test_query_syntax_in_a_question_is_only_text(library: Library, query: str) -> None:
    await shelve(library)
    assert "testing" in await first(library, query)


async def test_equal_passages_come_in_the_order_of_their_ids_and_the_limit_holds(library: Library) -> None:
    for url in "cab":
        await add(library, "Same text.", title="Same", url=url)
    found = await library.search("same", HERE, 2)
    ids = [passage.chunk_id for passage in found]
    assert 2 == len(ids) and sorted(ids) == ids
    assert [] == list(await library.search("same", HERE, 0))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=TEXTS)
async def test_no_text_of_a_query_or_an_id_raises(library: Library, query: str) -> None:
    await add(library, "Some words 東京.")
    assert len(await library.search(query, HERE, 3)) <= 1
    assert await library.fetch(normal_form(query), HERE) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, title=TEXTS)
async def test_any_text_can_be_added_and_is_found_by_its_words(library: Library, text: str, title: str) -> None:
    added = await add(library, f"{text} quokka", title=title)
    assert [added.document_id] == [passage.source_id for passage in await library.search("quokka", HERE, 5)]
    await library.remove(added.document_id)


async def test_two_processes_may_open_a_new_database_at_once(postgres_url: str, clock: Any) -> None:
    async with AsyncExitStack() as stack:
        four = [opened(postgres_url, clock) for _ in range(4)]
        libraries = await asyncio.gather(*map(stack.enter_async_context, four))
        added: Sequence[AddedDocument] = await asyncio.gather(*(add(each, "Use UTC.") for each in libraries))
    assert [False, False, False, True] == sorted(document.changed for document in added)


async def test_a_database_that_cannot_be_used_is_a_sentence_without_the_password(postgres: str, clock: Any) -> None:
    wrong = postgres.replace("postgres:@/postgres", "postgres:hush@/nowhere")
    with pytest.raises(PostgresRefused, match=r'database "nowhere" does not exist\. Check DATABASE_URL') as caught:
        await opened(wrong, clock).__aenter__()
    assert "hush" not in caught.value.sentence
    with pytest.raises(PostgresRefused, match=r"cannot be used: .*refused"):
        await opened("postgresql://u@127.0.0.1:9/x", clock).__aenter__()


async def test_an_address_that_is_none_is_a_sentence(clock: Any) -> None:
    with pytest.raises(OperatorError, match=r"postgresql://USER:PASSWORD@HOST/NAME"):
        await opened("postgresql://u@127.0.0.1:port/x", clock).__aenter__()


async def test_a_question_reads_its_terms_from_the_indexes(on_postgres: Library, postgres_url: str) -> None:
    """A plan without them would read every chunk of every team."""
    await shelve(on_postgres)
    with psycopg.connect(postgres_url) as conn:
        conn.execute("SET enable_seqscan = off")
        plan = conn.execute(
            "EXPLAIN SELECT id FROM chunks WHERE stems @@ plainto_tsquery('english', 'client')"
        ).fetchall()
    assert "ix_chunks_stems" in str(plan)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Call asyncio.run() in /usr/bin", "call asyncio run in usr bin"),
        ("snake_case, kebab-case", "snake case kebab case"),
        ("Crème BRÛLÉE, Straße", "creme brulee strasse"),
        ("東京・大阪", "東京 大阪"),
        ("!?", ""),
    ],
)
def test_text_is_folded_to_words(text: str, words: str) -> None:
    assert words == folded(text)
