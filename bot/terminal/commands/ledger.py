"""`threadwork ledger`: whether the books agree."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit

if TYPE_CHECKING:
    from bot.bootstrap import Services

group = typer.Typer(help="Check the ledger.", no_args_is_help=True)


@group.callback()
def books() -> None:
    """Check the ledger."""


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
