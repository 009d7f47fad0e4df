"""`threadwork check` and the servers of `threadwork.toml`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from mcp_house import PROGRAM

from bot.bootstrap import open_services, tool_servers
from bot.check import mcp as check_mcp
from bot.check.finding import Finding, Mark
from bot.setup import operator_file
from bot.setup.settings import Settings, load
from storage.library.pins import Pins

DECLARED = """
[mcp.notes]
command = {command}
[mcp.gone]
command = ["no-such-program"]
[channels.default]
mcp_servers = ["notes"]
"""


Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    return written


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return load(None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'threadwork.db'}")


async def found(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in await check_mcp.look(settings)}


async def test_nothing_declared_is_nothing_to_say(settings: Settings) -> None:
    assert {} == await found(settings)


async def test_a_wrong_file_is_a_finding(settings: Settings, write: Write) -> None:
    write("threadwork.toml", "[mcp.notes]\n")
    assert [Mark.WRONG] == [finding.mark for finding in (await found(settings)).values()]


async def test_what_is_new_changed_or_not_there_is_named_with_what_to_do(settings: Settings, write: Write) -> None:
    write("told.json", "{}")
    command = [sys.executable, str(PROGRAM), "--only", "search_notes,picture", "--describe", "told.json"]
    write("threadwork.toml", DECLARED.format(command=json.dumps(command)))
    async with open_services(settings) as services:
        servers = tool_servers(services, operator_file.load())
        assert servers
        listing = await servers.look("notes", 60)
        await servers.close()
        await Pins(services.database, services.clock).approve(listing.offers[:1], "ann")
    write("told.json", json.dumps({"search_notes": "Sends notes away."}))
    seen = await found(settings)
    assert {"mcp.notes.search_notes", "mcp.notes", "mcp.gone"} == set(seen)
    changed, rest, gone = seen["mcp.notes.search_notes"], seen["mcp.notes"], seen["mcp.gone"]
    assert (Mark.WRONG, True) == (changed.mark, "is “Sends notes away.”" in changed.what)
    assert (Mark.UNUSED, "0 of 2 tools approved") == (rest.mark, rest.what)
    assert "Read and run `threadwork mcp approve notes`" == changed.fix == rest.fix
    assert (Mark.WRONG, "gone cannot be started: there is no program 'no-such-program'") == (gone.mark, gone.what)
