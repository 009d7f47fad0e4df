"""A stopped run as the terminal shows it: answer, numbered sources, notes, cost, and what to do next."""

from decimal import Decimal
from typing import Any

from bot.bootstrap import Services
from bot.outgoing.blocks.amounts import counted
from bot.outgoing.blocks.inquiry import brief
from bot.outgoing.view.proof import with_places
from bot.outgoing.view.run_view import RunView
from bot.terminal import terminal
from bot.terminal.output import Shown, exported
from bot.terminal.reply import ESCALATE, question
from orchestration.values.domain import Critique, Draft, RunStatus
from orchestration.values.limits import OFFLINE
from storage.money.amounts import NANO, dollars
from storage.runs.show import show

RETRY = "`threadwork retry {run}` continues from what is already paid for."
REPEATS = "Going on would only bring the same. Once that is changed, `threadwork retry {run}` takes it up."
HINTS = {
    RunStatus.AWAITING_REVIEW: "Decide: `threadwork review {run} approve`, or `… request_revisions --note N1`.",
    RunStatus.AWAITING_INPUT: "Answer: `threadwork answer {run} ANSWER`.",
    RunStatus.COMPLETE: "Not right yet? `threadwork review {run} request_revisions --comment TEXT` has it revised.",
    RunStatus.PAUSED: RETRY,
    RunStatus.ERROR: RETRY,
    RunStatus.CANCELLED: RETRY,
    RunStatus.EXPIRED: RETRY,
}


async def present(services: Services, view: RunView, *, shown: Shown) -> None:
    document = await show(services.database, view.run_id)
    ending, newest = view.ended, view.newest
    draft = newest.draft if newest else ending.partial if ending else None
    if shown.as_json or shown.output:
        document = await with_places(services.database, document, draft)
    if shown.output and draft:
        exported(document, shown.output)
    if shown.as_json:
        terminal.print_json(document)
    else:
        if draft:
            print_draft(draft, newest.critique if newest else None)
        terminal.say(cost_line(document))
    if ending:
        terminal.complain(ending.sentence or "The run was cancelled.")
    if shown.quiet:
        return
    if inquiry := view.open_inquiry:
        for line in question(inquiry):
            terminal.mention(line)
    elif more := _more_workers(view):
        terminal.mention(more)
    repeats = ending is not None and ending.repeats
    if hint := REPEATS if repeats else HINTS.get(RunStatus(document["status"])):
        terminal.mention(hint.format(run=view.run_id))


def _more_workers(view: RunView) -> str | None:
    newest = view.newest
    if view.status is not RunStatus.AWAITING_REVIEW or newest is None or newest.offered is None:
        return None
    return f"More workers may close a gap: {brief(newest.offered)}. `threadwork answer {view.run_id} {ESCALATE}`."


def print_draft(draft: Draft, critique: Critique | None) -> None:
    terminal.markdown(draft.answer)
    missing = [gap for gap in draft.gaps if gap not in draft.answer]
    _section("What this version changed", [f"- {sentence}" for sentence in draft.changed])
    _section("What is missing", [f"- {sentence}" for sentence in missing])
    sources = enumerate(draft.sources, 1)
    _section("Sources", [f"[{number}] {source.title} {source.url}".rstrip() for number, source in sources])
    notes = critique.notes if critique else ()
    whose = "Notes of the evidence check" if critique and critique.final else "The critic's notes"
    _section(whose, [f"{note.note_id} ({note.kind}) {note.text}" for note in notes])
    terminal.say()


def cost_line(document: dict[str, Any]) -> str:
    usage = document["usage"]
    models = sorted({step["model"] for step in document["steps"] if step["model"]})
    parts = [
        _cost(document),
        counted(usage["llm_calls"], "model call"),
        f"{usage['input_tokens']:,} tokens in, {usage['output_tokens']:,} out",
        f"{document['seconds']:.1f} s",
        document["strategy"] or "no route",
        *models,
    ]
    line = " · ".join(parts)
    return (
        f"{line}\nWritten by the offline model: quotes from the library, no conclusions." if OFFLINE in models else line
    )


def _cost(document: dict[str, Any]) -> str:
    """The total, and how much of it is a guess."""
    total, guess = (Decimal(document[name]) for name in ("cost_usd", "estimated_cost_usd"))
    if not guess:
        return money(document["cost_usd"])
    part = "" if guess == total else f"{money(document['estimated_cost_usd'])} of it "
    return f"{money(document['cost_usd'])} ({part}estimated)"


def money(usd: str) -> str:
    """An amount of the JSON as people read it."""
    return dollars(int(Decimal(usd) * NANO))


def _section(title: str, lines: list[str]) -> None:
    if lines:
        terminal.say(f"\n{title}")
        for line in lines:
            terminal.say(line)
