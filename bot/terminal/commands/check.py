"""`threadwork check`: is everything set up?"""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit

EXAMPLE = "threadwork check --call"


def check(
    call: Annotated[bool, typer.Option("--call", help="Call each model too, for a price that is said first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Look at every setting, token, scope, model, price, the database and the clock, and say how to fix it.

    With --call each configured model is asked once with a tool and once for an output format: whether it calls tools,
    what its endpoint refuses, how fast it is, and whether the deadlines fit.
    """
    session.finish(_check(call, as_json))


async def _check(call: bool, as_json: bool) -> Exit:
    from bot.check import check as checks
    from bot.check.finding import Mark

    findings = await checks.look(terminal.mention if call else None)
    good = checks.is_good(findings)
    if as_json:
        listed = [asdict(finding) | {"mark": finding.mark.name.lower()} for finding in findings]
        terminal.print_json({"ok": good, "findings": listed})
    else:
        rows = [[finding.mark, finding.part, f"{finding.what}. {finding.fix}".strip(" .")] for finding in findings]
        terminal.table(("", "part", "what"), rows)
        wrong = sum(finding.mark is Mark.WRONG for finding in findings)
        terminal.say("\nEverything is in order." if good else f"\n{wrong} to fix.")
    return Exit.DONE if good else Exit.USAGE
