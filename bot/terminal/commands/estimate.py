"""`threadwork estimate`: what a question would cost, before it is asked."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.setup.local_team import LOCAL_TEAM
from bot.terminal import session, terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.bootstrap import Services
    from orchestration.routing.estimate import Estimate
    from orchestration.routing.router import RouteChoice
    from orchestration.values.domain import Route, Strategy
    from orchestration.values.ports import PastRuns

EXAMPLE = 'threadwork estimate "Compare Flask and Django for a small JSON API"'


def estimate(
    question: Annotated[str, typer.Argument(help="The question, in quotes.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the route that the rules choose, and how much every strategy would cost and how long it would take.

    Estimates come from the price table until this installation has 20 runs of a strategy, then from those runs.
    """

    async def work(services: "Services") -> None:
        past = await services.past.runs()
        choice = await _choice(services, question, past)
        bands = _bands(services, choice.route, past)
        if as_json:
            found = [_json(band, past.get(band.strategy)) for band in bands]
            terminal.print_json({"route": _route(choice), "strategies": found})
            return
        rows = [_row(band, choice.route, past.get(band.strategy)) for band in bands]
        terminal.table(("strategy", "cost", "time", "from", "earlier estimates"), rows)
        terminal.say(f"\nRoute: {choice.route.strategy}. {choice.route.reason}")
        if choice.clarify:
            terminal.say(f"Needs a clarification first: {choice.clarify}")

    session.with_services(work)


async def _choice(services: "Services", text: str, past: "Mapping[Strategy, PastRuns]") -> "RouteChoice":
    from bot.terminal.commands.ask import Asked, checked_question
    from orchestration.routing.estimate import band
    from orchestration.routing.router import choose_route, fitted

    choice = choose_route(checked_question(Asked(text)))
    left = services.settings.run_budget_nano_usd
    status = await services.budgets.team_status(LOCAL_TEAM)
    if status.limit_nano_usd is not None:
        left = min(left, status.limit_nano_usd - status.spent_nano_usd - status.held_nano_usd)
    return fitted(choice, lambda route: band(route, services.prices, services.limits, past), left)


def _bands(services: "Services", route: "Route", past: "Mapping[Strategy, PastRuns]") -> list["Estimate"]:
    from dataclasses import replace

    from orchestration.routing.estimate import estimate as band
    from orchestration.strategies import STRATEGIES

    found = []
    for strategy, way in STRATEGIES.items():
        parts = route.subtask_count if strategy is route.strategy else way.size_of(route.subtask_count)
        expected = band(strategy, parts, services.prices, services.limits, past)
        if strategy is route.strategy:
            low, high = route.estimate_low_nano_usd, route.estimate_high_nano_usd
            expected = replace(expected, low_nano_usd=low, high_nano_usd=high)
        found.append(expected)
    return found


def _route(choice: "RouteChoice") -> dict[str, Any]:
    route = choice.route
    return {
        "strategy": route.strategy.value,
        "reason": route.reason,
        "subtask_count": route.subtask_count,
        "estimate_usd": _usd(route.estimate_low_nano_usd, route.estimate_high_nano_usd),
        "critic": route.critic,
        "confidence": choice.confidence,
        "clarify": choice.clarify,
    }


def _row(band: "Estimate", route: "Route", past: "PastRuns | None") -> list[str]:
    from bot.outgoing.blocks.amounts import duration
    from storage.money.amounts import dollars

    return [
        f"{band.strategy} ←" if band.strategy is route.strategy else band.strategy.value,
        f"{dollars(band.low_nano_usd)} to {dollars(band.high_nano_usd)}",
        f"{duration(band.low_seconds)} to {duration(band.high_seconds)}",
        "runs here" if band.measured else "price table",
        f"{past.inside} of {past.count} right, off by {past.error:.0%}" if past else "",
    ]


def _json(band: "Estimate", past: "PastRuns | None") -> dict[str, Any]:
    from bot.terminal.commands.evaluation import estimates_json

    return {
        "strategy": band.strategy.value,
        "estimate_usd": _usd(band.low_nano_usd, band.high_nano_usd),
        "seconds": [round(band.low_seconds, 3), round(band.high_seconds, 3)],
        "measured": band.measured,
        "earlier_estimates": estimates_json(past),
    }


def _usd(low: int, high: int) -> list[str]:
    from storage.money.amounts import usd

    return [usd(low), usd(high)]
