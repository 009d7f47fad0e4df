"""`threadwork review`, `cancel` and `retry`: what a person decides about a run."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit, user_id
from orchestration.values.domain import Critique, Decision, Review, RunStatus
from orchestration.values.errors import AskerError
from orchestration.values.states import AT_WORK

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from bot.terminal import following

REVIEW_EXAMPLE = "threadwork review r_7k2m9p4xqa request_revisions --note N1 --comment 'Name the licence.'"
CANCEL_EXAMPLE = "threadwork cancel r_7k2m9p4xqa"
RETRY_EXAMPLE = "threadwork retry r_7k2m9p4xqa"

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run id, r_….", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole run as one JSON document.")]


def review(
    run: RunId,
    decision: Annotated[Decision, typer.Argument(help="The decision.", show_default=False)],
    note: Annotated[
        list[str] | None, typer.Option(metavar="N1", help="A note to fix; repeatable. Default: all notes.")
    ] = None,
    comment: Annotated[str, typer.Option(metavar="TEXT", help="What to change, in your own words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Approve a draft, discard it, or have it revised. A revision runs here, or in the `serve` on the same database."""
    wanted = tuple(dict.fromkeys(name.upper() for name in note or ()))

    async def begin(services: "Services") -> str:
        await _decide(services, run, decision, notes=wanted, comment=comment.strip())
        return run

    if decision is Decision.REQUEST_REVISIONS:
        session.finish(_drive(begin, as_json))
    else:
        _change(run, begin, DECIDED[decision], as_json)


def cancel(run: RunId, as_json: AsJson = False) -> None:
    """Stop a run. What is paid for is kept."""

    async def stop(services: "Services") -> str:
        if not await services.runs.cancel(run, user_id()):
            status = (await services.runs.get(run)).status
            raise AskerError(f"Run {run} is {status}: there is nothing to stop.")
        return run

    _change(run, stop, "Cancelled.", as_json)


def retry(run: RunId, as_json: AsJson = False) -> None:
    """Continue a run that failed, paused, expired or was cancelled, from what is already paid for."""

    async def begin(services: "Services") -> str:
        cap = services.settings.run_budget_nano_usd
        if not await services.runs.retry(run, user_id(), budget_nano_usd=cap):
            status = (await services.runs.get(run)).status
            rule = f"Run {run} is {status}: only failed, paused, cancelled or expired runs can be retried."
            raise AskerError(f"{rule} {TAKEN_UP}" if status in AT_WORK else rule)
        return run

    session.finish(_drive(begin, as_json))


TAKEN_UP = "If the process that worked on it is gone, the next `threadwork serve` or `ask` takes it up."
DECIDED = {Decision.APPROVE: "Approved.", Decision.DISCARD: "Discarded."}


async def _drive(begin: "following.Begin", as_json: bool) -> Exit:
    from bot.terminal import following
    from bot.terminal.output import Shown

    return await following.to_its_end(begin, shown=Shown(as_json), stay=False)


def _change(run: str, change: "following.Begin", said: str, as_json: bool) -> None:
    """A row is changed, and the driver notices."""

    async def work(services: "Services") -> None:
        from storage.runs.show import show

        await change(services)
        if as_json:
            terminal.print_json(await show(services.database, run))
        else:
            terminal.say(f"{said} Run {run}.")

    session.with_services(work)


async def _decide(
    services: "Services", run_id: str, decision: Decision, *, notes: tuple[str, ...], comment: str
) -> None:
    from bot.outgoing.view import folding

    run = await services.runs.get(run_id)
    newest = folding.fold(run_id, await services.events.of(run_id)).newest
    if newest is None:
        raise AskerError(f"Run {run_id} is {run.status} and has no draft to decide on.")
    chosen = notes
    if decision is Decision.REQUEST_REVISIONS:
        chosen = _notes_to_fix(newest.critique, notes, comment)
    version = newest.draft.version
    given = Review(user_id(), decision, services.clock.now(), version, comment=comment, note_ids=chosen)
    if not await services.runs.review(run_id, given):
        raise AskerError(_refusal(run_id, (await services.runs.get(run_id)).status, decision))


def _notes_to_fix(critique: Critique | None, named: tuple[str, ...], comment: str) -> tuple[str, ...]:
    known = tuple(note.note_id for note in critique.notes) if critique else ()
    unknown = [name for name in named if name not in known]
    if unknown:
        has = f"the notes {', '.join(known)}" if known else "no notes"
        raise AskerError(f"There is no note {', '.join(unknown)}: the draft has {has}.")
    if not named and not comment:
        if not known:
            raise AskerError("The draft has no notes. Say what to change with --comment TEXT.")
        return known
    return named


def _refusal(run_id: str, status: RunStatus, decision: Decision) -> str:
    if status in AT_WORK:
        return f"Run {run_id} is {status}: a newer draft is on its way. Decide on that one."
    if status is RunStatus.COMPLETE:
        return f"Run {run_id} is complete and decided. You can still ask for a new version with `request_revisions`."
    return f"Run {run_id} is {status}: `{decision}` is no longer possible. `threadwork show {run_id}` says why."
