"""Searching by meaning as people meet it: documents added beside a running bot, and a bot that is killed."""

import asyncio
import json
from typing import Any

import pytest
from model_server import Received
from office import PRICES, Office, Served
from transcript import ANA, Talk, answered, said

OWN = '[models."emb"]\ninput_usd_per_million = 0.02\noutput_usd_per_million = 0\n'
PAGE = "# Vehicles\n\n" + "\n\n".join(f"## Part {n}\n\nThe automobile number {n} rolls quietly." for n in range(150))
COMPLETE = """
    SELECT 1 WHERE NOT EXISTS (
        SELECT 1 FROM documents LEFT JOIN document_vectors USING (document_id) WHERE complete IS NOT 1
    )
"""
PAID = "SELECT count(*) FROM holds WHERE agent = 'library' AND run_id IS NULL AND state = 'settled'"


@pytest.fixture
def office_with_embeddings(office: Office) -> Office:
    (office.folder / "own.toml").write_text(PRICES + OWN)
    office.environment |= {
        "THREADWORK_EMBEDDING_MODEL": "emb",
        "THREADWORK_PRICES": str(office.folder / "own.toml"),
    }
    office.model.meanings["motorcar"] = "automobile"
    (office.folder / "vehicles.md").write_text(PAGE)
    return office


async def add(office: Office, talk: Talk) -> None:
    code, _, err = await office.terminal("docs", "add", "vehicles.md", "--team", talk.slack.team_id)
    assert code == 0, err


async def search(office: Office, talk: Talk, query: str) -> list[dict[str, Any]]:
    code, out, err = await office.terminal("docs", "search", query, "--team", talk.slack.team_id, "--json")
    assert code == 0, err
    passages: list[dict[str, Any]] = json.loads(out)["passages"]
    return passages


@pytest.mark.crash
async def test_a_kill_pays_again_for_nothing_that_was_committed(
    office_with_embeddings: Office, served: Served, talk: Talk
) -> None:
    office = office_with_embeddings
    batches, ready = 0, asyncio.Event()

    async def strike(received: Received) -> None:
        nonlocal batches
        await ready.wait()
        batches += received.agent == "library"
        if batches == 2 and served.is_alive:
            served.strike()

    await add(office, talk)
    office.model.before_reply = strike
    await served.start()
    ready.set()
    await asyncio.wait_for(served.dead.wait(), 60)
    await served.gone()
    assert [(1,)] == office.after_death(PAID)
    ((kept,),) = office.after_death("SELECT count(*) FROM vectors")
    await served.start()
    await office.until_rows(COMPLETE)
    sent = [
        text for received in office.model.received if received.agent == "library" for text in received.body["input"]
    ]
    ((chunks,),) = office.rows("SELECT count(*) FROM chunks")
    in_flight = len(sent) - chunks
    assert 0 < kept and 0 < in_flight <= 64
    assert 0 == (await office.terminal("ledger", "verify"))[0]


async def test_documents_added_beside_the_bot_are_found_by_meaning(office_with_embeddings: Office, talk: Talk) -> None:
    office = office_with_embeddings
    async with office.bot(embedding_model="emb", prices=office.folder / "own.toml"):
        await add(office, talk)
        await office.until_rows(COMPLETE)
        (best, *_) = await search(office, talk, "motorcar")
        assert "automobile" in best["text"]
        await talk.play(said(ANA, "How does the motorcar number 7 roll?"), answered("answer/v1", "rolls quietly"))
    agents = {agent for (agent,) in office.rows("SELECT agent FROM holds WHERE run_id IS NOT NULL")}
    assert "library" in agents
    code, out, _ = await office.terminal("spend", "--team", talk.slack.team_id, "--by", "agent")
    assert (0, True) == (code, "library" in out)
    assert 0 == (await office.terminal("ledger", "verify"))[0]


async def test_without_its_endpoint_the_bot_answers_by_words(office_with_embeddings: Office, talk: Talk) -> None:
    office = office_with_embeddings
    async with office.bot(embedding_model="no-such-price", prices=office.folder / "own.toml"):
        await add(office, talk)
        await talk.play(said(ANA, "How does the automobile number 7 roll?"), answered("answer/v1", "rolls quietly"))
    assert [(0,)] == office.rows("SELECT count(*) FROM holds WHERE agent = 'library'")
