"""The indexer at work: batches, a budget, endpoints that fail, texts that are refused, documents that change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench import DOLLAR, Bench, open_bench
from model_server import ModelServer, Received, hang, payload, reset, status

from orchestration.indexing import BATCH, Indexer
from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.money.embedding import Embedding
from orchestration.money.prices import MILLION, Price, Prices
from storage.money.budgets import BudgetDefaults, Budgets
from storage.search.vectors import Vectors

PRICE = Price(1000 * MILLION, 0, 1000 * MILLION, 1000 * MILLION, 0, source="test")
PAGES = 2
"""That the bench has by itself, each of one chunk."""


@dataclass
class Naps:
    """A clock whose sleeps end at once and are remembered."""

    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@dataclass
class Shelf:
    bench: Bench
    server: ModelServer
    vectors: Vectors
    indexer: Indexer
    budgets: Budgets
    naps: Naps

    async def add(self, *texts: str, team_id: str = "T1") -> None:
        for text in texts:
            await self.bench.services.library.add(team_id=team_id, channel_id=None, title=text[:40], text=text)

    async def left(self) -> int:
        indexed = await self.vectors.indexed()
        assert (await self.bench.ledger.verify()).ok
        return indexed.chunks - indexed.with_vector

    @property
    def batches(self) -> list[int]:
        return [len(received.body["input"]) for received in self.server.received]


@asynccontextmanager
async def shelf(folder: Path, *, team_budget: int = 50 * DOLLAR) -> AsyncIterator[Shelf]:
    defaults = BudgetDefaults(team_budget)
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, team_budget=team_budget) as bench,
    ):
        embedding = Embedding("emb", model, bench.ledger, Prices({"emb": PRICE}), bench.services.ids)
        vectors = Vectors(bench.database, "emb", defaults)
        naps = Naps()
        indexer = Indexer(embedding, vectors, naps)  # type: ignore[arg-type]  # it only sleeps
        yield Shelf(bench, server, vectors, indexer, Budgets(bench.database, bench.services.clock, defaults), naps)


async def test_every_chunk_gets_its_vector_in_batches_and_none_twice(tmp_path: Path) -> None:
    async with shelf(tmp_path) as it:
        await it.add("\n\n".join(f"## {n}\n\nText {n}." for n in range(BATCH + 5)))
        assert 0.0 == await it.indexer.catch_up()
        assert (0, [BATCH, 5 + PAGES]) == (await it.left(), it.batches)
        assert 0.0 == await it.indexer.catch_up()
        assert 2 == len(it.batches)


async def test_what_is_added_later_wakes_the_indexer(tmp_path: Path) -> None:
    async with shelf(tmp_path) as it:
        task = asyncio.create_task(it.indexer.run())
        await until(it, 0)
        await it.add("Something new.")
        await until(it, 0, batches=2)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(it: Shelf, left: int, *, batches: int = 1) -> None:
    async with asyncio.timeout(30):
        while await it.left() != left or len(it.batches) != batches:  # noqa: ASYNC110  # rows tell nobody here
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "fault",
    [status(429, headers={"Retry-After": "7"}), status(401), status(500), reset(), payload({"data": []})],
    ids=["429", "401", "500", "reset", "no vectors"],
)
async def test_an_endpoint_that_fails_is_left_alone_longer_each_time(
    tmp_path: Path, fault: object, caplog: pytest.LogCaptureFixture
) -> None:
    async with shelf(tmp_path) as it:
        it.server.faults["embeddings"].extend([fault] * 3)  # type: ignore[list-item]
        pauses = [await it.indexer.catch_up() for _ in range(3)]
        assert pauses == sorted(pauses) and pauses[0] >= 2 and pauses[2] >= 8
        assert (PAGES, 3) == (await it.left(), len(it.batches))
        assert 1 == sum("indexing waits" in line for line in caplog.messages)
        assert (0.0, 0) == (await it.indexer.catch_up(), await it.left())


async def test_the_longest_wait_is_five_minutes(tmp_path: Path) -> None:
    async with shelf(tmp_path) as it:
        it.server.faults["embeddings"].extend([status(429, headers={"Retry-After": "99999"})] * 12)
        assert 300.0 == max([await it.indexer.catch_up() for _ in range(12)])


async def test_a_text_that_is_refused_costs_nothing_and_keeps_no_other_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with shelf(tmp_path) as it:
        await it.add(*(f"Harmless {n}." for n in range(9)), "Forbidden words.")
        it.server.weather = refuses("Forbidden", 400)
        assert 0.0 == await it.indexer.catch_up()
        assert 1 == await it.left()
        assert 1 == sum("refuses the text" in line for line in caplog.messages)
        sent = len(it.batches)
        assert 0.0 == await it.indexer.catch_up()
        assert sent == len(it.batches)


async def test_an_endpoint_that_refuses_everything_is_not_a_matter_of_texts(tmp_path: Path) -> None:
    async with shelf(tmp_path) as it:
        await it.add(*(f"Harmless {n}." for n in range(9)))
        it.server.weather = refuses("", 400)
        assert await it.indexer.catch_up() > 0
        assert len(it.batches) < 10
        it.server.weather = None
        assert (0.0, 0) == (await it.indexer.catch_up(), await it.left())


def refuses(word: str, code: int) -> object:
    def weather(received: Received) -> object:
        return status(code) if any(word in text for text in received.body["input"]) else None

    return weather


async def test_a_used_up_share_stops_its_team_alone_and_goes_on_when_the_budget_is_raised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with shelf(tmp_path, team_budget=3_000_000) as it:
        await it.add("Short.", team_id="T2")
        await it.add("Long text. " * 30)
        assert 0.0 == await it.indexer.catch_up()
        assert 1 + PAGES == await it.left()
        assert 0.0 == await it.indexer.catch_up()
        (told,) = [line for line in caplog.messages if "the library of T1 waits" in line]
        assert "budget set team:T1" in told
        await it.budgets.set("team:T1", DOLLAR, "month", "U1")
        assert (0.0, 0) == (await it.indexer.catch_up(), await it.left())


async def test_a_stop_in_the_middle_of_a_request_books_it_as_unknown(tmp_path: Path) -> None:
    async with shelf(tmp_path) as it:
        arrived = asyncio.Event()

        async def stop(_: Received) -> None:
            arrived.set()

        it.server.before_reply = stop
        it.server.faults["embeddings"].append(hang(30))
        task = asyncio.create_task(it.indexer.catch_up())
        await arrived.wait()
        task.cancel()
        await asyncio.wait([task])
        status_now = await it.budgets.team_status("T1")
        assert status_now.estimated_nano_usd == status_now.spent_nano_usd > 0
        assert (PAGES, 0) == (await it.left(), status_now.held_nano_usd)
