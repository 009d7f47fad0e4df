"""One job in several ways: supervisor → three workers at once (a tool call and an answer each) → critic; 8 model calls.

`floor` is aiohttp by hand and `client` the official client's `create`, both without storage, limits or retries.
`by hand` is the client's `post` with the run's 13 rows in SQLite by group commit.
`research` is Threadwork's research over ports that keep nothing; `threadwork` is all of it on a SQLite file.
"""

import asyncio
import itertools
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
from openai import AsyncOpenAI

from benchmarks._by_hand import clients, post
from bot.bootstrap import Services as Opened
from bot.bootstrap import open_services
from bot.clock import RandomIds, SystemClock
from bot.setup.settings import load
from orchestration.agents.agent import opening, output_schema
from orchestration.context.services import Services
from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.money.prices import FREE, Prices
from orchestration.roles.critic import CRITIC
from orchestration.roles.supervisor import SUPERVISOR
from orchestration.roles.worker import WORKER
from orchestration.run.research import Research
from orchestration.values.domain import (
    Conversation,
    History,
    Passage,
    Question,
    Run,
    RunStatus,
    Source,
)
from orchestration.values.events import Event
from orchestration.values.limits import Limits
from orchestration.values.ports import Audience, Hold, Settlement, Step, Vector

QUESTION = "Compare FastAPI, Flask and Django for testing a small JSON API."
MODEL = "bench"
HANDBOOK = Path(__file__).parent.parent / "bot" / "simulator" / "handbook"
TEXT = "FastAPI, Flask and Django have a test client. " * 30
PASSAGE = json.dumps({"passages": [{"chunk_id": "d#1", "source_id": "d", "text": TEXT}] * 6})
DONE = (RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW)
"""Code may find something to review in what the canned model says."""

Job = Callable[[], Awaitable[None]]


