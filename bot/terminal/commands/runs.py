"""`threadwork runs` and `threadwork show`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.terminal import session, terminal
from orchestration.values.domain import RunStatus
from orchestration.values.text import cut

if TYPE_CHECKING:
    from bot.bootstrap import Services

RUNS_EXAMPLE = "threadwork runs --status awaiting_review"
SHOW_EXAMPLE = "threadwork show r_7k2m9p4xqa"

COLUMNS = ("run", "asked", "status", "strategy", "cost", "seconds", "who", "question")
STEP_COLUMNS = ("step", "agent", "operation", "model", "in", "out", "cost", "seconds")
SHORT = 60
MOST = 1_000_000


def runs(
    team: Annotated[str | None, typer.Option(metavar="T", help="Default: the one connected workspace.")] = None,
    status: Annotated[RunStatus | None, typer.Option(help="Only runs with this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List runs, newest first."""

    async def work(services: "Services") -> None:
        from storage.runs.show import head

        statuses = (status,) if status else ()
        heads = [
            head(line)
            for line in await services.runs.list(
                team_id=await session.team_of(services, team), statuses=statuses, limit=limit
            )
        ]
        if as_json:
            terminal.print_json({"runs": heads})
        elif heads:
            terminal.table(COLUMNS, [_row(line) for line in heads], right=("cost", "seconds"))
        else:
            terminal.mention("No runs found. `threadwork ask QUESTION` starts one.")

    session.with_services(work)


def show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run id, r_….", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show one run: route, subtasks, answer, notes, reviews, claims, and every step with its tokens, cost and time."""

    async def work(services: "Services") -> None:
        from bot.outgoing.view import folding
        from bot.outgoing.view.proof import proofs, with_places
        from storage.runs.show import show as whole

        document = await whole(services.database, run)
        view = folding.fold(run, await services.events.of(run))
        newest = view.newest
        draft = newest.draft if newest else view.ended.partial if view.ended else None
        if as_json:
            terminal.print_json(await with_places(services.database, document, draft))
            return
        _print_head(document)
        if newest:
            from bot.terminal.proof import print_proofs
            from bot.terminal.stopped_run import print_draft

            print_draft(newest.draft, newest.critique)
            print_proofs(await proofs(services.database, newest.draft))
        elif document["answer"]:
            terminal.markdown(document["answer"])
        _print_tail(document)

    session.with_services(work)


def _row(line: dict[str, Any]) -> list[str]:
    from bot.terminal.stopped_run import money

    question = " ".join(line["question"].split())
    return [
        line["run_id"],
        line["created_at"][:16].replace("T", " "),
        line["status"],
        line["strategy"] or "",
        money(line["cost_usd"]),
        f"{line['seconds']:.1f}",
        line["user_id"],
        cut(question, SHORT),
    ]


def _print_head(document: dict[str, Any]) -> None:
    from bot.terminal.stopped_run import cost_line

    terminal.say(f"{document['run_id']} · {document['status']}")
    terminal.say(document["question"])
    if document["error"]:
        terminal.say(f"Stopped: {document['error']}")
    if document["route"]:
        terminal.say(f"Route: {document['route']['strategy']}. {document['route']['reason']}")
    for sentence in document["setbacks"]:
        terminal.say(f"Note: {sentence}")
    for said in document["endpoint_said"]:
        terminal.say(f"The endpoint of {said['model']} said ({said['step_id']}): “{said['words']}”")
    for subtask in document["subtasks"]:
        terminal.say(
            f"  {subtask['status']:<12} {subtask['title']}{': ' + subtask['error'] if subtask['error'] else ''}"
        )
    for finding in document["findings"]:
        terminal.say(f"  {finding['subtask_id']} shared with other workers: {'; '.join(finding['claims'])}")
    terminal.say(cost_line(document))
    terminal.say()


def _consent(asked: dict[str, Any]) -> str:
    answer = asked["answer"]
    about = (
        f"may it cost {' to '.join(asked['route']['estimate_usd'])} USD?" if asked["kind"] == "price" else asked["text"]
    )
    if answer is None:
        return f"{asked['asked_at'][:16].replace('T', ' ')} asked: {about} No answer."
    given = answer["text"] if asked["kind"] == "clarification" else f"{answer['choice']}, {answer['route']['strategy']}"
    return f"{answer['at'][:16].replace('T', ' ')} {answer['user_id']}: {given} (asked: {about})"


def _round(found: dict[str, Any]) -> str:
    """`Version 2, by a person for N1: $0.002, 2 notes before and 0 after`."""
    from bot.outgoing.blocks.amounts import counted
    from bot.terminal.stopped_run import money

    who = {"person": "by a person", "itself": "automatically", "escalation": "by more workers"}[found["by"]]
    what = f" for {', '.join(found['note_ids'])}" if found["note_ids"] else ""
    known = found["fewer_notes"] is not None
    compared = f", {counted(found['notes_before'], 'note')} before and {found['notes_after']} after" if known else ""
    return f"Version {found['version']}, {who}{what}: {money(found['cost_usd'])}{compared}"


def _print_tail(document: dict[str, Any]) -> None:
    from bot.outgoing.blocks.amounts import counted
    from bot.terminal.stopped_run import money

    for found in document["rounds"]:
        terminal.say(_round(found))
    for asked in document["consents"]:
        terminal.say(_consent(asked))
    for review in document["reviews"]:
        about = " ".join([*review["note_ids"], review["comment"]]).strip()
        terminal.say(
            f"{review['at'][:16].replace('T', ' ')} {review['user_id']}: {review['decision']} {about}".rstrip()
        )
    claims, events = (counted(len(document[kind]), kind.removesuffix("s")) for kind in ("claims", "events"))
    terminal.say(f"{claims}, {events} (--json has all of them)")
    rows = [
        [
            step["step_id"],
            step["agent"],
            step["operation"],
            step["model"] or "",
            str(step["input_tokens"]),
            str(step["output_tokens"]),
            money(step["cost_usd"]),
            f"{step['seconds']:.2f}",
        ]
        for step in document["steps"]
    ]
    terminal.table(STEP_COLUMNS, rows, right=("in", "out", "cost", "seconds"))
    for hold in document["holds"]:
        _print_hold(hold)


def _print_hold(hold: dict[str, Any]) -> None:
    """Where the bill is a guess, or a person corrected it."""
    from bot.terminal.stopped_run import money

    for made in hold["adjustments"]:
        when, amounts = made["at"][:16].replace("T", " "), money(made["cost_usd"])
        terminal.say(
            f"{when} {made['by']}: hold {hold['hold_id']} ({hold['step_id']}) cost {amounts}: {made['reason']}"
        )
    if hold["estimated"]:
        terminal.say(
            f"Estimated: {money(hold['cost_usd'])} for {hold['step_id']}. If you know the real cost: "
            f"`threadwork ledger adjust {hold['hold_id']} USD --reason TEXT`"
        )
