"""A spend report as table, JSON, CSV and picture; every format is (SpendReport) → bytes."""

import csv
import io
import json
import warnings
from collections.abc import Callable, Mapping
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from bot.outgoing.blocks.amounts import counted
from bot.terminal.terminal import inert
from storage.money.amounts import NANO, dollars
from storage.money.spend import SpendReport

COUNTS = ("runs", "llm_calls", "input_tokens", "output_tokens")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula and may run it; an apostrophe makes it text."""


def as_table(report: SpendReport) -> bytes:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in (report.by, "spent", "of it estimated", "runs", "calls", "tokens in", "tokens out"):
        grid.add_column(name, justify="left" if name == report.by else "right")
    for group in report.groups:
        usage = group.cost.usage
        grid.add_row(
            inert(group.key) or "–",
            dollars(group.cost.nano_usd),
            dollars(group.cost.estimated_nano_usd),
            str(group.runs),
            str(group.cost.llm_calls + group.cost.tool_calls),
            f"{usage.input_tokens:,}",
            f"{usage.output_tokens:,}",
        )
    out = Console(file=io.StringIO(), markup=False, highlight=False, width=200, no_color=True)
    out.print(summary(report))
    if report.groups:
        out.print()
        out.print(grid)
    text = out.file.getvalue() if isinstance(out.file, io.StringIO) else ""
    return "\n".join(line.rstrip() for line in text.split("\n")).encode()


def summary(report: SpendReport) -> str:
    budget = "no budget" if report.budget_nano_usd is None else f"of {dollars(report.budget_nano_usd)}"
    runs = report.runs
    return (
        f"{report.team_id} · {report.period} ({report.timezone}) · {dollars(report.spent_nano_usd)} spent {budget}, "
        f"{dollars(report.estimated_nano_usd)} of it estimated, {dollars(report.held_nano_usd)} held now · "
        f"{counted(runs.get('total', 0), 'run')}, {runs.get('approved', 0)} approved"
    )


def as_json(report: SpendReport) -> bytes:
    return (json.dumps(report.to_json(), indent=2, ensure_ascii=False) + "\n").encode()


def as_csv(report: SpendReport) -> bytes:
    text = io.StringIO()
    columns = (report.by, "spent_usd", "estimated_usd", *COUNTS)
    rows = csv.writer(text)
    rows.writerow(columns)
    for group in report.to_json()["groups"]:
        rows.writerow([guarded(group["key"]), *(group[name] for name in columns[1:])])
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def as_png(report: SpendReport) -> bytes:
    """Bars, most expensive first; the estimated part lighter."""
    # matplotlib takes half a second to import: only who wants a picture waits for it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    groups = report.groups[::-1]
    names = [inert(group.key).replace("$", r"\$")[:40] or "–" for group in groups]
    totals = [float(Decimal(group.cost.nano_usd) / NANO) for group in groups]
    guesses = [float(Decimal(group.cost.estimated_nano_usd) / NANO) for group in groups]
    figure = Figure(figsize=(9, 1.6 + 0.4 * max(1, len(groups))), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(groups))
    axes.barh(places, totals, color="#1f3a5f", label="measured")
    axes.barh(places, guesses, color="#9db4d0", label="estimated")
    axes.set_yticks(places, names)
    axes.set_xlabel("US dollars")
    axes.set_title(f"{report.team_id}, {report.period}: {dollars(report.spent_nano_usd)}".replace("$", r"\$"))
    if groups:
        axes.legend(loc="lower right")
    picture = io.BytesIO()
    figure.set_canvas(FigureCanvasAgg(figure))
    with warnings.catch_warnings(action="ignore"):
        # A name in a script that the font lacks shows as boxes, which says as much.
        figure.savefig(picture, format="png")
    return picture.getvalue()


FORMATS: Mapping[str, Callable[[SpendReport], bytes]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "png": as_png,
}
