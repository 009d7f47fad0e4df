"""The decision table as text, JSON and picture; every format is (DecisionTable) → bytes."""

import io
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.evaluation.standing import BASELINE, Result, Standing, comparable, standings
from bot.evaluation.suite import Suite
from bot.outgoing.blocks.amounts import counted
from bot.terminal.terminal import inert
from orchestration.values.domain import Strategy
from storage.money.amounts import NANO, usd

COLUMNS = ("strategy", "tasks", "p50", "p95", "cost a task", "right", "95 % interval", "against single")


@dataclass(frozen=True, slots=True)
class DecisionTable:
    suite: Suite
    model: str
    strategies: tuple[Strategy, ...]
    runs: int
    wanted: int
    results: tuple[Result, ...]
    stopped: str | None

    @property
    def standings(self) -> list[Standing]:
        return standings(self.counted)

    @property
    def counted(self) -> list[Result]:
        return comparable(self.results, self.strategies)

    @property
    def headline(self) -> str:
        tasks = f"{counted(len(self.suite.tasks), 'task')} of {self.suite.path.name}"
        return f"{self.model} · {tasks} · {counted(len(self.results), 'run')}{self._missing}"

    @property
    def _missing(self) -> str:
        if len(self.results) == self.wanted:
            return ""
        return f" of {self.wanted}, {len(self.counted)} of them on tasks that all strategies have run"


def as_table(table: DecisionTable) -> bytes:
    found = table.standings
    grid = _grid(COLUMNS, [_row(standing) for standing in found])
    kinds = list(dict.fromkeys(kind for standing in found for kind in standing.kinds))
    rows = [[inert(kind), *(_of_kind(standing, kind) for standing in found)] for kind in kinds]
    by_kind = _grid(("right by kind", *(standing.strategy.value for standing in found)), rows)
    out = io.StringIO()
    console = Console(file=out, markup=False, highlight=False, width=200, no_color=True)
    console.print(inert(table.headline))
    if found:
        console.print()
        console.print(grid)
        console.print()
        console.print(by_kind)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).encode()


def as_json(table: DecisionTable) -> bytes:
    document = {
        "model": table.model,
        "suite": {"file": table.suite.path.name, "sha256": table.suite.sha256, "tasks": len(table.suite.tasks)},
        "runs_per_task": table.runs,
        "runs": {"wanted": table.wanted, "done": len(table.results), "counted": len(table.counted)},
        "stopped": table.stopped,
        "strategies": [standing.to_json() for standing in table.standings],
        "results": [result.to_json() for result in table.results],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def as_png(table: DecisionTable) -> bytes:
    """A panel each for accuracy with its interval, latency and cost; the strategies from top to bottom."""
    # matplotlib takes half a second to import: only who wants a picture waits for it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    found = table.standings[::-1]
    figure = Figure(figsize=(12, 2.2 + 0.5 * max(1, len(found))), layout="constrained")
    right, slow, costs = figure.subplots(1, 3, sharey=True)
    places = range(len(found))
    colours = ["#c0722f" if standing.strategy is BASELINE else "#1f3a5f" for standing in found]
    _accuracy(right, found, colours)
    slow.barh(places, [s.seconds_p95 for s in found], color="#9db4d0", label="p95")
    slow.barh(places, [s.seconds_p50 for s in found], color=colours, label="p50", height=0.5)
    slow.set_xlabel("seconds a run: p50 dark, p95 light")
    costs.barh(places, [s.cost_per_task_nano_usd / NANO for s in found], color=colours)
    costs.set_xlabel("US dollars a task")
    if not any(standing.cost_per_task_nano_usd for standing in found):
        costs.set_xlim(0, 1)
        costs.text(0.5, 0.5, "no cost", transform=costs.transAxes, ha="center", va="center")
    right.set_yticks(places, [_name(standing) for standing in found])
    figure.suptitle(inert(table.headline).replace("$", r"\$"))
    picture = io.BytesIO()
    figure.set_canvas(FigureCanvasAgg(figure))
    with warnings.catch_warnings(action="ignore"):
        # A name in a script that the font lacks shows as boxes, which says as much.
        figure.savefig(picture, format="png", dpi=120)
    return picture.getvalue()


def _accuracy(axes: Any, found: Sequence[Standing], colours: Sequence[str]) -> None:
    for place, (standing, colour) in enumerate(zip(found, colours, strict=True)):
        low, high = standing.interval
        axes.plot([100 * low, 100 * high], [place, place], color=colour, linewidth=2)
        axes.plot([100 * standing.accuracy], [place], "o", color=colour, markersize=8)
        axes.annotate(f"{standing.accuracy:.0%}", (100 * standing.accuracy, place), (0, 8), textcoords="offset points")
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, max(0, len(found) - 1) + 0.6)
    axes.set_xlabel("right answers in %, with the 95 % interval")
    axes.grid(axis="x", alpha=0.3)


def _grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        grid.add_column(column, justify="right" if place else "left")
    for row in rows:
        grid.add_row(*row)
    return grid


def _row(standing: Standing) -> list[str]:
    low, high = standing.interval
    against = "baseline" if standing.strategy is BASELINE else f"+{standing.better} −{standing.worse}"
    return [
        standing.strategy.value + (f" ({standing.failed} failed)" if standing.failed else ""),
        str(standing.tasks),
        _seconds(standing.seconds_p50),
        _seconds(standing.seconds_p95),
        f"${usd(round(standing.cost_per_task_nano_usd, -3))}",
        f"{standing.accuracy:.1%}",
        f"{low:.1%} to {high:.1%}",
        against,
    ]


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.3f} s"


def _of_kind(standing: Standing, kind: str) -> str:
    right, runs = standing.kinds.get(kind, (0, 0))
    return f"{right}/{runs}" if runs else "·"


def _name(standing: Standing) -> str:
    return f"{standing.strategy.value} (baseline)" if standing.strategy is BASELINE else standing.strategy.value


FORMATS: Mapping[str, Callable[[DecisionTable], bytes]] = {"table": as_table, "json": as_json, "png": as_png}