@asynccontextmanager
async def floor(base_url: str) -> AsyncIterator[Job]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def chat(agent: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
            body = {"model": MODEL, "messages": messages, "max_tokens": 2000}
            headers = {"X-Threadwork-Agent": agent}
            async with session.post(f"{base_url}/chat/completions", json=body, headers=headers) as response:
                return dict((await response.json())["choices"][0]["message"])

        yield lambda: _by_hand(chat)


@asynccontextmanager
async def client(base_url: str) -> AsyncIterator[Job]:
    async with AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0) as openai:

        async def chat(agent: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
            made: Any = openai.chat.completions
            headers = {"X-Threadwork-Agent": agent}
            completion = await made.create(model=MODEL, messages=messages, max_tokens=2000, extra_headers=headers)
            return dict(completion.choices[0].message.model_dump(exclude_none=True))

        yield lambda: _by_hand(chat)


@asynccontextmanager
async def by_hand(base_url: str) -> AsyncIterator[Job]:
    numbers = itertools.count()
    async with clients(base_url) as (openai, rows):

        async def job() -> None:
            run, keys = f"r{next(numbers)}", itertools.count()

            async def keep(result: str, tokens: int = 0) -> None:
                await rows.keep(run, str(next(keys)), result, tokens)

            async def chat(agent: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
                reply = await post(openai, agent, {"model": MODEL, "messages": messages, "max_tokens": 2000})
                said = dict(reply["choices"][0]["message"])
                await keep(json.dumps(said), reply["usage"]["total_tokens"])
                return said

            await keep(QUESTION)
            await _by_hand(chat, keep)
            await keep("complete")

        yield job


async def _forget(result: str) -> None:
    return None


async def _by_hand(
    chat: Callable[[str, list[dict[str, Any]]], Awaitable[dict[str, Any]]],
    keep: Callable[[str], Awaitable[None]] = _forget,
) -> None:
    """The same messages as the agents send, with a canned tool result."""
    plan = json.loads((await chat("supervisor", opening(SUPERVISOR, {"question": QUESTION})))["content"])
    reports = await asyncio.gather(*(_worker(chat, keep, task) for task in plan["subtasks"]))
    verdict = await chat("critic", opening(CRITIC, {"question": QUESTION, "reports": reports}))
    json.loads(verdict["content"])


async def _worker(
    chat: Callable[..., Awaitable[dict[str, Any]]], keep: Callable[[str], Awaitable[None]], task: Mapping[str, Any]
) -> Any:
    messages = opening(WORKER, {"question": QUESTION, "subtask": task, "schema": output_schema(WORKER.output).name})
    asked = await chat("worker", messages)
    await keep("the passages are in the library")
    result = {"role": "tool", "tool_call_id": asked["tool_calls"][0]["id"], "content": PASSAGE}
    return json.loads((await chat("worker", [*messages, asked, result]))["content"])


@asynccontextmanager
async def research(base_url: str) -> AsyncIterator[Job]:
    nothing = Nothing()
    async with OpenAICompatibleModel(api_key=None, base_url=base_url) as model:
        services = Services(
            journal=nothing,
            ledger=nothing,
            run_log=nothing,
            library=nothing,
            model=model,
            prices=Prices({MODEL: FREE}),
            clock=SystemClock(),
            ids=RandomIds(),
            limits=Limits(model=MODEL),
        )
        yield lambda: Research(services).drive("r_bench")


@asynccontextmanager
async def threadwork(base_url: str, *, runs: int = 1000) -> AsyncIterator[Job]:
    """Everything on, through the queue and the driver, with the demo's handbook as the library."""
    with tempfile.TemporaryDirectory() as folder:
        async with threadwork_in(Path(folder), base_url, runs=runs) as job:
            yield job


@asynccontextmanager
async def threadwork_in(folder: Path, base_url: str, *, runs: int = 1000) -> AsyncIterator[Job]:
    """The same, with its file in a folder that stays."""
    async with opened(folder, base_url, runs=runs) as services:
        for page in HANDBOOK.glob("*.md"):
            text = page.read_text(encoding="utf-8")
            await services.library.add(
                team_id="T1", channel_id=None, title=page.stem, text=text, url=page.name, source="handbook"
            )

        async def job() -> None:
            run_id = await ask(services)
            driver = services.driver
            assert driver is not None
            if (await driver.ended(run_id)) not in DONE:
                raise AssertionError("the run did not come to its end")

        yield job


async def ask(services: Opened) -> str:
    """The new run's id."""
    key = services.ids.new("k")
    question = Question(QUESTION, Conversation("T1", "C1", key), "U1")
    run, _ = await services.runs.create(question, key=key, budget_nano_usd=10**12)
    return run.run_id


@asynccontextmanager
async def opened(folder: Path, base_url: str, *, runs: int = 1000, drive: bool = True) -> AsyncIterator[Opened]:
    prices = folder / "prices.toml"
    prices.write_text(f'[models."{MODEL}"]\ninput_usd_per_million = 0.1\noutput_usd_per_million = 0.4\n')
    settings = load(
        None,
        database_url=f"sqlite+aiosqlite:///{folder}/bench.db",
        openai_base_url=base_url,
        model=MODEL,
        prices=prices,
        runs=runs,
        team_runs=runs,
        user_runs=runs,
        team_budget_nano_usd=10**15,
    )
    async with open_services(settings, drive=drive) as services:
        yield services


class Nothing:
    """Ports that keep nothing and refuse nothing: what the research costs by itself."""

    async def load(self, run_id: str) -> Mapping[str, Step]:
        return {}

    async def record(self, step: Step, *, settlement: Settlement | None = None, events: Sequence[Event] = ()) -> None:
        return None

    async def hold(self, hold: Hold) -> None:
        return None

    async def settle(self, settlement: Settlement) -> None:
        return None

    async def release(self, hold_id: str) -> None:
        return None

    async def assume(self, hold_id: str, reason: str) -> None:
        return None

    async def changed(self, run_id: str, timeout_seconds: float) -> None:
        return None

    async def take_up(self, run_id: str) -> Run | None:
        clock = SystemClock()
        question = Question(QUESTION, Conversation("T1", "C1", "1"), "U1")
        return Run(run_id, question, RunStatus.RUNNING, 1, 1, 10**12, 0.0, 0.0, clock.now())

    async def history(self, run_id: str) -> History:
        return History()

    async def emit(self, run: Run, events: Sequence[Event], *, patient: bool = False) -> None:
        return None

    async def finish(self, run: Run, status: RunStatus, events: Sequence[Event], seconds: float) -> None:
        if status not in DONE:
            raise AssertionError(f"the run ended as {status}: {events}")

    async def search(
        self, query: str, audience: Audience, limit: int, *, vector: Vector | None = None
    ) -> Sequence[Passage]:
        return [Passage(f"d#{n}", "d", "Testing", TEXT, 1.0) for n in range(limit)]

    async def fetch(self, chunk_id: str, audience: Audience) -> Passage | None:
        return None

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        clock = SystemClock()
        return [(Source("d", "Testing", "", clock.now(), "h"), TEXT)] if "d" in source_ids else []


def stored(file: Path) -> tuple[int, int]:
    """Rows in all tables and bytes of the file, its write-ahead log emptied into it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\'"
        tables = [name for (name,) in connection.execute(found) if not name.startswith("sqlite_")]
        counts = [connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables]
        free, pages, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count", "page_size")
        )
        return sum(counts), (pages - free) * size


JOBS = {
    "floor": floor,
    "client": client,
    "by hand": by_hand,
    "research": research,
    "threadwork": threadwork,
}
