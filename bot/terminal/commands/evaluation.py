"""`threadwork eval`: how good the house is, on labelled data and in its own history."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.terminal import decision_table, session, terminal
from orchestration.values.errors import AskerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.bootstrap import Services
    from bot.evaluation.retrieval import Choice
    from bot.evaluation.router import Mistake, Score
    from orchestration.values.domain import Strategy
    from orchestration.values.ports import PastRuns
    from storage.runs.past import RouteRecord
    from storage.runs.revisions import RevisionRecord

CLAIMS_EXAMPLE = "threadwork eval claims --file claims.jsonl --json"
ROUTER_EXAMPLE = "threadwork eval router --file questions.jsonl --json"

R = TypeVar("R")
"""A labelled row."""
RETRIEVAL_EXAMPLE = "threadwork eval retrieval --file questions.jsonl --library documents.jsonl --json"

group = typer.Typer(
    no_args_is_help=True,
    help="Measure strategies, router, search and claim check on labelled data, and how the runs of each route ended.",
)
group.command(epilog=f"Example: {decision_table.EXAMPLE}")(decision_table.strategies)


@group.command(epilog=f"Example: {ROUTER_EXAMPLE}")
def router(
    file: Annotated[
        Path | None,
        typer.Option(metavar="F.jsonl", help="Rows {question, label}; default: the set that ships with Threadwork."),
    ] = None,
    half: Annotated[str | None, typer.Option(metavar="tune|held-out", help="Only this half of the rows.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Instead show how this installation's runs ended.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how often the rules choose the right route; no model is called."""
    if history:
        session.with_services(lambda services: _history(services, as_json))
    else:
        session.finish(_labelled(file, half, as_json))


