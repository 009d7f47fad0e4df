"""Whether an installation can work. Every part is looked at for itself, so that one look names all that is wrong."""

import re
from collections.abc import Callable, Sequence

from pydantic import SecretStr

from bot.check.finding import Finding, Mark, wrong_setting
from bot.clock import SystemClock
from bot.setup import settings
from bot.setup.settings import Settings, SettingsError
from orchestration.values.errors import OperatorError
from storage.engine.opening import is_missing, open_database, shown


async def look(call: Callable[[str], None] | None = None) -> list[Finding]:
    """With `call` each model is called too, after that got the price."""
    # The Slack and HTTP libraries take longer to import than all other commands need to start.
    from bot.check import calls, embeddings, mcp, model, slack, web

    try:
        configured = settings.load()
    except SettingsError as error:
        return [wrong_setting(line) for line in error.lines]
    return [
        *setting_findings(configured),
        *await slack.look(configured),
        *await model.look(configured),
        *(await calls.look(configured, call) if call else ()),
        *await embeddings.look(configured),
        *await web.look(configured),
        *await database_findings(configured),
        *await mcp.look(configured),
    ]


def is_good(findings: Sequence[Finding]) -> bool:
    return all(finding.mark is not Mark.WRONG for finding in findings)


def setting_findings(configured: Settings) -> list[Finding]:
    """Every setting with what holds; those that differ by role only where they are set."""
    found = []
    for field in type(configured).model_fields:
        value = getattr(configured, field)
        if field == "demo":
            continue
        if isinstance(value, dict):
            found += [_setting(f"{settings.variable(field)}[{role}]", entry) for role, entry in value.items()]
        else:
            found.append(_setting(settings.variable(field), value))
    return found


def _setting(name: str, value: object) -> Finding:
    if value is None or value == "":
        return Finding(name, Mark.UNUSED, "not set")
    return Finding(name, Mark.GOOD, _shown(name, value))


def _shown(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        return "set"
    if name == "DATABASE_URL":
        return _PASSWORD.sub(r"\1***@", str(value))
    if name.endswith("_USD") and isinstance(value, int):
        from storage.money.amounts import dollars

        return dollars(value)
    if isinstance(value, tuple):
        return ",".join(value)
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


_PASSWORD = re.compile(r"(://[^:@/]*:)[^@/]+@")


async def database_findings(configured: Settings) -> list[Finding]:
    """Opens it as every command does: tables are made or brought to this version."""
    part = "database"
    try:
        name = shown(configured.database_url)
        if is_missing(configured.database_url):
            return [Finding(part, Mark.UNUSED, f"{name} does not exist yet; the first command creates it")]
        database = await open_database(configured.database_url, clock=SystemClock())
    except OperatorError as error:
        return [Finding(part, Mark.WRONG, error.sentence)]
    try:
        await database.write(lambda conn: None)
        driven = "a process is driving its runs" if await database.is_driven() else "no process is driving its runs"
        return [
            Finding(part, Mark.GOOD, f"{name} is writable, has full-text search and this version's tables; {driven}")
        ]
    finally:
        await database.close()
