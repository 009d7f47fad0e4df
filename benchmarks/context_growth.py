"""What a pipeline's stages are handed: input tokens by depth for each form of THREADWORK_CONTEXT.

Every stage reports the same amount, so what grows is only what is handed over. The exponent is fitted over the
deeper half: 1 is linear, 2 the square. Tokens are counted as a quarter of the bytes sent, compression included.
`declared` is `fields` where the plan declares some for every stage.
"""

import asyncio
import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import MODEL, QUESTION, Nothing
from bot.clock import RandomIds, SystemClock
from orchestration.context.heard import Heard
from orchestration.context.journal import RunJournal
from orchestration.context.run_context import RunContext
from orchestration.context.services import Services
from orchestration.money.budget import measure
from orchestration.money.prices import FREE, Prices
from orchestration.strategies.handover import FIELDS, FORMS
from orchestration.strategies.sequential import in_turn
from orchestration.values.domain import Conversation, Question, Run, RunStatus, Subtask
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion

DEPTHS = (1, 2, 4, 8, 16)
CLAIMS = 8
DECLARED = ("licence", "test client", "server", "requests", "limits", "release date")
"""The first is never found."""
SENTENCE = "The test client sends requests to the application without a server. "


class Reporting:
    """Every stage finds as much as every other; a digest is as long as it may be."""

    def __init__(self) -> None:
        self.tokens = 0

    async def complete(self, request: ChatRequest) -> Completion:
        self.tokens += measure(request).estimated_input_tokens
        if request.output and request.output.name == "digestoutput":
            return Completion(json.dumps({"digest": SENTENCE * 14}), finish_reason="stop")
        filled = [{"name": name, "value": SENTENCE * 3, "source_ids": ["d"]} for name in DECLARED[1:]]
        claims = [{"text": SENTENCE, "source_id": "d", "quote": SENTENCE} for _ in range(CLAIMS)]
        found = {"summary": SENTENCE * CLAIMS, "claims": claims, "fields": filled}
        return Completion(json.dumps(found), finish_reason="stop")


async def tokens(form: str, depth: int, *, fields: tuple[str, ...] = ()) -> int:
    """Input tokens of all stages together."""
    nothing, model, clock = Nothing(), Reporting(), SystemClock()
    services = Services(
        journal=nothing,
        ledger=nothing,
        run_log=nothing,
        library=nothing,
        model=model,
        prices=Prices({MODEL: FREE}),
        clock=clock,
        ids=RandomIds(),
        limits=Limits(model=MODEL, context=form),
    )
    question = Question(QUESTION, Conversation("T1", "C1", "1"), "U1")
    run = Run("r_bench", question, RunStatus.RUNNING, 1, 1, 10**12, 0.0, 0.0, clock.now())
    stages = [Subtask(f"s{n}", f"Stage {n}", QUESTION, fields) for n in range(1, depth + 1)]
    journal = RunJournal(run, services)
    await in_turn(RunContext(run, services, journal, Heard(journal), clock.monotonic()), stages)
    return model.tokens


async def main() -> None:
    print(f"{'input tokens':12}" + "".join(f"{f'{depth} stages':>12}" for depth in DEPTHS) + f"{'exponent':>12}")
    rows = [(form, form, ()) for form in FORMS] + [("declared", FIELDS, DECLARED)]
    for name, form, fields in rows:
        spent = [await tokens(form, depth, fields=fields) for depth in DEPTHS]
        exponent = math.log(spent[-1] / spent[-3]) / math.log(DEPTHS[-1] / DEPTHS[-3])
        print(f"{name:12}" + "".join(f"{number:>12,}" for number in spent) + f"{exponent:>12.2f}")


if __name__ == "__main__":
    asyncio.run(main())
