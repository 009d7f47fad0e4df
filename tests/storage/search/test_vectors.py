"""Vectors of chunks, their index in memory, and the search that uses both."""

import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from orchestration.values.ports import Audience, Hold, Settlement, Unembedded, Vector
from storage.engine.vector_tables import document_vectors, vectors
from storage.library.library import AddedDocument, Library
from storage.search.hybrid import HybridQuestion
from storage.search.nearest import Nearest
from storage.search.search import search
from storage.search.vectors import Vectors

HERE = Audience("T1", "C1")
MODEL = "emb"
EVERYONE: frozenset[str] = frozenset()


def vector(*numbers: float) -> Vector:
    return struct.pack(f"<{len(numbers)}f", *numbers)


EAST, NORTH, WEST = vector(1, 0), vector(0, 1), vector(-1, 0)


@pytest.fixture
def library(house: Any) -> Library:
    return Library(house.db, house.clock, MODEL)


@pytest.fixture
def index(house: Any) -> Vectors:
    return Vectors(house.db, MODEL, house.defaults)


Pay = Callable[..., Any]


@pytest.fixture
async def pay(house: Any, settled: Callable[..., Settlement]) -> AsyncIterator[Pay]:
    """A hold of the team's library, and the settlement that closes it."""

    async def hold(team_id: str = "T1") -> Settlement:
        held = Hold(house.ids.new("h"), "", 0, "vectors", "library", MODEL, 1000, 60.0, team_id)
        await house.ledger.hold(held)
        return settled(held, 700)

    yield hold
    verified = await house.ledger.verify()
    assert verified.ok, verified.drift


async def add(library: Library, text: str, **changed: Any) -> AddedDocument:
    return await library.add(**{"team_id": "T1", "channel_id": None, "title": text[:5], "text": text, **changed})


async def embed(index: Vectors, pay: Pay, given: dict[str, Vector], limit: int = 10) -> list[str]:
    """Gives the next chunks the vector of the word they contain; their ids."""
    batch = await index.unembedded(limit, without=EVERYONE)
    assert batch is not None
    found = [next(v for word, v in given.items() if word in text) for text in batch.texts.values()]
    await index.keep(batch, found, await pay(batch.team_id))
    return list(batch.texts)


async def count(house: Any, table: Any) -> int:
    return int(await house.db.read(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one()))


async def texts(library: Library, query: str, asked: Vector, audience: Audience = HERE, limit: int = 10) -> list[str]:
    return [passage.text for passage in await library.search(query, audience, limit, vector=asked)]


async def test_chunks_without_vectors_are_handed_out_with_their_breadcrumbs(library: Library, index: Vectors) -> None:
    await add(library, "Alpha.", source="Docs")
    batch = await index.unembedded(10, without=EVERYONE)
    assert batch is not None
    assert ("T1", ["Docs › Alpha\nAlpha."]) == (batch.team_id, list(batch.texts.values()))


async def test_a_batch_is_of_one_team_and_leaves_out_what_is_named(library: Library, index: Vectors) -> None:
    for team_id in ("T1", "T2"):
        for text in ("One.", "Two."):
            await add(library, text, team_id=team_id)
    batch = await index.unembedded(10, without={"T1"})
    assert batch is not None and ("T2", 2) == (batch.team_id, len(batch.texts))
    some = sorted(batch.texts)[:1]
    rest = await index.unembedded(10, without={"T1", *some})
    assert rest is not None and sorted(batch.texts)[1:] == list(rest.texts)
    assert await index.unembedded(10, without={"T1", "T2"}) is None


async def test_a_search_finds_by_meaning_what_shares_no_word(library: Library, index: Vectors, pay: Pay) -> None:
    await add(library, "Cars drive.")
    await add(library, "Boats swim.")
    await embed(index, pay, {"Cars": EAST, "Boats": NORTH})
    assert await index.unembedded(10, without=EVERYONE) is None
    assert "Cars drive." == (await texts(library, "automobile", EAST))[0]
    assert "Boats swim." == (await texts(library, "automobile", NORTH))[0]
    assert [] == list(await library.search("automobile", HERE, 5))


