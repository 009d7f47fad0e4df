"""How a run's work looks on standard error."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console

from bot.outgoing.view.folding import fold
from bot.outgoing.view.run_view import RunView
from bot.terminal.progress import LineProgress, LiveProgress, lines, progress
from orchestration.values import events as ev
from orchestration.values.domain import (
    Critique,
    Draft,
    Note,
    NoteKind,
    Route,
    Source,
    Strategy,
    Subtask,
    Verdict,
    WorkerReport,
)
from storage.runs.events import StoredEvent

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SOURCE = Source("d_1", "Flask", "file:flask.md", AT, "hash")
REPORT = WorkerReport("s1", "Flask", "Small.", sources=(SOURCE,), cost_nano_usd=1_200_000, seconds=2.04)
FAILED = WorkerReport("s2", "Django", "", error="The library has nothing on it.")
WORK: tuple[ev.Event, ...] = (
    ev.RunStarted(epoch=1, draft_version=1, resumed=False, kept_steps=0),
    ev.RouteChosen(Route(Strategy.SUPERVISOR, "Two things.", 2, 10_000_000, 50_000_000)),
    ev.PlanReady(1, (Subtask("s1", "Flask", ""), Subtask("s2", "Django", ""))),
    ev.SubtaskStarted(1, "s1"),
    ev.SubtaskProgressed(1, "s1", "Searching for \x1b[31mFlask", "1"),
    ev.SubtaskCompleted(1, REPORT),
    ev.SubtaskCompleted(1, FAILED),
    ev.DraftReady(Draft(1, "Flask is small.", (REPORT, FAILED), (SOURCE,))),
    ev.CritiqueReady(Critique(1, Verdict.REVISE, (Note("N1", NoteKind.MISSING, "Nothing on Django."),))),
)


def view(events: Sequence[ev.Event]) -> RunView:
    stored = (
        StoredEvent(number, "r_1", AT + timedelta(seconds=number), event) for number, event in enumerate(events, 1)
    )
    return fold("r_1", stored)


def test_a_worker_that_works_shows_what_it_does_without_control_characters() -> None:
    assert lines(view(WORK[:5])) == [
        "Run r_1",
        "Route: supervisor ($0.01 to $0.05). Two things.",
        "  ▸ Flask: Searching for  [31mFlask",
        "  · Django",
    ]


def test_a_finished_worker_shows_its_sources_or_its_error_and_its_bill() -> None:
    assert lines(view(WORK))[2:] == [
        "  ✓ Flask: 1 source ($0.0012, 2.0 s)",
        "  ✗ Django: The library has nothing on it. ($0.00, 0.0 s)",
        "Draft 1 is written.",
        "The critic of draft 1: 1 note.",
    ]


def test_a_run_that_was_taken_up_again_says_what_is_kept() -> None:
    resumed = ev.RunStarted(epoch=2, draft_version=1, resumed=True, kept_steps=7)
    assert lines(view([resumed]))[1] == "Resumed: 7 finished steps are kept."


def test_into_a_pipe_every_line_goes_once() -> None:
    console = Console(file=io.StringIO(), width=200)
    with progress(console) as shown:
        assert isinstance(shown, LineProgress)
        for count in range(1, len(WORK) + 1):
            shown.show(view(WORK[:count]))
            shown.show(view(WORK[:count]))
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue().splitlines()
    assert len(printed) == len(set(printed)) == 10


def test_on_a_terminal_the_last_state_stays() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with progress(console) as shown:
        assert isinstance(shown, LiveProgress)
        shown.show(view(WORK[:3]))
        shown.show(view([*WORK, ev.ReviewAwaited(1)]))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines()[-2].rstrip() == "The critic of draft 1: 1 note."
