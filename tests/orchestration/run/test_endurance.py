"""Every strategy in bad weather: a fifth of all requests meets a fault of some kind, and every run still ends.

By its deadline, with a status that a person can act on, a sentence where something is missing, and a ledger in order.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from model_server import (
    Fault,
    ModelServer,
    Received,
    counts,
    cut,
    ends,
    hang,
    payload,
    reset,
    status,
    text,
    trickle,
)
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

SHARE = 0.2
RUN_SECONDS = 12
GRACE_SECONDS = 60
"""For a machine that stands still now and then; whoever waits for something that hangs waits longer."""
AT_ONCE = 5
ERROR = {"error": {"message": "fault"}}
FAULTS: tuple[Callable[[], Fault], ...] = (
    lambda: status(429, ERROR, headers={"Retry-After": "0"}),
    lambda: status(429, ERROR, headers={"Retry-After": "soon"}),
    lambda: status(429, {"error": {"code": "insufficient_quota"}}),
    lambda: status(500, ERROR),
    lambda: status(503, ERROR),
    lambda: status(400, ERROR),
    lambda: status(401, ERROR),
    lambda: status(404, ERROR),
    lambda: text("<html>busy</html>"),
    lambda: text("{broken", content_type="application/json"),
    lambda: payload({"choices": None}),
    lambda: payload({"choices": []}),
    lambda: payload({"error": {"message": "in a 200"}}),
    lambda: payload({"choices": [{"message": {"content": '{"summary": "So.", "claims": []}'}}]}),
    lambda: reset(),
    lambda: cut(),
    lambda: hang(3600),
    lambda: trickle(3600),
    lambda: ends("stop", None),
    lambda: ends(None, None),
    lambda: ends("length", '{"summary": "Flask was'),
    lambda: ends("length", None),
    lambda: ends("content_filter", None),
    lambda: ends("stop", None, refusal="No."),
    lambda: ends("stop", "no JSON at all"),
    lambda: ends("stop", "[" * 5000),
    lambda: counts(300, '{"summary": "So.", "claims": []}'),
)
QUESTIONS = {
    Strategy.SINGLE: "When was Flask released?",
    Strategy.SUPERVISOR: "Compare Flask and Django for a small service.",
    Strategy.SEQUENTIAL: "Find out when Flask was released, then say what that means for Django.",
    Strategy.FANOUT: "Look at Flask as a lawyer, as an engineer and as a buyer.",
    Strategy.DEBATE: "Should we move from Django to Flask?",
}
ENDED = {"complete", "awaiting_review", "error", "paused"}


def weather(seed: int) -> Callable[[Received], Fault | None]:
    dice = random.Random(seed)

    def of(received: Received) -> Fault | None:
        return dice.choice(FAULTS)() if dice.random() < SHARE else None

    return of


def batches(count: int) -> Iterator[range]:
    return (range(first, min(first + AT_ONCE, count)) for first in range(0, count, AT_ONCE))


async def one(bench: Bench, strategy: Strategy, number: int) -> tuple[dict[str, Any], float]:
    run_id = await bench.ask(QUESTIONS[strategy], strategy=strategy, key=f"{strategy}/{number}")
    begun = bench.services.clock.monotonic()
    shown = await bench.drive(run_id)
    return shown, bench.services.clock.monotonic() - begun


def is_truthful(shown: dict[str, Any]) -> bool:
    """Its end has its reason: a sentence where it failed, an answer where it did not, and a gap for each lost part."""
    if shown["status"] in ("error", "paused"):
        return bool(shown["error"])
    draft = shown["drafts"][-1]
    lost = [subtask for subtask in shown["subtasks"] if subtask["status"] == "error"]
    return bool(shown["answer"].strip()) and len(draft["gaps"]) >= len(lost)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("strategy", list(QUESTIONS))
async def test_every_run_ends_in_time_with_a_truthful_outcome(
    tmp_path: Path, rounds: Callable[[int, int], int], strategy: Strategy
) -> None:
    limits = Limits(
        model="test-model",
        fallback_model="cheap-model",
        run_seconds=RUN_SECONDS,
        worker_seconds=6,
        call_seconds=2,
        auto_revisions=1,
    )
    ends_seen: dict[str, int] = {}
    async with (
        ModelServer(weather=weather(list(QUESTIONS).index(strategy))) as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(tmp_path, model, limits=limits) as bench,
    ):
        for batch in batches(rounds(5, 100)):
            for shown, took in await asyncio.gather(*(one(bench, strategy, number) for number in batch)):
                assert shown["status"] in ENDED, shown
                assert took <= RUN_SECONDS + GRACE_SECONDS, shown["events"]
                assert is_truthful(shown), shown
                ends_seen[shown["status"]] = ends_seen.get(shown["status"], 0) + 1
        assert (await bench.ledger.verify()).ok
        statement = select(holds.c.hold_id).where(holds.c.state == "open")
        assert [] == await bench.database.read(lambda conn: [row.hold_id for row in conn.execute(statement)])
    print(strategy, ends_seen, len(server.received), "requests")
