"""`threadwork budget`: what a scope may spend."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit, user_id

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from storage.money.budgets import BudgetChange

group = typer.Typer(
    help="What the whole installation, a team, a channel, a user or a run may spend.", no_args_is_help=True
)

Scope = Annotated[
    str,
    typer.Argument(metavar="SCOPE", help="global, team:T1, channel:T1/C1, user:T1/U1 or run:r_1", show_default=False),
]


@group.command("list", epilog="Example: threadwork budget list --json")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """List the budgets that are set, and the defaults for the rest."""

    async def work(services: "Services") -> None:
        from storage.engine.moments import moment
        from storage.money.amounts import dollars, usd

        rows = await services.budgets.list()
        settings = services.settings
        run, team = settings.run_budget_nano_usd, settings.team_budget_nano_usd
        if as_json:
            budgets = [
                {
                    "scope": row.scope,
                    "period": row.period,
                    "limit_usd": None if row.limit_nano_usd is None else usd(row.limit_nano_usd),
                    "set_by": row.set_by,
                    "set_at": moment(row.set_at),
                }
                for row in rows
            ]
            changes = [_change(change) for change in await services.budgets.changes()]
            otherwise = {"run_usd": usd(run), "team_month_usd": usd(team), "timezone": settings.timezone}
            terminal.print_json({"budgets": budgets, "otherwise": otherwise, "changes": changes})
            return
        lines = [
            [
                row.scope,
                "unlimited" if row.limit_nano_usd is None else dollars(row.limit_nano_usd),
                row.period,
                row.set_by,
            ]
            for row in rows
        ]
        otherwise_lines = [
            ["any other team", dollars(team), "month", "settings"],
            ["a run", dollars(run), "", "settings"],
        ]
        terminal.table(("scope", "limit", "period", "set by"), [*lines, *otherwise_lines], right=("limit",))

    session.with_services(work)


def _change(change: "BudgetChange") -> dict[str, object]:
    from storage.engine.moments import moment
    from storage.money.amounts import usd

    def limit(period: str, nano: int | None) -> dict[str, object] | None:
        return {"limit_usd": None if nano is None else usd(nano), "period": period} if period else None

    return {
        "scope": change.scope,
        "change": change.change,
        "by": change.by,
        "at": moment(change.at),
        "before": limit(change.before_period, change.before_nano_usd),
        "after": limit(change.period, change.limit_nano_usd),
    }


@group.command("set", epilog="Example: threadwork budget set team:T012AB3CD 120 --period month")
def set_(
    scope: Scope,
    amount: Annotated[str, typer.Argument(metavar="USD|unlimited", help="The limit.", show_default=False)],
    period: Annotated[Literal["month", "day"], typer.Option(help="The period of the limit.")] = "month",
) -> None:
    """Set a budget. What the scope has already spent in the period counts."""

    async def work(services: "Services") -> None:
        from bot.terminal.amounts import nano_usd
        from storage.money.amounts import dollars

        limit = None if amount == "unlimited" else nano_usd(amount, "The limit")
        said = "unlimited" if limit is None else dollars(limit)
        if scope.startswith("run:"):
            run = await services.top_ups.set_cap(scope.removeprefix("run:"), limit, user_id())
            waits = f" It is paused: `threadwork retry {run.run_id}` goes on." if run.status == "paused" else ""
            terminal.say(f"{scope}: {said}.{waits}")
            return
        await services.budgets.set(scope, limit, period, user_id())
        terminal.say(f"{scope}: {said} a {period}.")

    session.with_services(work)


@group.command(epilog="Example: threadwork budget remove channel:T012AB3CD/C045EF6GH")
def remove(scope: Scope) -> None:
    """Remove a budget.

    A team falls back to THREADWORK_TEAM_BUDGET_USD, a run to what it had; every other scope then has no limit of its
    own.
    """

    async def work(services: "Services") -> Exit:
        run_id = scope.removeprefix("run:")
        own = services.top_ups.remove_cap(run_id, user_id()) if run_id != scope else None
        if await (own or services.budgets.remove(scope, user_id())):
            terminal.say(f"{scope}: removed.")
            return Exit.DONE
        terminal.complain(f"No budget is set for {scope}. `threadwork budget list` lists them.")
        return Exit.USAGE

    session.with_services(work)
