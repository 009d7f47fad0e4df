"""`threadwork eval`: how good the house is, on labelled data and in its own history."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import decision_table, session, terminal

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from bot.evaluation.retrieval import Choice
    from bot.evaluation.router import Score
    from orchestration.domain import Strategy
    from orchestration.ports import PastRuns
    from storage.past import RouteRecord

ROUTER_EXAMPLE = "threadwork eval router --file questions.jsonl --json"

RETRIEVAL_EXAMPLE = "threadwork eval retrieval --file questions.jsonl --library documents.jsonl --json"

group = typer.Typer(
    no_args_is_help=True,
    help="Measure strategies, routing and search on labelled data, and how the runs of each route ended.",
)
group.command(epilog=f"Example: {decision_table.EXAMPLE}")(decision_table.strategies)


@group.command(epilog=f"Example: {ROUTER_EXAMPLE}")
def router(
    file: Annotated[
        Path | None,
        typer.Option(metavar="F.jsonl", help="Rows {question, label}; left out: the set that ships with Threadwork."),
    ] = None,
    half: Annotated[str | None, typer.Option(metavar="tune|held-out", help="Only this half of the rows.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Show how this installation's runs ended instead.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how often the rules choose the right route; no model is asked."""
    if history:
        session.with_services(lambda services: _history(services, as_json))
    else:
        session.finish(_labelled(file, half, as_json))


async def _labelled(file: Path | None, half: str | None, as_json: bool) -> None:
    from bot.evaluation import router as evaluation
    from orchestration.errors import AskerError

    if half not in (None, "tune", "held-out"):
        raise AskerError(f"{half} is no half. Choose tune or held-out.")
    rows = evaluation.read_rows(file or evaluation.SHIPPED)
    chosen = [row for row in rows if half is None or evaluation.half(row.question) == half]
    if not chosen:
        raise AskerError("No row falls into that half. Leave --half out.")
    score = evaluation.score(chosen)
    if as_json:
        terminal.print_json(score.to_json())
    else:
        _print_score(score)


@group.command(epilog=f"Example: {RETRIEVAL_EXAMPLE}")
def retrieval(
    file: Annotated[
        Path | None,
        typer.Option(metavar="F.jsonl", help="Rows {query, relevant}; left out: the set that ships with Threadwork."),
    ] = None,
    library: Annotated[
        Path | None, typer.Option(metavar="D.jsonl", help="Documents {id, title, text, source?} to search in.")
    ] = None,
    half: Annotated[str | None, typer.Option(metavar="tune|held-out", help="Only this half of the rows.")] = None,
    style: Annotated[
        str | None, typer.Option(metavar="asked|searched", help="Only rows of this `style`, as the shipped set has it.")
    ] = None,
    misses: Annotated[int, typer.Option(min=0, metavar="N", help="Show the N questions that were answered worst.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how good and how fast search is, with the real library on a temporary file; no model is asked."""
    from bot.evaluation.retrieval import Choice

    session.finish(_retrieval(Choice(file, library, half, style), misses, as_json))


async def _retrieval(choice: "Choice", misses: int, as_json: bool) -> None:
    from bot.clock import SystemClock
    from bot.evaluation import retrieval as evaluation

    rows, documents = evaluation.data(choice)
    async with evaluation.temporary_library(SystemClock()) as library:
        indexed = await evaluation.index(library, documents)
        score = await evaluation.evaluate(library, indexed, rows)
    if score.unknown:
        shown = ", ".join(score.unknown[:3])
        terminal.mention(f"{len(score.unknown)} relevant ids are no document's and count as not found: {shown} …")
    worst = score.misses[:misses]
    if as_json:
        listed = [{"query": query, "ndcg_at_10": round(gain, 4)} for query, gain in worst]
        terminal.print_json(evaluation.to_json(score, indexed) | ({"misses": listed} if listed else {}))
        return
    for query, gain in worst:
        terminal.say(f"{gain:.3f}  {query}")
    terminal.say(evaluation.sentence(score, indexed))


def _print_score(score: "Score") -> None:
    chosen = sorted({name for row in score.confusion.values() for name in row})
    columns = ("label", "rows", "precision", "recall", "F1", *(f"→ {name}" for name in chosen))
    rows = [
        [
            label,
            str(found.rows),
            *(f"{share:.3f}" for share in (found.precision, found.recall, found.f1)),
            *(str(score.confusion[label].get(name, 0) or "·") for name in chosen),
        ]
        for label, found in score.labels.items()
    ]
    terminal.table(columns, rows, right=columns[1:])
    terminal.say(f"\n{score.rows} questions · accuracy {score.accuracy:.3f} · macro-F1 {score.macro_f1:.3f}")


async def _history(services: "Services", as_json: bool) -> None:
    records = await services.past.records()
    past = await services.past.runs()
    if as_json:
        terminal.print_json({"routes": [_record_json(record, past.get(record.strategy)) for record in records]})
    elif records:
        columns = ("route", "runs", "approved at first pass", "revised", "discarded", "nobody decided", "cost a run")
        terminal.table((*columns, "inside its band"), [_record_row(r, past) for r in records], right=columns[1:])
    else:
        terminal.mention("No run has come to a draft yet. `threadwork ask QUESTION` starts one.")


def _record_json(record: "RouteRecord", past: "PastRuns | None") -> dict[str, Any]:
    from storage.money import usd

    return {
        "strategy": record.strategy.value,
        "runs": record.runs,
        "approved_at_first_pass": record.approved_at_first_pass,
        "revised": record.revised,
        "discarded": record.discarded,
        "not_reviewed": record.not_reviewed,
        "cost_usd": usd(record.cost_nano_usd),
        "cost_per_run_usd": usd(record.cost_nano_usd // record.runs),
        "estimates": estimates_json(past),
    }


def estimates_json(past: "PastRuns | None") -> dict[str, Any] | None:
    """How good earlier estimates were; None where no run has cost anything yet."""
    if past is None:
        return None
    return {"runs": past.count, "inside": past.inside, "median_error": round(past.error, 3)}


def _record_row(record: "RouteRecord", past: "dict[Strategy, PastRuns] | Any") -> list[str]:
    from storage.money import dollars

    known = past.get(record.strategy)
    return [
        record.strategy.value,
        *(str(n) for n in (record.runs, record.approved_at_first_pass, record.revised, record.discarded)),
        str(record.not_reviewed),
        dollars(record.cost_nano_usd // record.runs),
        "" if known is None else f"{known.inside} of {known.count}",
    ]
