"""`threadwork estimate`: what a question would cost, before it is asked."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import session, terminal

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from orchestration.estimate import Estimate

EXAMPLE = 'threadwork estimate "Compare Flask and Django for a small JSON API"'


def estimate(
    question: Annotated[str, typer.Argument(help="The question, in quotes.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the route that would be chosen, and what every strategy would cost and how long it would take."""

    async def work(services: "Services") -> None:
        from bot.commands.ask import Asked, checked_question
        from orchestration.estimate import CALLS, estimated
        from orchestration.estimate import estimate as band
        from orchestration.router import choose_route
        from storage.money import dollars

        asked = checked_question(Asked(question))
        route = estimated(choose_route(asked), services.prices, services.limits)
        parts = max(2, route.subtask_count)
        bands = [band(strategy, parts, services.prices, services.limits) for strategy in CALLS]
        if as_json:
            chosen = {"strategy": route.strategy.value, "reason": route.reason, "subtask_count": route.subtask_count}
            prices = _usd(route.estimate_low_nano_usd, route.estimate_high_nano_usd)
            terminal.print_json({"route": chosen | {"estimate_usd": prices}, "strategies": [_json(b) for b in bands]})
            return
        rows = [
            [
                f"{b.strategy} ←" if b.strategy is route.strategy else b.strategy.value,
                f"{dollars(b.low_nano_usd)} to {dollars(b.high_nano_usd)}",
                f"{b.low_seconds:.0f} to {b.high_seconds:.0f} s",
            ]
            for b in bands
        ]
        terminal.table(("strategy", "cost", "time"), rows)
        terminal.say(f"\nRoute: {route.strategy}. {route.reason}")

    session.with_services(work)


def _json(band: "Estimate") -> dict[str, Any]:
    return {
        "strategy": band.strategy.value,
        "estimate_usd": _usd(band.low_nano_usd, band.high_nano_usd),
        "seconds": [band.low_seconds, band.high_seconds],
    }


def _usd(low: int, high: int) -> list[str]:
    from storage.money import usd

    return [usd(low), usd(high)]
