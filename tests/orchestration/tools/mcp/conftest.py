"""Servers over a database of their own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import new_file
import pytest
from mcp_house import House

from bot.clock import SystemClock
from storage.engine.opening import open_database


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        new_file.lay(tmp_path / "threadwork.db")
        database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'threadwork.db'}", clock=SystemClock())
        stack.push_async_callback(database.close)
        yield House(database, stack)
