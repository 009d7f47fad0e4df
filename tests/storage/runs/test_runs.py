"""What people do to runs, and that only the contract's ways between statuses are open."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from orchestration.values.domain import (
    TRANSITIONS,
    Conversation,
    Decision,
    Draft,
    Question,
    Review,
    Run,
    RunStatus,
    Steering,
    Turn,
)
from orchestration.values.errors import AskerError, Fenced, RunStuck
from orchestration.values.events import DraftReady, Reviewed, RunCancelled, RunCompleted, RunRetried

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def a_review(decision: Decision, version: int = 1, user: str = "U1") -> Review:
    return Review(user, decision, AT, version)


async def drafted(house: Any, status: RunStatus = RunStatus.AWAITING_REVIEW, **asked: Any) -> Run:
    run: Run = await house.running(**asked)
    await house.log.emit(run, [DraftReady(Draft(1, "Because.", (), ()))])
    await house.log.finish(run, status, [], 1.0)
    return run


async def kinds(house: Any, run_id: str) -> list[type]:
    return [type(stored.event) for stored in await house.events.of(run_id)]


async def test_the_same_key_is_the_same_run_however_often_it_is_asked(house: Any) -> None:
    question = house.question()

    async def ask() -> tuple[Run, bool]:
        created: tuple[Run, bool] = await house.runs.create(question, key="T1/C1/1.1", budget_nano_usd=5)
        return created

    asked = await asyncio.gather(*(ask() for _ in range(10)))
    assert len({run.run_id for run, _ in asked}) == 1
    assert [new for _, new in asked].count(True) == 1
    assert len(await house.events.of(asked[0][0].run_id)) == 1


async def test_an_asker_can_lower_the_runs_cap_and_never_raise_it(house: Any) -> None:
    budgets = []
    for own in (None, 400, 600):
        run, _ = await house.runs.create(
            house.question(budget_nano_usd=own), key=house.ids.new("k"), budget_nano_usd=500
        )
        budgets.append(run.budget_nano_usd)
    assert budgets == [500, 400, 500]


async def test_a_follow_up_knows_what_the_thread_was_answered_but_not_what_was_discarded(house: Any) -> None:
    await drafted(house, text="First?", thread="7.7")
    house.clock.pass_(1)
    discarded = await drafted(house, text="Second?", thread="7.7")
    await house.runs.review(discarded.run_id, a_review(Decision.DISCARD))
    await house.ask(text="Unanswered?", thread="7.7")
    await drafted(house, text="Elsewhere?", thread="8.8")
    await drafted(house, text="Other team?", thread="7.7", team="T2")
    run = await house.ask(text="Third?", thread="7.7")
    assert run.question.earlier == (Turn("First?", "Because."),)
    assert (await house.runs.get(run.run_id)).question == run.question


async def test_a_follow_up_keeps_the_documents_that_came_with_its_threads_questions(house: Any) -> None:
    def question(text: str, *documents: str, thread: str = "7.7") -> Question:
        return Question(text, Conversation("T1", "C1", thread), "U1", document_ids=documents)

    async def ask(asked: Question) -> Run:
        house.clock.pass_(1)
        run, _ = await house.runs.create(asked, key=house.ids.new("k"), budget_nano_usd=5)
        return run  # type: ignore[no-any-return]  # the house is Any

    await ask(question("First?", "d_1", "d_2"))
    await ask(question('What is "document_ids":["d_9"]?'))
    await ask(question("Elsewhere?", "d_3", thread="8.8"))
    assert (await ask(question("Third?", "d_4", "d_2"))).question.document_ids == ("d_4", "d_2", "d_1")


async def test_an_unknown_run_is_answered_with_where_to_look(house: Any) -> None:
    for act in (house.runs.get, lambda run_id: house.runs.cancel(run_id, "U1")):
        with pytest.raises(AskerError, match=r"There is no run r_x\. `threadwork runs` lists them\."):
            await act("r_x")


async def test_history_lists_the_newest_first_and_only_what_is_asked_for(house: Any) -> None:
    first = await house.ask(channel="C1", user="U1")
    house.clock.pass_(1)
    second = await house.ask(channel="C2", user="U2")
    house.clock.pass_(1)
    await house.ask(team="T2")
    await house.runs.cancel(second.run_id, "U2")
    listed = await house.runs.list(team_id="T1")
    assert [head.run.run_id for head in listed] == [second.run_id, first.run_id]
    for wanted in ({"channel_id": "C1"}, {"user_id": "U1"}, {"statuses": (RunStatus.QUEUED,)}):
        assert [head.run.run_id for head in await house.runs.list(team_id="T1", **wanted)] == [first.run_id]
    assert len(await house.runs.list(limit=2)) == 2


async def test_a_line_of_the_history_says_what_the_run_cost(house: Any) -> None:
    run = await house.running()
    await house.spend_on(run, 300)
    hold = await house.hold(run, 200)
    await house.ledger.assume(hold.hold_id, "timeout")
    cost = (await house.runs.list())[0].cost
    assert (cost.nano_usd, cost.estimated_nano_usd, cost.llm_calls, cost.usage.input_tokens) == (500, 200, 2, 100)


async def test_a_thread_lists_its_own_runs_newest_first(house: Any) -> None:
    first = await house.ask(thread="7.7")
    house.clock.pass_(1)
    second = await house.ask(thread="7.7")
    await house.ask(thread="8.8")
    found = await house.runs.in_thread(Conversation("T1", "C1", "7.7"))
    assert [run.run_id for run in found] == [second.run_id, first.run_id]


async def test_what_is_queued_or_running_waits_for_a_driver_oldest_first(house: Any) -> None:
    first = await house.running()
    house.clock.pass_(1)
    second = await house.ask()
    await drafted(house)
    assert [run.run_id for run in await house.runs.at_work()] == [first.run_id, second.run_id]


async def test_stopping_ends_a_run_once_and_counts_its_work(house: Any) -> None:
    run = await house.running()
    house.clock.pass_(4)
    assert await house.runs.cancel(run.run_id, "U2")
    assert not await house.runs.cancel(run.run_id, "U2")
    stopped = await house.runs.get(run.run_id)
    assert (stopped.status, stopped.seconds) == (RunStatus.CANCELLED, pytest.approx(4))
    assert (await house.events.of(run.run_id))[-1].event == RunCancelled(run.epoch, "U2")


async def test_a_run_that_is_stopped_retried_and_stopped_again_tells_each_of_it(house: Any) -> None:
    run = await house.ask()
    for _ in range(2):
        assert await house.runs.cancel(run.run_id, "U1")
        assert await house.runs.retry(run.run_id, "U1")
    assert (await kinds(house, run.run_id))[1:] == [RunCancelled, RunRetried, RunCancelled, RunRetried]


async def test_a_retry_fences_off_who_still_works_on_the_run(house: Any, a_step: Any) -> None:
    run = await house.running()
    await house.runs.cancel(run.run_id, "U1")
    await house.runs.retry(run.run_id, "U1")
    with pytest.raises(Fenced):
        await house.journal.record(a_step(run, "v1/chat/1"))


async def test_a_retry_hears_of_a_raised_cap_but_never_passes_the_askers_own(house: Any) -> None:
    for own, cap in ((None, 5), (3, 3)):
        asked = Question("Which?", Conversation("T1", "C1", "1.0"), "U1", budget_nano_usd=own)
        run, _ = await house.runs.create(asked, key=f"own {own}", budget_nano_usd=1)
        await house.runs.cancel(run.run_id, "U1")
        assert await house.runs.retry(run.run_id, "U1", budget_nano_usd=5)
        assert (await house.runs.get(run.run_id)).budget_nano_usd == cap


async def test_approving_makes_the_draft_the_answer(house: Any) -> None:
    run = await drafted(house)
    assert await house.runs.review(run.run_id, a_review(Decision.APPROVE))
    assert (await house.runs.get(run.run_id)).status is RunStatus.COMPLETE
    assert (await kinds(house, run.run_id))[-2:] == [Reviewed, RunCompleted]


@pytest.mark.parametrize("status", [RunStatus.AWAITING_REVIEW, RunStatus.COMPLETE])
async def test_requesting_revisions_queues_the_next_version(house: Any, status: RunStatus) -> None:
    run = await drafted(house, status)
    assert await house.runs.review(run.run_id, a_review(Decision.REQUEST_REVISIONS))
    queued = await house.runs.get(run.run_id)
    assert (queued.status, queued.draft_version, queued.segment_seconds) == (RunStatus.QUEUED, 2, 0.0)


async def test_of_fifty_clicks_at_once_the_first_wins_and_only_it(house: Any) -> None:
    run = await drafted(house)
    decisions = [Decision.REQUEST_REVISIONS, Decision.APPROVE, Decision.DISCARD]
    clicks = [a_review(decisions[number % 3], user=f"U{number}") for number in range(50)]
    won = await asyncio.gather(*(house.runs.review(run.run_id, click) for click in clicks))
    assert won == [True] + [False] * 49
    assert (await house.log.history(run.run_id)).reviews == (clicks[0],)


@pytest.mark.parametrize("version", [0, 2])
async def test_a_decision_on_another_than_the_newest_draft_changes_nothing(house: Any, version: int) -> None:
    run = await drafted(house)
    assert not await house.runs.review(run.run_id, a_review(Decision.APPROVE, version))
    assert (await house.runs.get(run.run_id)).status is RunStatus.AWAITING_REVIEW


async def test_a_run_without_a_draft_cannot_be_decided_on(house: Any) -> None:
    run = await house.running()
    assert not await house.runs.review(run.run_id, a_review(Decision.APPROVE))


async def test_steering_reaches_a_run_once_and_only_while_it_works(house: Any) -> None:
    run = await house.running()
    cursor = await house.events.newest()
    for _ in range(2):
        assert await house.runs.steer(run.run_id, Steering("1.5", "U1", "Only Python."))
    said = await house.events.steered_after(cursor)
    assert [(run_id, steering.text) for _, run_id, steering in said] == [(run.run_id, "Only Python.")]
    await house.runs.cancel(run.run_id, "U1")
    assert not await house.runs.steer(run.run_id, Steering("1.6", "U1", "Faster."))


@pytest.mark.timeout(3600)
def test_only_the_contracts_ways_lead_from_status_to_status(tmp_path: Path, open_house: Any, rounds: Any) -> None:
    count = iter(range(1_000_000))
    ends = [status for status in TRANSITIONS[RunStatus.RUNNING]]

    class RunMachine(RuleBasedStateMachine):
        """People and drivers do whatever they like in any order to one run."""

        def __init__(self) -> None:
            super().__init__()
            self.loop = asyncio.Runner()
            self.house = self.loop.run(open_house(tmp_path / f"{next(count)}.db"))
            self.run_id = self.loop.run(self.house.ask()).run_id
            self.taken: list[Run] = []

        def act(self, act: Callable[[], Any], *, changes: Callable[[Any], bool] = bool) -> None:
            before = self.loop.run(self.house.runs.get(self.run_id))
            try:
                changed = changes(self.loop.run(act()))
            except (Fenced, RunStuck) as refused:
                changed = isinstance(refused, RunStuck)
            after = self.loop.run(self.house.runs.get(self.run_id))
            if not changed:
                assert after == before
            elif after.status is not before.status:
                self.check(before.status, after.status)
            assert after.epoch >= before.epoch

        def check(self, before: RunStatus, after: RunStatus) -> None:
            stuck = before is RunStatus.QUEUED and after is RunStatus.ERROR  # taken up and ended in one transaction
            assert stuck or after in TRANSITIONS[before], (before, after)

        @rule()
        def take_up(self) -> None:
            async def take() -> Run | None:
                run: Run | None = await self.house.log.take_up(self.run_id)
                if run is not None:
                    self.taken.append(run)
                return run

            self.act(take, changes=lambda run: run is not None)

        @rule(status=st.sampled_from(ends), which=st.integers(0, 3), drafts=st.booleans())
        def finish(self, status: RunStatus, which: int, drafts: bool) -> None:
            if not self.taken:
                return
            run = self.taken[-1 - which % len(self.taken)]
            events = [DraftReady(Draft(run.draft_version, "So.", (), ()))] if drafts else []
            self.act(lambda: self.house.log.finish(run, status, events, 1.0), changes=lambda _: True)

        @rule()
        def cancel(self) -> None:
            self.act(lambda: self.house.runs.cancel(self.run_id, "U1"))

        @rule()
        def retry(self) -> None:
            self.act(lambda: self.house.runs.retry(self.run_id, "U1"))

        @rule(decision=st.sampled_from(Decision), version=st.integers(1, 3))
        def review(self, decision: Decision, version: int) -> None:
            self.act(lambda: self.house.runs.review(self.run_id, a_review(decision, version)))

        def teardown(self) -> None:
            self.loop.run(self.house.db.close())
            self.loop.close()

    examples = settings(settings(), max_examples=rounds(15, 2_000), stateful_step_count=25)
    run_state_machine_as_test(RunMachine, settings=examples)