async def test_a_private_channels_vectors_answer_nowhere_else(library: Library, index: Vectors, pay: Pay) -> None:
    places = {
        "ours": ("T1", None),
        "here": ("T1", "C1"),
        "there": ("T1", "C2"),
        "theirs": ("T2", None),
        "all": ("*", None),
    }
    ids = {}
    for name, (team_id, channel_id) in places.items():
        added = await add(library, f"Of {name}.", title=name, team_id=team_id, channel_id=channel_id)
        ids[name] = added.document_id
    for _ in range(3):
        await embed(index, pay, {"Of": EAST})
    for _ in range(2):  # the second time from memory
        assert ["Of all.", "Of here.", "Of ours."] == sorted(await texts(library, "zebra", EAST))
        assert ["Of all.", "Of ours.", "Of there."] == sorted(await texts(library, "zebra", EAST, Audience("T1", "C2")))
        assert ["Of all.", "Of theirs."] == sorted(await texts(library, "zebra", EAST, Audience("T2", "C1")))
    shared = Audience("T1", "C1", (ids["there"],))
    assert "Of there." in await texts(library, "zebra", EAST, shared)
    assert "Of there." not in await texts(library, "zebra", EAST)


async def test_a_changed_document_loses_its_vectors_and_gets_new_ones(
    library: Library, index: Vectors, pay: Pay, house: Any
) -> None:
    await add(library, "Cars drive.", title="Page")
    await embed(index, pay, {"Cars": EAST})
    assert ["Cars drive."] == await texts(library, "automobile", EAST)
    await add(library, "Boats swim.", title="Page")
    assert (0, 0) == (await count(house, vectors), await count(house, document_vectors))
    assert [] == await texts(library, "automobile", EAST)
    await embed(index, pay, {"Boats": NORTH})
    assert ["Boats swim."] == await texts(library, "automobile", NORTH)


async def test_a_text_that_changed_while_it_was_embedded_gets_no_vector_but_is_paid(
    library: Library, index: Vectors, pay: Pay, house: Any
) -> None:
    await add(library, "Cars drive.", title="Page")
    batch = await index.unembedded(10, without=EVERYONE)
    assert batch is not None
    await add(library, "Boats swim.", title="Page")
    await index.keep(batch, [EAST], await pay())
    assert 0 == await count(house, vectors)
    assert 700 == (await house.budgets.team_status("T1")).spent_nano_usd
    assert await index.unembedded(10, without=EVERYONE) is not None


async def test_removal_is_complete(library: Library, index: Vectors, pay: Pay, house: Any) -> None:
    added = await add(library, "Cars drive.")
    await embed(index, pay, {"Cars": EAST})
    assert ["Cars drive."] == await texts(library, "automobile", EAST)
    await library.remove(added.document_id)
    assert (0, 0) == (await count(house, vectors), await count(house, document_vectors))
    assert [] == await texts(library, "automobile", EAST)


async def test_another_model_indexes_anew_and_only_then_drops_the_old_vectors(
    library: Library, index: Vectors, pay: Pay, house: Any
) -> None:
    await add(library, "Cars drive.")
    await embed(index, pay, {"Cars": EAST})
    other = Vectors(house.db, "emb-2", house.defaults)
    assert (1, 1) == ((await other.indexed()).chunks, (await index.indexed()).with_vector)
    assert 0 == (await other.indexed()).with_vector
    await embed(other, pay, {"Cars": vector(0, 0, 1)})
    assert 1 == await count(house, vectors)
    assert 0 == (await index.indexed()).with_vector
    assert [] == await texts(library, "automobile", EAST)


