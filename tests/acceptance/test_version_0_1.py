"""A file that version 0.1 wrote goes on in this version: nothing is lost, and nothing that was done is done again.

The file is that of a `threadwork demo` of version 0.1.0 on the handbook: the suggested question, awaiting its review;
one that the asker's own budget paused; one that worked when the process was killed with `kill -9`.
"""

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from warm_start import WarmStart

from bot.bootstrap import open_services
from bot.setup.settings import load
from orchestration.values.domain import RunStatus

WRITTEN = Path(__file__).with_name("version_0_1.db.gz")
AWAITING, PAUSED, KILLED = "r_tsgdnc69yy", "r_dtf2qwhttn", "r_a4hygwh52a"


class Old:
    """The file, and commands of this version on it."""

    def __init__(self, folder: Path, warm: WarmStart) -> None:
        self._folder, self._warm, self.path = folder, warm, folder / "threadwork.db"
        self.path.write_bytes(gzip.decompress(WRITTEN.read_bytes()))

    def threadwork(self, *arguments: str) -> Any:
        """What the command prints with --json."""
        code, out, err = self._warm.threadwork(*arguments, "--json", folder=self._folder, settings={}).communicate()
        assert (0, False) == (code, "Traceback" in err), err
        return json.loads(out)

    def steps(self, run_id: str) -> dict[str, tuple[Any, ...]]:
        """By place, those that count and those that were replaced alike."""
        with sqlite3.connect(self.path) as conn:
            rows = conn.execute(
                "SELECT key || ' ' || superseded, id, at, result FROM steps WHERE run_id = ?", (run_id,)
            ).fetchall()
        return {row[0]: row[1:] for row in rows}

    def holds(self, run_id: str) -> int:
        with sqlite3.connect(self.path) as conn:
            return int(conn.execute("SELECT count(*) FROM holds WHERE run_id = ?", (run_id,)).fetchone()[0])


@pytest.fixture
def old(tmp_path: Path, warm: WarmStart) -> Old:
    return Old(tmp_path, warm)


def test_the_draft_that_waits_is_shown_whole_and_approved(old: Old) -> None:
    shown = old.threadwork("show", AWAITING)
    assert ("awaiting_review", "supervisor", 1) == (shown["status"], shown["strategy"], shown["draft_version"])
    assert {"s1", "s2", "s3"} == {part["subtask_id"] for part in shown["subtasks"]}
    assert {source["source_id"] for source in shown["sources"]} >= {claim["source_id"] for claim in shown["claims"]}
    assert {"quoted"} == {claim["support"] for claim in shown["claims"]}

    before = old.steps(AWAITING)
    approved = old.threadwork("review", AWAITING, "approve")
    assert ("complete", shown["answer"]) == (approved["status"], approved["answer"])
    assert before == old.steps(AWAITING)


def test_a_revision_of_one_note_works_on_that_part_alone(old: Old) -> None:
    shown, before = old.threadwork("show", AWAITING), old.steps(AWAITING)
    note = shown["critiques"][0]["notes"][0]
    revised = old.threadwork("review", AWAITING, "request_revisions", "--note", note["note_id"])

    assert 2 == revised["draft_version"]
    after = old.steps(AWAITING)
    assert before == {place: step for place, step in after.items() if place in before}
    worked = {place for place in after.keys() - before.keys() if "/worker/" in place}
    assert worked and all(place.startswith(f"v2/worker/{note['subtask_id']}/") for place in worked)
    untouched = {part["subtask_id"]: part["report"] for part in shown["subtasks"]}
    assert all(
        untouched[part["subtask_id"]] == part["report"]
        for part in revised["subtasks"]
        if part["subtask_id"] != note["subtask_id"]
    )


def test_a_paused_run_goes_on_from_what_it_has(old: Old) -> None:
    before, held = old.steps(PAUSED), old.holds(PAUSED)
    ended = old.threadwork("retry", PAUSED)
    assert_went_on(old, ended, before, held)


async def test_a_killed_run_goes_on_from_what_it_has(old: Old) -> None:
    before, held = old.steps(KILLED), old.holds(KILLED)
    async with open_services(load(None, database_url=f"sqlite+aiosqlite:///{old.path}"), drive=True) as services:
        changes = services.database.subscribe()
        while (await services.runs.get(KILLED)).status in {RunStatus.QUEUED, RunStatus.RUNNING}:
            await changes.wait(1.0)
    assert_went_on(old, old.threadwork("show", KILLED), before, held)


def assert_went_on(old: Old, ended: Any, before: dict[str, tuple[Any, ...]], held: int) -> None:
    assert ended["status"] in {"complete", "awaiting_review"}
    assert ended["answer"]
    after = old.steps(ended["run_id"])
    assert before == {place: step for place, step in after.items() if place in before}
    calls = [place for place in after.keys() - before.keys() if "/chat/" in place]
    assert held + len(calls) >= old.holds(ended["run_id"])


def test_the_ledger_of_the_old_file_adds_up(old: Old) -> None:
    assert old.threadwork("ledger", "verify")["ok"]
