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

Burst = tuple[float, float, float, float]


async def burst(name: str, base_url: str, count: int) -> Burst:
    """Runs a second, median seconds of a run, CPU ms a run and peak resident MB of `count` runs started together."""
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

        begun, cpu = time.perf_counter(), time.process_time()
        seconds = await asyncio.gather(*(timed() for _ in range(count)))
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
        watching.cancel()
    return count / wall, statistics.median(seconds), cpu / count * 1000, peak


def isolated(name: str, base_url: str, count: int) -> Burst:
    """In a process of its own: peak memory would else be that of whoever ran before."""
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_burst, (name, base_url, count))


def _burst(name: str, base_url: str, count: int) -> Burst:
    return asyncio.run(burst(name, base_url, count))


def main() -> None:
    columns = ("latency s", "in flight", "runs/s", "p50 s", "x ideal", "CPU ms a run", "peak MB")
    print(" " * 12 + "".join(f"{column:>14}" for column in columns))
    for latency, count in ((0.05, 1), (0.05, 50), (1.0, 100)):
        with serving(latency) as base_url:
            for name in ("floor", "threadwork"):
                rate, p50, cpu, peak = isolated(name, base_url, count)
                numbers = (latency, count, rate, p50, p50 / (4 * latency), cpu, peak)
                print(f"{name:12}" + "".join(f"{number:>14.4g}" for number in numbers), flush=True)


if __name__ == "__main__":
    main()
