"""`threadwork spend`: the bill."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.terminal import session, terminal
from bot.terminal.output import refuse_picture, write

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.bootstrap import Services
    from storage.money.spend import SpendReport

EXAMPLE = "threadwork spend --team T012AB3CD --period 2026-11 --by agent --format csv --output spend.csv"

By = Literal["agent", "user", "channel", "model", "strategy"]
Format = Literal["table", "json", "csv", "png"]


def spend(
    team: Annotated[str | None, typer.Option(metavar="T", help="Default: the one connected workspace.")] = None,
    period: Annotated[
        str | None, typer.Option(metavar="2026-11|2026-11-20", help="A month or a day; default: this month.")
    ] = None,
    by: Annotated[By, typer.Option(help="What to group by.")] = "agent",
    form: Annotated[Format, typer.Option("--format", help="Output format.")] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file.")] = None,
) -> None:
    """Show what a team spent, from the ledger, with estimated amounts listed separately."""

    async def work(services: "Services") -> None:
        from bot.terminal import spend_formats

        wanted: Format = "json" if as_json else form
        refuse_picture(wanted, output, "spend.png")
        when = period or services.clock.now().astimezone(_zone(services)).strftime("%Y-%m")
        report = await services.spend.report(await session.team_of(services, team), when, by)
        if not report.runs.get("total"):
            await _mention_others(services, report)
        write(spend_formats.FORMATS[wanted](report), output)

    session.with_services(work)


def _zone(services: "Services") -> "ZoneInfo":
    from zoneinfo import ZoneInfo

    return ZoneInfo(services.settings.timezone)


async def _mention_others(services: "Services", report: "SpendReport") -> None:
    heads = await services.runs.list(limit=200)
    others = sorted({line.run.question.conversation.team_id for line in heads} - {report.team_id})
    hint = f" There are runs of --team {', --team '.join(others)}." if others else ""
    terminal.mention(f"Team {report.team_id} has no runs in {report.period}.{hint}")
