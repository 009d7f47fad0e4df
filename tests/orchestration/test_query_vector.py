"""A run's queries: embedded once, paid by the run, and never the reason why a run fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from bench import CENT, DOLLAR, PRICE, Bench, open_bench
from model_server import Fault, ModelServer, hang, payload, reset, status

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.money.embedding import Embedding
from orchestration.money.prices import MILLION, Price, Prices
from orchestration.run.research import Research
from storage.library.library import Library
from storage.money.budgets import BudgetDefaults
from storage.money.spend import Spend

QUESTION = "When was Flask released?"
CHEAP = Price(100, 0, 100, 100, 0, source="test")
DEAR = Price(DOLLAR * MILLION, 0, DOLLAR * MILLION, DOLLAR * MILLION, 0, source="test")
DEFAULTS = BudgetDefaults(50 * DOLLAR)


@asynccontextmanager
async def served(folder: Path, *, price: Price | None = CHEAP) -> AsyncIterator[tuple[Bench, ModelServer, Embedding]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model) as bench,
    ):
        prices = Prices({"test-model": PRICE, **({"emb": price} if price else {})})
        embedding = Embedding("emb", model, bench.ledger, prices, bench.services.ids)
        library = Library(bench.database, bench.services.clock, "emb")
        bench.services = replace(bench.services, library=library, embedding=embedding)
        bench.research = Research(bench.services)
        yield bench, server, embedding


async def test_a_run_pays_for_its_query_once_and_shows_it(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server, _):
        run_id = await bench.ask(QUESTION)
        shown = await bench.drive(run_id)
        assert "complete" == shown["status"]
        sent = [received for received in server.received if received.agent == "library"]
        assert {(run_id, "emb")} == {(received.run_id, received.body["model"]) for received in sent}
        steps = [step for step in shown["steps"] if step["agent"] == "library"]
        assert len(steps) == len(sent) == len({str(received.body["input"]) for received in sent})
        assert {("embeddings", "emb", False)} == {(s["operation"], s["model"], s["estimated"]) for s in steps}
        report = await Spend(bench.database, DEFAULTS).report("T1", f"{bench.services.clock.now():%Y-%m}", "agent")
        assert {"library", "single"} == {group.key for group in report.groups}
        assert (await bench.ledger.verify()).ok


async def test_a_replay_asks_for_nothing_again(tmp_path: Path) -> None:
    """Killed while the agent writes its answer: by then query and passages are in the journal."""
    async with served(tmp_path) as (bench, server, _):
        run_id = await bench.ask(QUESTION)
        server.weather = lambda received: (
            status(401) if received.agent == "single" and server.calls("single") == 2 else None
        )
        await bench.drive(run_id)
        paid = server.calls("library")
        assert paid > 0
        server.weather = None
        assert await bench.runs.retry(run_id, "U1")
        shown = await bench.drive(run_id)
        assert ("complete", paid) == (shown["status"], server.calls("library"))


@pytest.mark.parametrize(
    "fault",
    [status(401), status(404), status(429), status(500), reset(), payload({"data": []})],
    ids=["401", "404", "429", "500", "reset", "no vector"],
)
async def test_an_endpoint_that_fails_leaves_the_search_to_words(
    tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("orchestration.query_vector.QUERY_SECONDS", 3600)
    async with served(tmp_path) as (bench, server, _):
        server.faults["embeddings"].extend([fault] * 9)
        shown = await bench.drive(await bench.ask(QUESTION))
        assert "complete" == shown["status"] and "1 April 2010" in shown["answer"]
        assert server.calls("library") == sum("a search goes by words alone" in line for line in caplog.messages) > 0
        assert (await bench.ledger.verify()).ok


async def test_an_endpoint_that_hangs_leaves_the_search_to_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("orchestration.query_vector.QUERY_SECONDS", 0.3)
    async with served(tmp_path) as (bench, server, _):
        server.faults["embeddings"].extend([hang(3600)] * 9)
        shown = await bench.drive(await bench.ask(QUESTION))
        assert "complete" == shown["status"] and "1 April 2010" in shown["answer"]
        assert any("a search goes by words alone" in line for line in caplog.messages)
        assert (await bench.ledger.verify()).ok


@pytest.mark.parametrize(("price", "reason"), [(DEAR, "run's budget"), (None, "has no known price")])
async def test_what_a_budget_or_a_missing_price_refuses_is_left_to_words(
    tmp_path: Path, price: Price | None, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(tmp_path, price=price) as (bench, server, _):
        shown = await bench.drive(await bench.ask(QUESTION, budget=50 * CENT))
        assert ("complete", 0) == (shown["status"], server.calls("library"))
        assert any("a search goes by words alone" in line and reason in line for line in caplog.messages)
        assert (await bench.ledger.verify()).ok
