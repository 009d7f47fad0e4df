"""Any interleaving of holds and settlements against a model of plain sums."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from orchestration.values.domain import Run
from orchestration.values.ports import Hold
from storage.engine.tables import balances
from storage.money.adjustments import Adjustment


async def balance(house: Any, scope: str) -> tuple[int, int, int]:
    """Held, spent, estimated, over all periods."""
    sums = select(*(func.coalesce(func.sum(balances.c[name]), 0) for name in ("held", "spent", "estimated")))
    found = await house.db.read(lambda conn: conn.execute(sums.where(balances.c.scope == scope)).one())
    return tuple(found)


@pytest.mark.timeout(3600)
def test_no_interleaving_passes_a_cap_or_loses_a_nano_dollar(
    tmp_path: Path, open_house: Any, settled: Any, rounds: Any
) -> None:
    count = iter(range(1_000_000))
    examples = settings(settings(), stateful_step_count=20, max_examples=rounds(12, 2_000))

    class LedgerMachine(RuleBasedStateMachine):
        """Two runs of two teams spend at once; a model of plain sums says what must be true."""

        open_holds = Bundle("open_holds")
        assumed_holds = Bundle("assumed_holds")
        booked_holds = Bundle("booked_holds")

        def __init__(self) -> None:
            super().__init__()
            self.loop = asyncio.Runner()
            self.house = self.do(open_house(tmp_path / f"{next(count)}.db", team=1500))
            self.runs = [self.do(self.house.running(team=team, budget=1000)) for team in ("T1", "T1", "T2")]
            self.held: dict[str, int] = {}
            self.spent: dict[str, int] = {}
            self.estimated: dict[str, int] = {}
            # What an adjustment took past a cap; nothing else may.
            self.ceiling: dict[str, int] = {}
            self.booked: dict[str, int] = {}
            self.guessed: dict[str, int] = {}

        def do(self, work: Any) -> Any:
            return self.loop.run(work)

        def scopes(self, run: Run) -> list[tuple[str, int]]:
            return [(f"team:{run.question.conversation.team_id}", 1500), (f"run:{run.run_id}", 1000)]

        def book(self, hold: Hold, held: int, spent: int, guessed: int = 0) -> None:
            run = next(run for run in self.runs if run.run_id == hold.run_id)
            for scope, _ in self.scopes(run):
                self.held[scope] = self.held.get(scope, 0) + held
                self.spent[scope] = self.spent.get(scope, 0) + spent
                self.estimated[scope] = self.estimated.get(scope, 0) + guessed
            self.booked[hold.hold_id] = self.booked.get(hold.hold_id, 0) + spent
            self.guessed[hold.hold_id] = self.guessed.get(hold.hold_id, 0) + guessed

        @rule(
            target=open_holds,
            asked=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 700)), min_size=1, max_size=5),
        )
        def hold_together(self, asked: list[tuple[int, int]]) -> Any:
            wanted = [self.house.a_hold(self.runs[number], amount) for number, amount in asked]

            async def all_at_once() -> list[Any]:
                return await asyncio.gather(*map(self.house.ledger.hold, wanted), return_exceptions=True)

            admitted = []
            for hold, outcome in zip(wanted, self.do(all_at_once()), strict=True):
                run = next(run for run in self.runs if run.run_id == hold.run_id)
                fits = all(
                    self.held.get(scope, 0) + self.spent.get(scope, 0) + hold.amount_nano_usd <= cap
                    for scope, cap in self.scopes(run)
                )
                assert fits == (outcome is None), (hold, outcome)
                if fits:
                    self.book(hold, hold.amount_nano_usd, 0)
                    admitted.append(hold)
            return multiple(*admitted)

        @rule(hold=consumes(open_holds), share=st.integers(0, 100), target=booked_holds)
        def settle(self, hold: Hold, share: int) -> Hold:
            cost = hold.amount_nano_usd * share // 100
            self.do(self.house.ledger.settle(settled(hold, cost)))
            self.book(hold, -hold.amount_nano_usd, cost)
            return hold

        @rule(hold=consumes(open_holds))
        def release(self, hold: Hold) -> None:
            self.do(self.house.ledger.release(hold.hold_id))
            self.book(hold, -hold.amount_nano_usd, 0)

        @rule(hold=consumes(open_holds), target=assumed_holds)
        def assume(self, hold: Hold) -> Hold:
            self.do(self.house.ledger.assume(hold.hold_id, "timeout"))
            self.book(hold, -hold.amount_nano_usd, hold.amount_nano_usd, hold.amount_nano_usd)
            return hold

        @rule(hold=consumes(assumed_holds), share=st.integers(0, 100), target=booked_holds)
        def settle_late(self, hold: Hold, share: int) -> Hold:
            cost = hold.amount_nano_usd * share // 100
            self.do(self.house.ledger.settle(settled(hold, cost)))
            self.book(hold, 0, cost - hold.amount_nano_usd, -hold.amount_nano_usd)
            return hold

        @rule(hold=st.one_of(booked_holds, consumes(assumed_holds)), cost=st.integers(0, 2000), target=booked_holds)
        def adjust(self, hold: Hold, cost: int) -> Hold:
            before, guessed = self.booked[hold.hold_id], self.guessed[hold.hold_id]
            wanted = Adjustment(hold.hold_id, cost, "ana", "the bill")
            found = self.do(self.house.ledger.adjust(wanted))
            assert (found.before_nano_usd, found.estimated_before_nano_usd) == (before, guessed)
            assert found.changed == (cost != before or guessed != 0)
            assert not self.do(self.house.ledger.adjust(wanted)).changed
            self.book(hold, 0, cost - before, -guessed)
            for run in self.runs:
                for scope, cap in self.scopes(run):
                    self.ceiling[scope] = max(cap, self.held.get(scope, 0) + self.spent.get(scope, 0))
            return hold

        @rule(hold=booked_holds)
        def settle_after_all(self, hold: Hold) -> None:
            self.do(self.house.ledger.settle(settled(hold, 1)))

        @rule(hold=open_holds)
        def hold_again(self, hold: Hold) -> None:
            self.do(self.house.ledger.hold(hold))

        @invariant()
        def balances_are_the_models_sums(self) -> None:
            for run in self.runs:
                for scope, cap in self.scopes(run):
                    expected = tuple(of.get(scope, 0) for of in (self.held, self.spent, self.estimated))
                    assert self.do(balance(self.house, scope)) == expected
                    assert expected[0] + expected[1] <= self.ceiling.get(scope, cap)

        def teardown(self) -> None:
            verified = self.do(self.house.ledger.verify())
            self.do(self.house.db.close())
            self.loop.close()
            assert verified.ok, verified.drift

    run_state_machine_as_test(LedgerMachine, settings=examples)
