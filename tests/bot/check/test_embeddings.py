"""What `threadwork check` says of the embedding model and of the vectors."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, status

from bot.bootstrap import open_services
from bot.check import embeddings as check_embeddings
from bot.check.check import setting_findings
from bot.check.finding import Mark
from bot.setup.settings import Settings, load

PRICES = '[models."test-model"]\ninput_usd_per_million = 1\noutput_usd_per_million = 1\n'
OWN = '[models."emb"]\ninput_usd_per_million = 0.02\noutput_usd_per_million = 0\n'


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


def settings(server: ModelServer, folder: Path, *, prices: str = PRICES + OWN, **changes: Any) -> Settings:
    file = folder / "prices.toml"
    file.write_text(prices)
    given = {"openai_base_url": server.base_url, "model": "test-model", "embedding_model": "emb", "prices": file}
    return load(None, **given, **{"database_url": f"sqlite+aiosqlite:///{folder / 'a.db'}", **changes})


async def shelve(configured: Settings) -> None:
    async with open_services(configured) as services:
        await services.library.add(team_id="T1", channel_id=None, title="Page", text="Use UTC.")


async def test_the_model_is_tried_paid_for_and_shown_with_its_dimensions(server: ModelServer, tmp_path: Path) -> None:
    configured = settings(server, tmp_path)
    await shelve(configured)
    model, vectors = await check_embeddings.look(configured)
    assert (Mark.GOOD, "answers with 64 dimensions; $0.02 a million tokens (own:prices.toml)") == (
        model.mark,
        model.what,
    )
    assert (Mark.GOOD, "0 of 1 chunks have a vector") == (vectors.mark, vectors.what)
    async with open_services(configured) as services:
        assert (await services.budgets.team_status("local")).spent_nano_usd > 0
        assert (await services.ledger.verify()).ok


async def test_before_there_is_a_database_nothing_is_sent(server: ModelServer, tmp_path: Path) -> None:
    (finding,) = await check_embeddings.look(settings(server, tmp_path))
    assert (Mark.UNUSED, []) == (finding.mark, server.received)
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(("code", "mend"), [(401, "OPENAI_API_KEY"), (404, "THREADWORK_EMBEDDING_MODEL")])
async def test_a_refusal_names_the_setting(server: ModelServer, tmp_path: Path, code: int, mend: str) -> None:
    configured = settings(server, tmp_path)
    await shelve(configured)
    server.faults["embeddings"].append(status(code))
    model, _ = await check_embeddings.look(configured)
    assert Mark.WRONG is model.mark and mend in model.fix


async def test_a_model_without_a_price_is_wrong_and_says_where_to_declare_it(
    server: ModelServer, tmp_path: Path
) -> None:
    configured = settings(server, tmp_path, prices=PRICES)
    await shelve(configured)
    model, _ = await check_embeddings.look(configured)
    assert Mark.WRONG is model.mark and "THREADWORK_PRICES" in model.fix
    assert [] == server.received


async def test_a_used_up_share_is_told_with_who_can_raise_it(server: ModelServer, tmp_path: Path) -> None:
    configured = settings(server, tmp_path)
    await shelve(configured)
    async with open_services(configured) as services:
        await services.budgets.set("team:T1", 0, "month", "U1")
    short = (await check_embeddings.look(configured))[2]
    assert (Mark.UNUSED, "vectors of T1") == (short.mark, short.part)
    assert "1 chunks wait" in short.what and "budget set team:T1" in short.fix


async def test_the_offline_model_has_no_vectors(tmp_path: Path) -> None:
    (finding,) = await check_embeddings.look(load(None, embedding_model="emb"))
    assert (Mark.UNUSED, True) == (finding.mark, "OPENAI_BASE_URL" in finding.what)
    assert [] == await check_embeddings.look(load(None))


def test_the_password_of_a_database_is_not_shown() -> None:
    shown = {f.part: f.what for f in setting_findings(load(None, database_url="postgresql://me:hush@h:5432/d"))}
    assert "postgresql://me:***@h:5432/d" == shown["DATABASE_URL"]
