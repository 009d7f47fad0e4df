"""What finished runs teach: what a strategy costs here, and how its first drafts were taken."""

from datetime import UTC, datetime
from typing import Any

from orchestration.values.domain import (
    Decision,
    Draft,
    Review,
    Route,
    RunStatus,
    Strategy,
)
from orchestration.values.events import DraftReady, RouteChosen
from storage.runs.past import FRESH_SECONDS, NEWEST, Past

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


async def finished(
    house: Any, spent: int, *, strategy: Strategy = Strategy.SINGLE, band: tuple[int, int] = (0, 0)
) -> str:
    """A run that waits for a decision on its first draft."""
    run = await house.running()
    await house.log.emit(run, [RouteChosen(Route(strategy, "so", 1, *band))])
    if spent:
        await house.spend_on(run, spent)
    await house.log.emit(run, [DraftReady(Draft(1, "Text.", (), ()))])
    await house.log.finish(run, RunStatus.AWAITING_REVIEW, [], 4.0)
    return str(run.run_id)


async def test_the_tenth_to_the_ninetieth_percentile_of_what_runs_cost(house: Any) -> None:
    for cost in range(1, 12):
        await finished(house, cost * 100)
    past = (await Past(house.db).runs())[Strategy.SINGLE]
    assert (11, (200, 1000)) == (past.count, past.cost_nano_usd)


async def test_earlier_estimates_are_graded(house: Any) -> None:
    await finished(house, 100, band=(50, 150))
    await finished(house, 100, band=(250, 350))
    await finished(house, 100, band=(0, 100))
    past = (await Past(house.db).runs())[Strategy.SINGLE]
    assert (3, 2, 0.5) == (past.count, past.inside, past.error)


async def test_free_unfinished_and_revised_runs_say_nothing_about_a_price(house: Any) -> None:
    await finished(house, 0)
    await house.spend_on(await house.running(), 500)
    revised = await finished(house, 700)
    await house.runs.review(revised, Review("U1", Decision.REQUEST_REVISIONS, AT, 1))
    assert {} == await Past(house.db).runs()


async def test_only_the_newest_runs_of_a_strategy_count(house: Any) -> None:
    for number in range(NEWEST + 5):
        house.clock.pass_(1)
        await finished(house, 1_000_000 if number < 5 else 100)
    past = (await Past(house.db).runs())[Strategy.SINGLE]
    assert (NEWEST, (100, 100)) == (past.count, past.cost_nano_usd)


async def test_history_is_read_anew_after_a_minute(house: Any) -> None:
    past = Past(house.db)
    assert {} == await past.runs()
    await finished(house, 100)
    assert {} == await past.runs()
    house.clock.pass_(FRESH_SECONDS)
    assert {Strategy.SINGLE} == (await past.runs()).keys()


async def test_each_route_has_a_record_of_how_its_first_drafts_were_taken(house: Any) -> None:
    approved, revised, discarded, _ = [await finished(house, 100, strategy=Strategy.DEBATE) for _ in range(4)]
    await finished(house, 0)
    await house.runs.review(approved, Review("U1", Decision.APPROVE, AT, 1))
    await house.runs.review(discarded, Review("U1", Decision.DISCARD, AT, 1))
    await house.runs.review(revised, Review("U1", Decision.REQUEST_REVISIONS, AT, 1))
    run = await house.log.take_up(revised)
    await house.log.emit(run, [DraftReady(Draft(2, "Better.", (), ()))])
    await house.log.finish(run, RunStatus.AWAITING_REVIEW, [], 1.0)
    await house.runs.review(revised, Review("U1", Decision.APPROVE, AT, 2))
    debate, single = await Past(house.db).records()
    assert (Strategy.DEBATE, 4, 1, 1, 1, 1, 400) == (
        debate.strategy,
        debate.runs,
        debate.approved_at_first_pass,
        debate.revised,
        debate.discarded,
        debate.not_reviewed,
        debate.cost_nano_usd,
    )
    assert (Strategy.SINGLE, 1, 0, 1) == (
        single.strategy,
        single.runs,
        single.approved_at_first_pass,
        single.not_reviewed,
    )
