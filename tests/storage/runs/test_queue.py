"""The in-process queue: who works on which run, how many at once, and what cancel and drain leave behind."""

import asyncio
import logging
from collections import Counter
from contextvars import ContextVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.runs.queue import AtOnce, Queue


class Stage:
    """Runs that begin when the queue says so and end when the test does."""

    def __init__(self, *, runs_at_once: int = 20, team_runs_at_once: int = 3, user_runs_at_once: int = 20) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.queue = Queue(self.drive, AtOnce(runs_at_once, team_runs_at_once, user_runs_at_once))

    async def drive(self, run_id: str) -> None:
        self.begun.append(run_id)
        self.ends[run_id] = asyncio.Event()
        try:
            await self.ends[run_id].wait()
        finally:
            self.ended.append(run_id)

    async def end(self, run_id: str) -> None:
        self.ends[run_id].set()
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_nothing_is_driven_before_the_start() -> None:
    stage = Stage()
    stage.queue.submit("r1", ("T1", "U1"))
    await settle()
    assert stage.begun == []
    await stage.queue.start()
    await settle()
    assert stage.begun == ["r1"]
    await stage.queue.drain(0)


async def test_a_team_waits_at_its_own_limit_while_another_goes_on() -> None:
    stage = Stage(team_runs_at_once=1)
    await stage.queue.start()
    for run_id, team_id in [("a1", "A"), ("a2", "A"), ("b1", "B")]:
        stage.queue.submit(run_id, (team_id, "U1"))
    await settle()
    assert stage.queue.running() == {"a1", "b1"}
    await stage.end("b1")
    assert stage.queue.running() == {"a1"}
    await stage.end("a1")
    assert stage.queue.running() == {"a2"}
    await stage.queue.drain(0)


async def test_teams_take_turns_however_many_runs_one_of_them_has_waiting() -> None:
    stage = Stage(runs_at_once=1)
    for run_id in ("a1", "a2", "a3"):
        stage.queue.submit(run_id, ("A", "U1"))
    stage.queue.submit("b1", ("B", "U1"))
    stage.queue.submit("c1", ("C", "U1"))
    await stage.queue.start()
    for _ in range(5):
        await settle()
        await stage.end(stage.begun[-1])
    assert stage.begun == ["a1", "b1", "c1", "a2", "a3"]


async def test_a_colleagues_single_question_is_not_held_up_by_many_of_one_person() -> None:
    stage = Stage(team_runs_at_once=3, user_runs_at_once=2)
    await stage.queue.start()
    for n in range(60):
        stage.queue.submit(f"ana{n}", ("A", "U1"))
    await settle()
    assert stage.queue.running() == {"ana0", "ana1"}
    stage.queue.submit("ben", ("A", "U2"))
    await settle()
    assert stage.queue.running() == {"ana0", "ana1", "ben"}
    await stage.queue.drain(0)


async def test_people_of_a_team_take_turns_and_their_own_runs_keep_their_order() -> None:
    stage = Stage(runs_at_once=1)
    for run_id, user_id in [("a1", "U1"), ("a2", "U1"), ("a3", "U1"), ("b1", "U2"), ("c1", "U3"), ("b2", "U2")]:
        stage.queue.submit(run_id, ("A", user_id))
    await stage.queue.start()
    for _ in range(6):
        await settle()
        await stage.end(stage.begun[-1])
    assert stage.begun == ["a1", "b1", "c1", "a2", "b2", "a3"]


async def test_a_run_submitted_twice_while_it_waits_is_driven_once() -> None:
    stage = Stage(runs_at_once=1)
    stage.queue.submit("r1", ("A", "U1"))
    stage.queue.submit("r1", ("A", "U1"))
    await stage.queue.start()
    await settle()
    await stage.end("r1")
    assert stage.begun == ["r1"]


async def test_a_run_submitted_while_it_is_driven_is_driven_once_more_afterwards() -> None:
    stage = Stage()
    await stage.queue.start()
    stage.queue.submit("r1", ("A", "U1"))
    await settle()
    stage.queue.submit("r1", ("A", "U1"))
    stage.queue.submit("r1", ("A", "U1"))
    await settle()
    assert stage.begun == ["r1"]
    await stage.end("r1")
    assert stage.begun == ["r1", "r1"]
    await stage.end("r1")
    assert stage.begun == ["r1", "r1"]


async def test_cancel_returns_once_the_run_has_unwound() -> None:
    stage = Stage()
    await stage.queue.start()
    stage.queue.submit("r1", ("A", "U1"))
    await settle()
    assert await stage.queue.cancel("r1") is True
    assert stage.ended == ["r1"]
    assert stage.queue.running() == set()


async def test_a_run_cancelled_in_the_line_is_never_driven() -> None:
    stage = Stage(runs_at_once=1)
    await stage.queue.start()
    for run_id in ("r1", "r2", "r3"):
        stage.queue.submit(run_id, ("A", "U1"))
    await settle()
    assert await stage.queue.cancel("r2") is True
    await stage.end("r1")
    await stage.end("r3")
    assert stage.begun == ["r1", "r3"]


async def test_cancelling_a_run_nobody_knows_says_so() -> None:
    assert await Stage().queue.cancel("r1") is False


async def test_a_run_set_going_again_while_its_cancellation_unwinds_is_driven_again() -> None:
    stage = Stage()
    await stage.queue.start()
    stage.queue.submit("r1", ("A", "U1"))
    await settle()
    cancelling = asyncio.create_task(stage.queue.cancel("r1"))
    await asyncio.sleep(0)
    stage.queue.submit("r1", ("A", "U1"))
    await cancelling
    await settle()
    assert stage.begun == ["r1", "r1"]
    await stage.queue.drain(0)


