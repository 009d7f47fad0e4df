"""Every line of the table in docs/endpoints.md, against a server that behaves like that endpoint."""

import re
from pathlib import Path

import pytest
from bench import open_bench
from families import FAMILIES, both
from model_server import ModelServer
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

DOCS = Path(__file__).parents[4] / "docs" / "endpoints.md"
QUESTION = "Compare Flask and Django: when was each first released?"
LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in DOCS.read_text(encoding="utf-8").splitlines()
    if re.match(r"\| (?!endpoint|---)", line)
]


def test_every_line_of_the_table_has_its_family_and_every_family_its_line() -> None:
    assert list(FAMILIES) == [line[0] for line in LINES]


@pytest.mark.parametrize("name", [line[0] for line in LINES])
async def test_a_supervised_run_works_on(tmp_path: Path, name: str) -> None:
    """Planned, searched, answered from sources and reviewed, with nothing charged for what was found out."""
    family = FAMILIES[name]()
    limits = Limits(model="test-model", call_seconds=60, worker_seconds=120)
    async with (
        ModelServer(weather=family.weather, shaped=family.shaped) as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(tmp_path, model, limits=limits) as bench,
    ):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SUPERVISOR))
        statement = select(holds.c.state)
        states = await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))
        assert (await bench.ledger.verify()).ok
    assert shown["status"] in ("complete", "awaiting_review"), shown["error"]
    assert {"complete"} == {task["status"] for task in shown["subtasks"]}, shown["subtasks"]
    assert shown["sources"] and all(claim["support"] == "quoted" for claim in shown["claims"])
    assert [] == [received.body for received in server.received if both(received.body)]
    assert {"supervisor", "worker", "critic"} == {received.agent for received in server.received}
    assert states.count("released") == len(server.received) - shown["usage"]["llm_calls"] <= family.lost
    assert {"settled", "released"} >= set(states)
    assert not re.search(r"draft\b|Let me see|thought", shown["answer"])
