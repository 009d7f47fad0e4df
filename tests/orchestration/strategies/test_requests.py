"""How many requests a run makes is known: those of its strategy, and one more for each that failed in passing."""

from pathlib import Path
from typing import Any

import pytest
from bench import open_bench
from model_server import ModelServer, payload, status, text

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits

QUESTIONS = {
    Strategy.SINGLE: "When was Flask released?",
    Strategy.SUPERVISOR: "Compare Flask and Django: when were they released?",
    Strategy.SEQUENTIAL: "First find the release date of Flask, then say what that means for Django",
    Strategy.FANOUT: "Look at Flask from a legal and a technical point of view",
    Strategy.DEBATE: "Should we move from Django to Flask?",
}
FAULTS = (status(503), text("<html>busy</html>"), payload({"choices": None}))


@pytest.mark.parametrize("strategy", list(QUESTIONS))
async def test_a_passing_fault_of_any_role_costs_exactly_one_request_more(tmp_path: Path, strategy: Strategy) -> None:
    limits = Limits(model="test-model", call_seconds=60, worker_seconds=120)

    async def driven(key: str) -> tuple[dict[str, Any], int]:
        server.received.clear()
        shown = await bench.drive(await bench.ask(QUESTIONS[strategy], strategy=strategy, key=key))
        return shown, len(server.received)

    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(tmp_path, model, limits=limits) as bench,
    ):
        whole, requests = await driven("whole")
        assert whole["usage"]["llm_calls"] == requests
        for place, role in enumerate(sorted({received.agent for received in server.received})):
            server.faults[role].append(FAULTS[place % len(FAULTS)])
            shown, with_fault = await driven(role)
            assert (role, requests + 1) == (role, with_fault)
            assert (whole["status"], whole["answer"]) == (shown["status"], shown["answer"])
            (told,) = shown["setbacks"]
            assert told.endswith(f"test-model is asked again as {role}.")
        assert (await bench.ledger.verify()).ok
