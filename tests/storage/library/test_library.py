"""The library: what is kept of a document, who may see it, and that a changed file replaces itself."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy import text as sql

from orchestration.values.domain import Passage
from orchestration.values.ports import Audience
from storage.engine.tables import chunks, source_texts, sources
from storage.library.library import AddedDocument, EmptyDocument, Library

HERE = Audience("T1", "C1")


@pytest.fixture
def library(house: Any) -> Library:
    return Library(house.db, house.clock)


async def add(library: Library, text: str, **changed: Any) -> AddedDocument:
    return await library.add(**{"team_id": "T1", "channel_id": None, "title": "Page", "text": text, **changed})


async def texts(library: Library, query: str, audience: Audience = HERE) -> list[str]:
    found: Sequence[Passage] = await library.search(query, audience, 10)
    return [passage.text for passage in found]


async def test_a_page_tells_its_own_title_source_and_address(library: Library) -> None:
    page = "# Zones\n\nSource: Example docs, https://example.org/, as of 2025-01-01\n\nUse UTC.\n"
    added = await add(library, page, title="")
    document = await library.get(added.document_id)
    assert document is not None
    assert ("Zones", "https://example.org/", "Example docs (as of 2025-01-01)", 1, page) == (
        document.title,
        document.url,
        document.source,
        document.chunks,
        document.text,
    )


async def test_adding_the_same_page_again_changes_nothing(library: Library, house: Any) -> None:
    first = await add(library, "Use UTC.")
    house.clock.pass_(60)
    assert await add(library, "Use UTC.") == AddedDocument(first.document_id, False, 1)
    (document,) = await library.list("T1")
    assert document.updated_at < house.clock.now()


async def test_a_file_added_again_unchanged_waits_for_no_write(library: Library, house: Any) -> None:
    await add(library, "Use UTC.", place="/a")
    changes = house.db.subscribe()
    assert not (await add(library, "Use UTC.", place="/a")).changed
    assert not await changes.wait(0.0)


async def test_a_changed_file_replaces_its_chunks_and_its_text(library: Library, house: Any) -> None:
    old = await add(library, "## A\n\nAlpha.\n\n## B\n\nBeta.")
    new = await add(library, "## A\n\nGamma.")
    assert (new.document_id, new.changed, new.chunks) == (old.document_id, True, 1)
    assert await texts(library, "alpha beta gamma") == ["Gamma."]
    kept = await house.db.read(lambda conn: conn.execute(select(source_texts.c.text)).scalars().all())
    assert kept == ["## A\n\nGamma."]


async def test_the_same_text_under_a_new_source_gets_new_breadcrumbs(library: Library) -> None:
    await add(library, "Use UTC.", source="Old docs")
    assert (await add(library, "Use UTC.", source="New docs")).changed
    (passage,) = await library.search("UTC", HERE, 5)
    assert passage.breadcrumb == "New docs › Page"


async def test_the_same_page_in_another_team_or_channel_is_another_document(library: Library) -> None:
    places = [("T1", None), ("T1", "C1"), ("T2", None)]
    added = [await add(library, "Use UTC.", team_id=team, channel_id=channel) for team, channel in places]
    assert len({document.document_id for document in added}) == 3


async def test_an_empty_document_is_refused_with_a_sentence(library: Library) -> None:
    with pytest.raises(EmptyDocument, match="has no text"):
        await add(library, " \n\0\n")


async def test_broken_characters_are_taken_out_where_the_text_comes_in(library: Library) -> None:
    added = await add(library, "Cafe\u0301 \ud800open\0.\r\n", title="A\ud800")
    document = await library.get(added.document_id)
    assert document is not None and (document.text, document.title) == ("Café open.\n", "A")


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
    visible = {"ours", "here", "all"}
    assert sorted(f"Secret of {name}." for name in visible) == sorted(await texts(library, "secret"))
    fetched = {name for name, document_id in ids.items() if await library.fetch(f"{document_id}#1", HERE)}
    assert fetched == visible
    stored = await library.sources(list(ids.values()), HERE)
    assert {source.title for source, _ in stored} == visible
    assert {document.title for document in await library.list("T1", "C1")} == visible
    assert {document.title for document in await library.list("T1")} == visible | {"there"}


async def test_a_document_shared_with_the_question_is_seen_where_its_channel_is_not(library: Library) -> None:
    shared = await add(library, "The secret plan.", title="Plan", channel_id="C2")
    await add(library, "The secret, plan by plan: secret plan.", title="Other")
    assert await texts(library, "secret plan", Audience("T1", "C1", (shared.document_id,))) == [
        "The secret plan.",
        "The secret, plan by plan: secret plan.",
    ]
    assert await texts(library, "secret plan", Audience("T2", "C1", (shared.document_id,))) == []


async def test_a_fetched_chunk_comes_with_its_neighbours(library: Library) -> None:
    added = await add(library, "".join(f"## H{n}\n\nPart {n}.\n\n" for n in range(1, 6)))
    passage = await library.fetch(f"{added.document_id}#3", HERE)
    assert passage is not None
    assert ("Page › H3", "Part 2.\n\nPart 3.\n\nPart 4.") == (passage.breadcrumb, passage.text)


@pytest.mark.parametrize("chunk_id", ["", "d_x#1", "#", "d_' OR 1=1 --#1"])
async def test_an_unknown_chunk_is_none(library: Library, chunk_id: str) -> None:
    assert await library.fetch(chunk_id, HERE) is None


async def test_sources_come_with_their_stored_text_in_the_order_asked_for(library: Library, house: Any) -> None:
    one = await add(library, "One.", title="1", url="https://one.example/")
    two = await add(library, "Two.", title="2")
    found = await library.sources([two.document_id, "d_unknown", one.document_id, two.document_id], HERE)
    assert [("2", "", "Two."), ("1", "https://one.example/", "One.")] == [(s.title, s.url, t) for s, t in found]
    assert {house.clock.now()} == {source.retrieved_at for source, _ in found}
    assert found[0][0].content_hash != found[1][0].content_hash


async def test_a_removed_document_leaves_nothing_to_find(library: Library, house: Any) -> None:
    added = await add(library, "Use UTC.")
    assert await library.remove(added.document_id) is True
    assert await library.remove(added.document_id) is False
    assert await texts(library, "UTC") == []
    assert await library.get(added.document_id) is None
    for table in (chunks, source_texts):
        assert (
            await house.db.read(lambda conn, of=table: conn.execute(select(func.count()).select_from(of)).scalar()) == 0
        )


async def test_a_removed_document_that_a_run_quotes_from_keeps_its_text(library: Library, house: Any) -> None:
    added = await add(library, "Use UTC.")
    run = await house.ask()
    ((source, _),) = await library.sources([added.document_id], HERE)
    cited = {"run_id": run.run_id, "source_id": source.source_id, "title": source.title, "url": source.url}
    cited |= {"retrieved_at": source.retrieved_at, "content_hash": source.content_hash}
    await house.db.write(lambda conn: conn.execute(insert(sources), cited))
    await library.remove(added.document_id)
    kept = await house.db.read(lambda conn: conn.execute(select(source_texts.c.text)).scalars().all())
    assert kept == ["Use UTC."]


async def test_after_many_pages_a_search_looks_into_few_segments(library: Library, house: Any) -> None:
    """Each transaction leaves one."""
    sections = "\n\n".join(f"## Part {number}\n\nThe {number}th lantern." for number in range(60))
    for number in range(17):
        await library.add(team_id="T1", channel_id=None, title=f"Page {number}", text=sections)

    counted = sql("SELECT count(DISTINCT segid) FROM chunks_porter_idx")
    assert await house.db.read(lambda conn: conn.execute(counted).scalar()) <= 3


async def test_a_file_whose_title_changed_replaces_itself(library: Library, house: Any) -> None:
    old = await add(library, "# Zones\n\nAlpha.", title="Zones", place="/a/zones.md")
    new = await add(library, "# Time zones\n\nBeta.", title="Time zones", place="/a/zones.md")
    assert (old.document_id, True) == (new.document_id, new.replaced)
    assert ["Time zones"] == [document.title for document in await library.list("T1")]
    assert ["Beta."] == await texts(library, "alpha beta")
    assert not (await add(library, "# Time zones\n\nBeta.", title="Time zones", place="/a/zones.md")).changed


async def test_a_new_title_above_the_same_text_is_a_change(library: Library) -> None:
    await add(library, "Use UTC.", title="Old", place="/a")
    assert (await add(library, "Use UTC.", title="New", place="/a")).replaced
    (passage,) = await library.search("UTC", HERE, 5)
    assert "New" == passage.breadcrumb


async def test_files_of_one_name_in_two_folders_are_two_documents(library: Library) -> None:
    for place, text in (("/a/notes.md", "Alpha."), ("/b/notes.md", "Beta.")):
        await add(library, text, title="Notes", url="file:notes.md", place=place)
    assert ["Alpha.", "Beta."] == sorted(await texts(library, "alpha beta"))


async def test_a_place_counts_within_its_team_and_channel(library: Library) -> None:
    readers = [("T1", None), ("T1", "C1"), ("T2", None)]
    added = [await add(library, "Use UTC.", team_id=team, channel_id=channel, place="/a") for team, channel in readers]
    assert 3 == len({document.document_id for document in added})


async def test_a_file_that_was_added_before_places_were_kept_is_known_by_its_url_and_title_once(
    library: Library,
) -> None:
    old = await add(library, "Alpha.", title="Notes", url="file:notes.md")
    again = await add(library, "Alpha.", title="Notes", url="file:notes.md", place="/a/notes.md")
    assert AddedDocument(old.document_id, False, 1) == again
    renamed = await add(library, "Beta.", title="Minutes", url="file:notes.md", place="/a/notes.md")
    assert (old.document_id, True) == (renamed.document_id, renamed.replaced)
    other = await add(library, "Gamma.", title="Notes", url="file:notes.md", place="/b/notes.md")
    assert old.document_id != other.document_id
