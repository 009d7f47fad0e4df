"""`threadwork check`: is everything set up?"""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.terminal import session, terminal
from bot.terminal.session import Exit

EXAMPLE = "threadwork check"


def check(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Look at every setting, token, scope, model, price, the database and the clock, and say how to mend it."""
    session.finish(_check(as_json))


async def _check(as_json: bool) -> Exit:
    from bot.check import check as checks
    from bot.check.finding import Mark

    findings = await checks.look()
    good = checks.is_good(findings)
    if as_json:
        listed = [asdict(finding) | {"mark": finding.mark.name.lower()} for finding in findings]
        terminal.print_json({"ok": good, "findings": listed})
    else:
        rows = [[finding.mark, finding.part, f"{finding.what}. {finding.mend}".strip(" .")] for finding in findings]
        terminal.table(("", "part", "what"), rows)
        wrong = sum(finding.mark is Mark.WRONG for finding in findings)
        terminal.say("\nEverything is in order." if good else f"\n{wrong} to mend.")
    return Exit.DONE if good else Exit.USAGE
