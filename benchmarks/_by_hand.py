"""The job of `_jobs.py` by hand on the official client's `post`, with its 13 rows in SQLite by group commit."""

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient

_TABLES = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE steps (run TEXT, key TEXT, result TEXT, tokens INTEGER, PRIMARY KEY (run, key));
"""


class GroupCommit:
    """What waits when the thread is free is one transaction, and each caller hears of its commit."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(_TABLES)
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, *row: Any) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((row, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await asyncio.to_thread(self._commit, [row for row, _ in batch])
            for _, future in batch:
                future.set_result(None)
        self._writing = None

    def _commit(self, rows: list[tuple[Any, ...]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO steps VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


@asynccontextmanager
async def clients(base_url: str) -> AsyncIterator[tuple[AsyncOpenAI, GroupCommit]]:
    limits = httpx2.Limits(max_connections=4000, max_keepalive_connections=4000)
    with tempfile.TemporaryDirectory() as folder:
        rows = GroupCommit(Path(folder) / "by_hand.db")
        http = DefaultAioHttpClient(limits=limits)
        async with AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0, http_client=http) as client:
            yield client, rows
        rows.close()


async def post(client: AsyncOpenAI, agent: str, body: dict[str, Any]) -> dict[str, Any]:
    options: Any = {"headers": {"X-Threadwork-Agent": agent}}
    response = await client.post("/chat/completions", cast_to=httpx2.Response, body=body, options=options)
    return dict(json.loads(response.content))
