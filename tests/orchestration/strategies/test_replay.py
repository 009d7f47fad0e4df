"""Whatever a strategy has paid for before a crash it does not pay for again, wherever the crash was."""

from pathlib import Path

import pytest
from bench import open_bench

from orchestration.llm.offline import OfflineModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion

QUESTION = "Compare Flask and Django: when were they released?"


class Crashing(OfflineModel):
    """Answers so many calls, then fails as a bug would; keeps what it answered."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self._left = calls
        self.answered: list[str] = []

    async def complete(self, request: ChatRequest) -> Completion:
        if self._left == 0:
            raise RuntimeError("crash")
        self._left -= 1
        self.answered.append(str(request.messages) + request.agent)
        return await super().complete(request)


@pytest.mark.parametrize("strategy", list(Strategy))
@pytest.mark.parametrize("context", ["fields", "summary"])
async def test_a_run_that_crashed_after_any_call_goes_on_from_there(
    tmp_path: Path, strategy: Strategy, context: str
) -> None:
    limits = Limits(model="test-model", context=context, share_findings=True)
    async with open_bench(tmp_path, OfflineModel(), limits=limits) as bench:
        whole = await bench.drive(await bench.ask(QUESTION, strategy=strategy))
        calls = whole["usage"]["llm_calls"]
        for crash in range(1, calls):
            first, second = Crashing(crash), Crashing(100)
            run_id = await bench.ask(QUESTION, strategy=strategy, key=f"crash {crash}")
            await bench.with_model(first).drive(run_id)
            assert "error" == (await bench.show(run_id))["status"]
            assert await bench.runs.retry(run_id, "U1")
            await bench.with_model(second).drive(run_id)
            shown = await bench.show(run_id)
            assert (whole["status"], whole["answer"]) == (shown["status"], shown["answer"])
            assert not set(first.answered) & set(second.answered)
        assert (await bench.ledger.verify()).ok
