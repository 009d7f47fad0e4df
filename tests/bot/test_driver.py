"""Who drives the runs also completes what others left."""

import asyncio
from pathlib import Path

import new_file

from bot.bootstrap import open_services
from bot.setup.settings import load


async def test_it_erases_what_a_command_that_was_killed_deleted(tmp_path: Path) -> None:
    path = tmp_path / "threadwork.db"
    new_file.lay(path)
    settings = load(None, database_url=f"sqlite+aiosqlite:///{path}")
    async with open_services(settings) as services:
        for text in ("The zanzibarquagga is extinct.", "Nothing is left of it."):
            await services.library.add(team_id="T1", channel_id=None, title="A", text=text, erase_later=True)
    assert b"zanzibarquagga" in path.read_bytes()
    async with open_services(settings, drive=True):
        for _ in range(1000):
            if b"zanzibarquagga" in path.read_bytes():
                await asyncio.sleep(0.02)
        assert b"zanzibarquagga" not in path.read_bytes()
