"""The App Home: the viewer's runs, the budget and the spend, as far as they may see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.outgoing.blocks.elements import (
    context,
    header,
    line,
    rich,
    section,
    span,
)
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.receipt import NOTHING_CHARGED
from bot.outgoing.blocks.spend import budget, run_list

RUNS = 10


def home(
    runs: Sequence[Mapping[str, Any]],
    report: Mapping[str, Any] | None,
    *,
    offline: bool = False,
    demo: bool = False,
    owners: str = "",
) -> dict[str, Any]:
    """`runs` are the viewer's own heads; `report` is the `spend` JSON, or None where they may not see it."""
    return {"type": "home", "blocks": [*_opening(offline, demo), *_runs(runs), *_spend(report, owners, demo)]}


def _opening(offline: bool, demo: bool) -> list[Block]:
    asked = "Ask a research question: mention me in a channel, write to me here, or use `/research`."
    notes = ["Answers can be wrong. Every claim names its source: check it before you rely on it."]
    notes += ["No model is set up: answers are quotes from the library, without a conclusion."] if offline else []
    notes += [NOTHING_CHARGED.capitalize() + "."] if demo else []
    return [header("Threadwork"), section(asked), context(*notes)]


def _runs(runs: Sequence[Mapping[str, Any]]) -> list[Block]:
    nothing = rich(line(span("Nothing yet. Your questions and their answers will appear here.", "italic")))
    return [{"type": "divider"}, header("Your runs"), *(run_list(runs, RUNS) if runs else [nothing])]


def _spend(report: Mapping[str, Any] | None, owners: str, demo: bool) -> list[Block]:
    if report is None:
        return []
    return [{"type": "divider"}, header("Spend"), *budget(report, owners=owners or "A budget owner", demo=demo).blocks]