async def test_cancel_does_not_wait_for_ever_on_a_run_that_will_not_stop(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storage.runs.queue.CANCEL_SECONDS", 0.05)
    release = asyncio.Event()

    async def deaf(run_id: str) -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    queue = Queue(deaf, AtOnce(1, 1, 1))
    await queue.start()
    queue.submit("r1", ("A", "U1"))
    await settle()
    assert await queue.cancel("r1") is True
    assert "r1 was cancelled and still runs" in caplog.text
    assert queue.running() == {"r1"}
    release.set()
    await queue.drain(60)
    assert queue.running() == set()


async def test_a_crash_is_logged_with_its_run_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    driven: list[str] = []

    async def drive(run_id: str) -> None:
        driven.append(run_id)
        if run_id == "bad":
            raise RuntimeError("boom")

    queue = Queue(drive, AtOnce(1, 1, 1))
    await queue.start()
    with caplog.at_level(logging.ERROR):
        queue.submit("bad", ("A", "U1"))
        queue.submit("good", ("A", "U1"))
        await settle()
        await settle()
    assert driven == ["bad", "good"]
    assert "driving run bad crashed: boom" in caplog.text
    assert queue.running() == set()


async def test_drain_lets_work_end_in_time_and_starts_nothing_new() -> None:
    stage = Stage(runs_at_once=1)
    await stage.queue.start()
    stage.queue.submit("r1", ("A", "U1"))
    stage.queue.submit("r2", ("A", "U1"))
    await settle()
    draining = asyncio.create_task(stage.queue.drain(5))
    await settle()
    assert not draining.done()
    await stage.end("r1")
    await draining
    stage.queue.submit("r3", ("A", "U1"))
    await settle()
    assert stage.begun == ["r1"]


async def test_drain_cancels_what_is_late() -> None:
    stage = Stage()
    await stage.queue.start()
    stage.queue.submit("r1", ("A", "U1"))
    await settle()
    await stage.queue.drain(0.01)
    assert stage.ended == ["r1"]
    assert stage.queue.running() == set()


async def test_a_run_does_not_inherit_the_context_of_the_click_that_submitted_it() -> None:
    where: ContextVar[str] = ContextVar("where", default="nowhere")
    seen: list[str] = []

    async def drive(run_id: str) -> None:
        seen.append(where.get())
        where.set(run_id)

    queue = Queue(drive, AtOnce(1, 1, 1))
    await queue.start()
    where.set("a click")
    queue.submit("r1", ("A", "U1"))
    queue.submit("r2", ("A", "U1"))
    await settle()
    await settle()
    assert seen == ["nowhere", "nowhere"]


class _Count:
    def __init__(self, runs: int) -> None:
        self.left = runs
        self.done = asyncio.Event()
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_at_once = self.most_of_one = 0
        self.by_person: Counter[str] = Counter()
        self.order: list[tuple[str, str]] = []

    async def drive(self, run_id: str) -> None:
        team_id, name, steps = run_id.split("/")
        asker = team_id + name.lstrip("0123456789")
        self.order.append((team_id, run_id))
        self.now[team_id] += 1
        self.most[team_id] = max(self.most[team_id], self.now[team_id])
        self.by_person[asker] += 1
        self.most_of_one = max(self.most_of_one, self.by_person[asker])
        self.most_at_once = max(self.most_at_once, self.now.total())
        for _ in range(int(steps)):
            await asyncio.sleep(0)
        self.now[team_id] -= 1
        self.by_person[asker] -= 1
        self.left -= 1
        if not self.left:
            self.done.set()
        if int(steps) == 3:
            raise RuntimeError("boom")


jobs = st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 4), st.sampled_from("UVW")), min_size=1, max_size=25)


@settings(deadline=None, max_examples=60)
@given(
    jobs=jobs, early=st.integers(0, 25), everyone=st.integers(1, 6), team=st.integers(1, 4), person=st.integers(1, 3)
)
async def test_no_limit_is_ever_passed_and_every_submitted_run_is_driven(
    jobs: list[tuple[str, int, str]], early: int, everyone: int, team: int, person: int
) -> None:
    count = _Count(len(jobs))
    queue = Queue(count.drive, AtOnce(everyone, team, person))
    run_ids = [f"{team_id}/{n}{user_id}/{steps}" for n, (team_id, steps, user_id) in enumerate(jobs)]
    for n, (team_id, _, user_id) in enumerate(jobs):
        if n == early:
            await queue.start()
        queue.submit(run_ids[n], (team_id, user_id))
        if n > early:
            await asyncio.sleep(0)
    await queue.start()
    await asyncio.wait_for(count.done.wait(), 30)
    await settle()
    assert queue.running() == set()
    assert sorted(run_ids) == sorted(run_id for _, run_id in count.order)
    assert count.most_at_once <= everyone
    assert max(count.most.values(), default=0) <= team
    assert count.most_of_one <= person


@settings(deadline=None, max_examples=60)
@given(lines=st.dictionaries(st.sampled_from("ABCDE"), st.integers(1, 8), min_size=2), everyone=st.integers(1, 3))
async def test_while_teams_wait_none_is_served_twice_before_the_others_once(
    lines: dict[str, int], everyone: int
) -> None:
    count = _Count(sum(lines.values()))
    queue = Queue(count.drive, AtOnce(everyone, everyone, everyone))
    for team_id, runs in lines.items():
        for n in range(runs):
            queue.submit(f"{team_id}/{n}/1", (team_id, "U1"))
    await queue.start()
    await asyncio.wait_for(count.done.wait(), 30)
    served = [team_id for team_id, _ in count.order]
    for turn in range(min(lines.values())):
        assert set(served[turn * len(lines) : (turn + 1) * len(lines)]) == set(lines)
