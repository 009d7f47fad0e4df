"""What a run costs next to the floor of the same job: CPU, waiting, memory, rows. Trust the ratios, not the times."""

import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import JOBS, stored, threadwork_in
from benchmarks._server import serving

LATENCY, SLOW = 0.05, 1.0
"""Seconds a call takes; four follow each other in a run: supervisor, two of a worker, critic."""
ROUNDS, RUNS = 5, 8
NAMES = ("floor", "by hand", "threadwork")


@dataclass(frozen=True, slots=True)
class Load:
    rate: float
    """Runs a second."""
    p50: float
    """Seconds of a run."""
    kilobytes: float
    """Of resident memory that each of the runs in flight added."""
    cpu: float
    """Milliseconds a run."""


async def one_at_a_time(name: str, base_url: str) -> float:
    """CPU ms a run."""
    async with JOBS[name](base_url) as job:
        await job()
        cpu = time.process_time()
        for _ in range(RUNS):
            await job()
        return (time.process_time() - cpu) / RUNS * 1000


async def under_load(name: str, base_url: str, in_flight: int, count: int) -> Load:
    """`count` runs, never more than `in_flight` of them at once."""
    process = psutil.Process()
    peak = 0

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, process.memory_info().rss)
            await asyncio.sleep(0.02)

    async with JOBS[name](base_url) as job:
        await job()
        room = asyncio.Semaphore(in_flight)
        before = process.memory_info().rss
        watching = asyncio.create_task(watch())
        begun, cpu = time.perf_counter(), time.process_time()
        seconds = await asyncio.gather(*(_timed(job, room) for _ in range(count)))
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
        watching.cancel()
    return Load(count / wall, statistics.median(seconds), (peak - before) / in_flight / 1024, cpu / count * 1000)


async def _timed(job: Callable[[], Awaitable[None]], room: asyncio.Semaphore) -> float:
    async with room:
        begun = time.perf_counter()
        await job()
        return time.perf_counter() - begun


def isolated(name: str, base_url: str, in_flight: int, count: int) -> Load:
    """In a process of its own: peak memory would else be that of whoever ran before."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_under_load, (name, base_url, in_flight, count))


def _under_load(name: str, base_url: str, in_flight: int, count: int) -> Load:
    return asyncio.run(under_load(name, base_url, in_flight, count))


async def rows_and_bytes(base_url: str) -> tuple[float, float]:
    """What each run adds to the file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        async with threadwork_in(Path(folder), base_url) as job:
            await job()
            before = stored(file)
            for _ in range(50):
                await job()
            after = stored(file)
    return (after[0] - before[0]) / 50, (after[1] - before[1]) / 50


def cpu_table(names: tuple[str, ...]) -> None:
    measured: dict[str, list[float]] = {name: [] for name in names}
    with serving(LATENCY) as base_url:
        for _ in range(ROUNDS):
            for name in names:
                measured[name].append(asyncio.run(one_at_a_time(name, base_url)))
    print(f"CPU ms a run, one at a time: 8 calls of 50 ms, medians of {ROUNDS} interleaved rounds of {RUNS} runs")
    floor = statistics.median(measured["floor"])
    for name, values in measured.items():
        print(f"  {name:12}{(median := statistics.median(values)):>8.1f}{median / floor:>8.1f} x floor", flush=True)


def load_table(title: str, latency: float, in_flight: int, count: int) -> None:
    print(f"{title}: {count} runs, {in_flight} in flight, {latency:g} s a call (ideal {4 * latency:g} s)")
    print(f"  {'':12}{'runs/s':>8}{'p50 s':>8}{'CPU ms':>8}{'KB a run in flight':>20}")
    with serving(latency) as base_url:
        for name in NAMES:
            load = isolated(name, base_url, in_flight, count)
            numbers = f"{load.rate:>8.1f}{load.p50:>8.2f}{load.cpu:>8.1f}{load.kilobytes:>20.0f}"
            print(f"  {name:12}{numbers}", flush=True)


def main() -> None:
    cpu_table(("floor", "client", "by hand", "research", "threadwork"))
    load_table("throughput", LATENCY, 100, 600)
    load_table("waiting", SLOW, 100, 100)
    load_table("a burst", SLOW, 500, 500)
    with serving(0) as base_url:
        rows, size = asyncio.run(rows_and_bytes(base_url))
    print(f"stored a run: {rows:.0f} rows, {size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
