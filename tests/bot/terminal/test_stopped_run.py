"""The last lines of a run in the terminal: what it cost, how much of that is a guess."""

from typing import Any

import pytest

from bot.terminal.stopped_run import cost_line


def document(cost: str, estimated: str, calls: int) -> dict[str, Any]:
    usage = {"input_tokens": 1200, "output_tokens": 30, "llm_calls": calls}
    money = {"cost_usd": cost, "estimated_cost_usd": estimated}
    return {**money, "usage": usage, "steps": [], "seconds": 1.25, "strategy": "single"}


@pytest.mark.parametrize(
    ("cost", "estimated", "calls", "begins"),
    [
        ("0.020000", "0.000000", 1, "$0.02 · 1 model call · 1,200 tokens in, 30 out · "),
        ("0.020000", "0.020000", 2, "$0.02 (estimated) · 2 model calls · "),
        ("0.020000", "0.005000", 2, "$0.02 ($0.005 of it estimated) · 2 model calls · "),
    ],
)
def test_the_total_marks_estimates_and_counts_in_english(cost: str, estimated: str, calls: int, begins: str) -> None:
    assert cost_line(document(cost, estimated, calls)).startswith(begins)
