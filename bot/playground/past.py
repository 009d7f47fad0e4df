"""What every pattern was worth so far: the decision table over the playground's runs."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.values.domain import RunStatus, Strategy
from orchestration.values.states import AT_WORK

Json = Mapping[str, Any]
ANSWERED = (RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW)


def decision_table(runs: Sequence[Json]) -> list[dict[str, Any]]:
    """A row for each pattern that ran, from `show` JSON; medians, as one long run would hide the rest."""
    ended = [run for run in runs if run["status"] not in AT_WORK]
    rows = ((strategy, [run for run in ended if run["strategy"] == strategy]) for strategy in Strategy)
    return [_row(strategy, found) for strategy, found in rows if found]


def _row(strategy: Strategy, runs: Sequence[Json]) -> dict[str, Any]:
    claims = [claim for run in runs for claim in run["claims"]]
    return {
        "strategy": strategy,
        "runs": len(runs),
        "answered": sum(run["status"] in ANSWERED and bool(run["claims"]) for run in runs),
        "seconds": round(statistics.median(run["seconds"] for run in runs), 1),
        "cost_usd": f"{statistics.median(float(run['cost_usd']) for run in runs):.6f}",
        "tokens": round(statistics.median(_tokens(run) for run in runs)),
        "claims": round(statistics.median(len(run["claims"]) for run in runs)),
        "quoted": sum(claim["support"] == "quoted" for claim in claims) / len(claims) if claims else None,
        "notes": round(statistics.median(_notes(run) for run in runs)),
    }


def _tokens(run: Json) -> int:
    return int(run["usage"]["input_tokens"] + run["usage"]["output_tokens"])


def _notes(run: Json) -> int:
    return sum(len(critique["notes"]) for critique in run["critiques"][-1:])
