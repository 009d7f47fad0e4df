"""`threadwork ledger`: whether the books agree, and what a call really cost."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit, user_id

if TYPE_CHECKING:
    from bot.bootstrap import Services

group = typer.Typer(help="Check and correct the ledger.", no_args_is_help=True)


@group.callback()
def books() -> None:
    """Check and correct the ledger."""


@group.command(epilog="Example: threadwork ledger verify --json")
def verify(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Rebuild every balance from the entries and compare. Exits with 1 if one differs."""

    async def work(services: "Services") -> Exit:
        from storage.money.amounts import dollars, usd

        found = await services.ledger.verify()

        def amounts(sums: tuple[int, int, int]) -> dict[str, Any]:
            return dict(zip(("held_usd", "spent_usd", "estimated_usd"), map(usd, sums), strict=True))

        if as_json:
            drift = [
                {"scope": d.scope, "period": d.period, "kept": amounts(d.kept), "rebuilt": amounts(d.rebuilt)}
                for d in found.drift
            ]
            report = {"ok": found.ok, "balances": found.balances, "entries": found.entries, "drift": drift}
            terminal.print_json(report)
        elif found.ok:
            terminal.say(f"All {found.balances} balances match the {found.entries} entries.")
        else:
            rows = [
                [d.scope, d.period, " / ".join(map(dollars, d.kept)), " / ".join(map(dollars, d.rebuilt))]
                for d in found.drift
            ]
            terminal.table(("scope", "period", "kept: held / spent / estimated", "rebuilt"), rows)
        return Exit.DONE if found.ok else Exit.FAILED

    session.with_services(work)


@group.command(epilog='Example: threadwork ledger adjust h_7k2m9p4xqa 0.0125 --reason "invoice of November, line 12"')
def adjust(
    hold: Annotated[
        str,
        typer.Argument(metavar="HOLD", help="The hold's id, h_…, as `threadwork show RUN` has it.", show_default=False),
    ],
    amount: Annotated[str, typer.Argument(metavar="USD", help="What the call really cost.", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever reads the ledger.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Correct what is booked for one call.

    Books the difference to its real cost, with your name, the time and the reason. It counts on the same budgets and
    periods as the call and may pass them. The same correction twice is booked once.
    """

    async def work(services: "Services") -> None:
        from bot.terminal.amounts import nano_usd
        from storage.money.adjustments import Adjustment
        from storage.money.amounts import dollars, usd

        cost = nano_usd(amount, "USD")
        found = await services.ledger.adjust(Adjustment(hold, cost, user_id(), reason))
        before = found.before_nano_usd
        if as_json:
            report = {
                "hold_id": hold,
                "run_id": found.run_id,
                "changed": found.changed,
                "before_usd": usd(before),
                "estimated_before_usd": usd(found.estimated_before_nano_usd),
                "cost_usd": usd(cost),
                "difference_usd": usd(cost - before),
            }
            terminal.print_json(report)
        elif found.changed:
            guess = ", estimated" if found.estimated_before_nano_usd else ""
            terminal.say(f"{hold}: {dollars(cost)} booked. Before: {dollars(before)}{guess}.")
        else:
            terminal.say(f"{hold}: {dollars(cost)} is booked already. Nothing changed.")

    session.with_services(work)
