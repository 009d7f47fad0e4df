"""What an embedding request books, over real HTTP with faults to order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from bench import DOLLAR, Bench, open_bench
from model_server import Fault, ModelServer, hang, payload, reset, status, text
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.money.embedding import Embedding
from orchestration.money.prices import FREE, MILLION, Price, Prices
from orchestration.values.errors import BudgetRefused, UnknownPrice
from orchestration.values.ports import ModelCallFailed
from storage.engine.tables import holds
from storage.money.budgets import BudgetDefaults, Budgets
from storage.money.spend import Spend

PRICE = Price(1000 * MILLION, 0, 1000 * MILLION, 1000 * MILLION, 0, source="test")
"""A thousand nano-USD a token."""
DEFAULTS = BudgetDefaults(50 * DOLLAR)
REPLY = {"data": [{"index": 0, "embedding": [1, 2]}], "model": "emb"}


@asynccontextmanager
async def served(
    folder: Path, *, prices: Prices | None = None, team_budget: int = 50 * DOLLAR
) -> AsyncIterator[tuple[Bench, ModelServer, Embedding]]:
    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(folder, model, team_budget=team_budget) as bench,
    ):
        known = prices or Prices({"emb": PRICE})
        yield bench, server, Embedding("emb", model, bench.ledger, known, bench.services.ids)


async def booked(bench: Bench) -> list[tuple[str, str, str]]:
    columns = (holds.c.agent, holds.c.model, holds.c.state)
    rows = await bench.database.read(lambda conn: conn.execute(select(*columns).order_by(holds.c.hold_id)).all())
    return [tuple(row) for row in rows]


async def spent(bench: Bench) -> tuple[int, int, int]:
    """Spent, estimated and held of the team, and the books agree."""
    assert (await bench.ledger.verify()).ok
    report = await Spend(bench.database, DEFAULTS).report("T1", f"{bench.services.clock.now():%Y-%m}", "model")
    return report.spent_nano_usd, report.estimated_nano_usd, report.held_nano_usd


async def test_texts_are_sent_in_one_request_that_the_teams_library_pays(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server, embedding):
        embeddings = await embedding.of_team("T1", ["One.", "Two."])
        (received,) = server.received
        assert ("library", "", {"model": "emb", "input": ["One.", "Two."]}) == (
            received.agent,
            received.run_id,
            received.body,
        )
        assert [256, 256] == [len(vector) for vector in embeddings.vectors]
        assert [("library", "emb", "settled")] == await booked(bench)
        assert (3000, 0, 0) == await spent(bench)


@pytest.mark.parametrize(
    ("fault", "state", "cost"),
    [
        (status(400), "released", 0),
        (status(401), "released", 0),
        (status(404), "released", 0),
        (status(429), "released", 0),
        (status(500), "settled", 5_000),
        (payload(REPLY), "settled", 5_000),
        (payload({"data": []}), "assumed", 20_000),
        (text("<html>busy</html>"), "assumed", 20_000),
        (reset(), "assumed", 20_000),
    ],
    ids=["400", "401", "404", "429", "500", "no usage", "no vector", "no JSON", "reset"],
)
async def test_every_way_to_fail_is_booked_as_for_any_other_call_and_sent_once(
    tmp_path: Path, fault: Fault, state: str, cost: int
) -> None:
    """The text has 4 bytes and 16 tokens around it: at most 20 tokens, a quarter of that where it is guessed."""
    async with served(tmp_path) as (bench, server, embedding):
        server.faults["embeddings"].append(fault)
        try:
            await embedding.of_team("T1", ["One."], seconds=3600)
        except ModelCallFailed as error:
            assert error.sentence.endswith((".", "settings."))
        assert (1, [("library", "emb", state)]) == (len(server.received), await booked(bench))
        assert (cost, cost, 0) == await spent(bench)


async def test_an_endpoint_that_hangs_costs_what_it_may_have_booked(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server, embedding):
        server.faults["embeddings"].append(hang(3600))
        with pytest.raises(ModelCallFailed):
            await embedding.of_team("T1", ["One."], seconds=1)
        assert [("library", "emb", "assumed")] == await booked(bench)
        assert (20_000, 20_000, 0) == await spent(bench)


async def test_an_endpoint_that_is_not_there_costs_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, server, embedding):
        await server.go_away()
        with pytest.raises(ModelCallFailed, match="cannot be reached"):
            await embedding.of_team("T1", ["One."])
        assert [("library", "emb", "released")] == await booked(bench)
        await server.come_back()


async def test_a_wrong_name_says_which_setting_to_mend(tmp_path: Path) -> None:
    async with served(tmp_path) as (_, server, embedding):
        server.faults["embeddings"].append(status(404))
        with pytest.raises(ModelCallFailed, match="Check THREADWORK_EMBEDDING_MODEL"):
            await embedding.of_team("T1", ["One."])


async def test_more_than_a_tenth_of_the_teams_budget_is_refused_with_who_can_raise_it(tmp_path: Path) -> None:
    async with served(tmp_path, team_budget=250_000) as (bench, server, embedding):
        await embedding.of_team("T1", ["One."])
        with pytest.raises(BudgetRefused, match=r"The library's share of the team's budget .*budget set team:T1 USD"):
            await embedding.of_team("T1", ["One. Two. Three."])
        assert 1 == len(server.received)
        assert [("library", "emb", "settled")] == await booked(bench)


async def test_an_unknown_price_is_refused_with_the_fix_and_a_free_model_costs_nothing(tmp_path: Path) -> None:
    async with served(tmp_path, prices=Prices({"free": FREE})) as (bench, server, embedding):
        with pytest.raises(UnknownPrice, match="THREADWORK_PRICES"):
            await embedding.of_team("T1", ["One."])
        assert ([], []) == (server.received, await booked(bench))
        await replace(embedding, model="free").of_team("T1", ["One."])
        assert (0, 0, 0) == await spent(bench)


async def test_a_team_budget_that_is_set_later_knows_what_the_library_spent(tmp_path: Path) -> None:
    async with served(tmp_path) as (bench, _, embedding):
        await embedding.of_team("T1", ["One."])
        budgets = Budgets(bench.database, bench.services.clock, DEFAULTS)
        await budgets.set("team:T1", 10_000, "day", "U1")
        await budgets.set("global", 10_000, "day", "U1")
        assert 2000 == (await budgets.team_status("T1")).spent_nano_usd
        with pytest.raises(BudgetRefused, match="The installation's budget"):
            await embedding.of_team("T1", ["One."])
        assert (await bench.ledger.verify()).ok