@group.command(epilog=f"Example: {CLAIMS_EXAMPLE}")
def claims(
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="F.jsonl",
            help="Rows {claim, evidence, label}; evidence is a list of sentences; quote is optional. "
            "Default: the set that ships with Threadwork.",
        ),
    ] = None,
    half: Annotated[str | None, typer.Option(metavar="tune|held-out", help="Only this half of the rows.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show which claims the deterministic critic flags, by label; no model is called."""
    session.finish(_claims(file, half, as_json))


async def _claims(file: Path | None, half: str | None, as_json: bool) -> None:
    from bot.evaluation import claims as evaluation

    rows = evaluation.read_rows(file) if file else evaluation.shipped()
    chosen = _of_half(half, rows, evaluation.half)
    found = evaluation.score(chosen)
    if as_json:
        terminal.print_json(found.to_json())
        return
    document = found.to_json()
    kinds = sorted({kind for counts in document["reasons"].values() for kind in counts})
    columns = ("label", "rows", "flagged", "mean score", "AUC", *kinds)
    table = [
        [
            label,
            str(document["rows"][label]),
            f"{flagged:.1%}",
            f"{document['mean_score'][label]:.2f}",
            f"{document['auc'][label]:.3f}" if label in document["auc"] else "",
            *(str(document["reasons"][label].get(kind, "·")) for kind in kinds),
        ]
        for label, flagged in document["flagged"].items()
    ]
    terminal.table(columns, table, right=columns[1:])
    terminal.say(f"\n{len(chosen)} claims · {document['ms_per_claim']:.1f} ms of CPU each")
    terminal.say(f"\nFlagged at other thresholds; in use: {document['threshold']:.2f}")
    labels = list(document["flagged"])
    curve = [
        [f"{step['threshold']:.2f}", *(f"{step['flagged'][label]:.1%}" for label in labels)]
        for step in document["curve"]
    ]
    terminal.table(("threshold", *labels), curve, right=("threshold", *labels))


def _of_half(half: str | None, rows: "Sequence[R]", half_of: "Callable[[R], str]") -> "list[R]":
    if half not in (None, "tune", "held-out"):
        raise AskerError(f"{half} is not a half. Choose tune or held-out.")
    chosen = [row for row in rows if half is None or half_of(row) == half]
    if not chosen:
        raise AskerError("No row is in that half. Leave out --half.")
    return chosen


async def _labelled(file: Path | None, half: str | None, as_json: bool) -> None:
    from bot.evaluation import router as evaluation

    rows = evaluation.read_rows(file or evaluation.SHIPPED)
    chosen = _of_half(half, rows, lambda row: evaluation.half(row.question))
    score = evaluation.score(chosen)
    if as_json:
        terminal.print_json(score.to_json())
    else:
        _print_score(score)


@group.command(epilog=f"Example: {RETRIEVAL_EXAMPLE}")
def retrieval(
    file: Annotated[
        Path | None,
        typer.Option(metavar="F.jsonl", help="Rows {query, relevant}; default: the set that ships with Threadwork."),
    ] = None,
    library: Annotated[
        Path | None, typer.Option(metavar="D.jsonl", help="Documents {id, title, text, source?} to search in.")
    ] = None,
    half: Annotated[str | None, typer.Option(metavar="tune|held-out", help="Only this half of the rows.")] = None,
    style: Annotated[
        str | None, typer.Option(metavar="asked|searched", help="Only rows of this `style`, as the shipped set has it.")
    ] = None,
    misses: Annotated[int, typer.Option(min=0, metavar="N", help="Show the N questions with the worst results.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how good and how fast search is, with the real library on a temporary file; no model is called."""
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
        terminal.mention(f"{len(score.unknown)} relevant ids belong to no document and count as not found: {shown} …")
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
    if score.mistakes:
        more, less = (
            [mistake for mistake in score.mistakes if (mistake.runs > 0) is dearer] for dearer in (True, False)
        )
        terminal.say(f"\n{_mistaken(more)} got more than they need: {_runs(more)} more.")
        terminal.say(f"{_mistaken(less)} got less than they need: {_runs(less)} less, and a thinner answer.")
    took = f"{score.ms_p50:.2f} ms of CPU a question, {score.ms_p95:.2f} ms at the 95th percentile"
    terminal.say(f"\n{score.rows} questions · accuracy {score.accuracy:.3f} · macro-F1 {score.macro_f1:.3f} · {took}")


def _mistaken(mistakes: "Sequence[Mistake]") -> str:
    from bot.outgoing.blocks.amounts import counted

    return counted(sum(mistake.rows for mistake in mistakes), "question")


def _runs(mistakes: "Sequence[Mistake]") -> str:
    return f"the cost of {abs(sum(mistake.runs for mistake in mistakes)):.1f} runs of one agent"


async def _history(services: "Services", as_json: bool) -> None:
    from storage.runs.revisions import revisions

    records = await services.past.records()
    past = await services.past.runs()
    revised = await revisions(services.database)
    if as_json:
        routes = [_record_json(record, past.get(record.strategy)) for record in records]
        terminal.print_json({"routes": routes, "revisions": _revisions_json(revised)})
    elif records:
        columns = ("route", "runs", "approved first time", "revised", "discarded", "nobody decided", "cost a run")
        terminal.table((*columns, "inside its band"), [_record_row(r, past) for r in records], right=columns[1:])
        if revised.revisions:
            terminal.say(_revisions_line(revised))
    else:
        terminal.mention("No run has reached a draft yet. `threadwork ask QUESTION` starts one.")


def _record_json(record: "RouteRecord", past: "PastRuns | None") -> dict[str, Any]:
    from storage.money.amounts import usd

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


def _revisions_json(revised: "RevisionRecord") -> dict[str, Any]:
    from storage.money.amounts import usd

    return {
        "revisions": revised.revisions,
        "compared": revised.compared,
        "fewer_notes": revised.fewer_notes,
        "cost_usd": usd(revised.cost_nano_usd),
    }


def _revisions_line(revised: "RevisionRecord") -> str:
    from bot.outgoing.blocks.amounts import counted
    from storage.money.amounts import dollars

    each = dollars(revised.cost_nano_usd // revised.revisions)
    fewer = f"the critic had fewer notes after {revised.fewer_notes} of {revised.compared}"
    return f"\n{counted(revised.revisions, 'revision')}, {each} each: {fewer}"


def estimates_json(past: "PastRuns | None") -> dict[str, Any] | None:
    """How good earlier estimates were; None where no run has cost anything yet."""
    if past is None:
        return None
    return {"runs": past.count, "inside": past.inside, "median_error": round(past.error, 3)}


def _record_row(record: "RouteRecord", past: "dict[Strategy, PastRuns] | Any") -> list[str]:
    from storage.money.amounts import dollars

    known = past.get(record.strategy)
    return [
        record.strategy.value,
        *(str(n) for n in (record.runs, record.approved_at_first_pass, record.revised, record.discarded)),
        str(record.not_reviewed),
        dollars(record.cost_nano_usd // record.runs),
        "" if known is None else f"{known.inside} of {known.count}",
    ]