async def test_an_endpoint_that_changes_its_dimensions_gets_everything_again(
    library: Library, index: Vectors, pay: Pay
) -> None:
    for text in ("Cars drive.", "Boats swim."):
        await add(library, text)
    await embed(index, pay, {"Cars": EAST, "Boats": NORTH}, limit=1)
    await embed(index, pay, {"Cars": vector(1, 0, 0), "Boats": vector(0, 1, 0)}, limit=1)
    assert 1 == (await index.indexed()).with_vector
    await embed(index, pay, {"Cars": vector(1, 0, 0), "Boats": vector(0, 1, 0)})
    assert 2 == (await index.indexed()).with_vector
    assert "Cars drive." == (await texts(library, "automobile", vector(1, 0, 0)))[0]


async def test_half_an_index_is_used_and_the_rest_is_found_by_words(library: Library, index: Vectors, pay: Pay) -> None:
    await add(library, "## A\n\nCars drive.\n\n## B\n\nBoats swim.", title="Page")
    await embed(index, pay, {"Cars": EAST, "Boats": NORTH}, limit=1)
    found = await texts(library, "boats automobile", EAST)
    assert {"Cars drive.", "Boats swim."} == set(found)


async def test_a_library_too_large_for_memory_still_ranks_what_words_find(
    library: Library, index: Vectors, pay: Pay, house: Any
) -> None:
    for text in ("Red cars.", "Cars that are red."):
        await add(library, text)
    await embed(index, pay, {"Cars that": EAST, "Red cars": NORTH})
    small = Nearest(MODEL, most_bytes=8)
    for asked, expected in ((EAST, "Cars that are red."), (NORTH, "Red cars.")):
        question = HybridQuestion("red cars", asked, small, search)
        found = await house.db.read(lambda conn, question=question: question.search(conn, HERE, 2))
        assert expected == found[0].text


async def test_the_team_that_was_not_asked_for_longest_leaves_memory_first(
    library: Library, index: Vectors, pay: Pay, house: Any
) -> None:
    for team_id in ("T1", "T2"):
        await add(library, "Cars drive.", team_id=team_id)
        await embed(index, pay, {"Cars": EAST})
    small = Nearest(MODEL, most_bytes=12)
    for team_id in ("T1", "T2", "T1"):
        look = await house.db.read(lambda conn, team=team_id: small.look(conn, EAST, Audience(team, "C1")))
        assert [pytest.approx(1.0)] == list(look.closest(5).values())
        assert [team_id] == [team for team, _ in small._teams]


async def test_memory_forgets_documents_that_were_read_again(
    library: Library, index: Vectors, pay: Pay, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search.nearest.BLOCK", 2)
    nearest = Nearest(MODEL)
    for number in range(12):
        await add(library, f"Cars {number}.", title="Page")
        await embed(index, pay, {"Cars": EAST})
        look = await house.db.read(lambda conn: nearest.look(conn, EAST, HERE))
        assert 1 == len(look.closest(5))
    (team,) = nearest._teams.values()
    assert team.bytes <= 4 * 8


async def test_what_waits_is_told_with_the_share_that_is_left(library: Library, index: Vectors, pay: Pay) -> None:
    await add(library, "Cars drive.")
    await add(library, "Boats swim.", team_id="T2")
    await pay()
    indexed = await index.indexed()
    assert (2, 0) == (indexed.chunks, indexed.with_vector)
    assert [("T1", 1, 5_000_000_000, 1000), ("T2", 1, 5_000_000_000, 0)] == [
        (team.team_id, team.chunks, team.share_nano_usd, team.spent_nano_usd) for team in indexed.waiting
    ]


async def test_a_batch_whose_chunks_are_gone_is_only_paid(index: Vectors, pay: Pay, house: Any) -> None:
    await index.keep(Unembedded("T1", {"d_x#1": "Gone."}), [EAST], await pay())
    assert 0 == await count(house, vectors)
