"""A run's work as lines on standard error: redrawn in place on a terminal, one after the other elsewhere."""

from types import TracebackType
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from bot.outgoing.blocks.team import team
from bot.outgoing.view.run_view import RunView, WorkerView
from orchestration.values.domain import RunStatus, SubtaskStatus
from orchestration.values.states import AT_WORK
from storage.money.amounts import dollars

MARKS = {
    SubtaskStatus.PENDING: "·",
    SubtaskStatus.IN_PROGRESS: "▸",
    SubtaskStatus.COMPLETE: "✓",
    SubtaskStatus.ERROR: "✗",
}


class Progress(Protocol):
    def show(self, view: RunView) -> None: ...

    def __enter__(self) -> "Progress": ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """The last state stays."""


def progress(console: Console) -> Progress:
    return LiveProgress(console) if console.is_terminal else LineProgress(console)


class LiveProgress:
    """Redraws the whole run; what left the screen's height is cut at its end, never repeated."""

    def __init__(self, console: Console) -> None:
        self._spinner = Spinner("dots")
        self._live = Live(console=console, refresh_per_second=8, vertical_overflow="ellipsis")

    def show(self, view: RunView) -> None:
        rows: list[RenderableType] = [Text(line, overflow="ellipsis", no_wrap=True) for line in lines(view)]
        if view.status in AT_WORK:
            self._spinner.update(text=Text(_now(view), style="dim"))
            rows.append(self._spinner)
        self._live.update(Group(*rows))

    def __enter__(self) -> "LiveProgress":
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()


class LineProgress:
    """Prints each line once: for pipes and logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed: set[str] = set()

    def show(self, view: RunView) -> None:
        for line in lines(view):
            if line not in self._printed:
                self._printed.add(line)
                self._console.print(line)

    def __enter__(self) -> "LineProgress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return None


def lines(view: RunView) -> list[str]:
    """From the route down to the newest draft; a line says one thing, so that a changed one is news."""
    found = [f"Run {view.run_id}"]
    if view.kept_steps:
        found.append(f"Resumed: {view.kept_steps} finished steps are kept.")
    if view.route:
        band = f"{dollars(view.route.estimate_low_nano_usd)} to {dollars(view.route.estimate_high_nano_usd)}"
        found.append(f"Route: {view.route.strategy} ({band}). {view.route.reason}")
    found += [f"  {MARKS[worker.status]} {_one_line(worker)}" for worker in view.workers]
    found += [f"Note: {retried.sentence}" for retried in view.retried]
    found += [f"Note: {sentence}" for sentence in view.setbacks]
    for version in view.versions:
        found.append(f"Draft {version.draft.version} is written.")
        if version.critique:
            verdict = _verdict(len(version.critique.notes))
            found.append(f"The {team(view.route).reviewer} of draft {version.draft.version}: {verdict}.")
    return [_inert(line) for line in found]


def _one_line(worker: WorkerView) -> str:
    if worker.report is None or worker.status is SubtaskStatus.IN_PROGRESS:
        return f"{worker.title}: {worker.activity}" if worker.activity else worker.title
    report = worker.report
    bill = f"{dollars(report.cost_nano_usd)}, {report.seconds:.1f} s"
    if report.error:
        return f"{worker.title}: {report.error} ({bill})"
    sources = len(report.sources)
    return f"{worker.title}: {sources} {'source' if sources == 1 else 'sources'} ({bill})"


def _verdict(notes: int) -> str:
    if notes == 0:
        return "no notes"
    return "1 note" if notes == 1 else f"{notes} notes"


def _now(view: RunView) -> str:
    if view.status is RunStatus.QUEUED:
        return "waiting for its turn"
    if view.route is None:
        return "choosing a route"
    if any(worker.status in (SubtaskStatus.PENDING, SubtaskStatus.IN_PROGRESS) for worker in view.workers):
        return "researching"
    return "writing and checking the answer" if view.workers else "planning"


def _inert(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)
