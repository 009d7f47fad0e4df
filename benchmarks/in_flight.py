"""Many runs at once: runs a second, how long each takes against the ideal, and memory."""

import asyncio
import statistics
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import JOBS
from benchmarks._server import serving


async def burst(name: str, base_url: str, count: int) -> tuple[float, float, float]:
    """Runs a second, median seconds of a run, peak resident MB, for `count` runs started together."""
    peak = 0.0

    async def watch() -> None:
        nonlocal peak
        process = psutil.Process()
        while True:
            peak = max(peak, process.memory_info().rss / 1e6)
            await asyncio.sleep(0.02)

    async with JOBS[name](base_url) as job:
        await job()
        watching = asyncio.create_task(watch())

        async def timed() -> float:
            begun = time.perf_counter()
            await job()
            return time.perf_counter() - begun

        begun = time.perf_counter()
        seconds = await asyncio.gather(*(timed() for _ in range(count)))
        wall = time.perf_counter() - begun
        watching.cancel()
    return count / wall, statistics.median(seconds), peak


def isolated(name: str, base_url: str, count: int) -> tuple[float, float, float]:
    """In a process of its own: peak memory would else be that of whoever ran before."""
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_burst, (name, base_url, count))


def _burst(name: str, base_url: str, count: int) -> tuple[float, float, float]:
    return asyncio.run(burst(name, base_url, count))


def main() -> None:
    print(f"{'':12}{'latency s':>10}{'in flight':>10}{'runs/s':>9}{'p50 s':>8}{'x ideal':>9}{'peak MB':>9}")
    for latency, count in ((0.05, 1), (0.05, 50), (1.0, 100)):
        with serving(latency) as base_url:
            for name in ("floor", "threadwork"):
                rate, p50, peak = isolated(name, base_url, count)
                ratio = p50 / (4 * latency)
                print(f"{name:12}{latency:>10}{count:>10}{rate:>9.1f}{p50:>8.2f}{ratio:>9.2f}{peak:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
