"""A supervisor with three uneven workers against the slowest chain of its calls: what the others make it wait.

The slowest chain is plan → two calls of the slowest worker → critique, each as long as the server takes for it.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import JOBS
from benchmarks._server import PACES, serving

RUNS = 7
CALLS = 2
"""A worker's: it searches, then it answers."""
CHAIN = 2 + CALLS * max(PACES.values())
IN_TURN = 2 + CALLS * sum(PACES.values())
"""In latencies; the supervisor's and the critic's calls are the two."""


async def walls(name: str, base_url: str) -> list[float]:
    """Seconds of each run, one run after the other."""
    async with JOBS[name](base_url) as job:
        await job()
        seconds = []
        for _ in range(RUNS):
            begun = time.perf_counter()
            await job()
            seconds.append(time.perf_counter() - begun)
        return seconds


def main() -> None:
    print(f"three workers in turn would take {IN_TURN / CHAIN:.2f} x the slowest chain; medians of {RUNS} runs")
    print(f"{'':12}{'latency s':>12}{'chain s':>12}{'p50 s':>12}{'x chain':>12}{'worst x':>12}")
    for latency in (0.1, 0.3, 1.0):
        with serving(latency, uneven=True) as base_url:
            for name in ("floor", "threadwork"):
                seconds, chain = asyncio.run(walls(name, base_url)), CHAIN * latency
                numbers = (latency, chain, p50 := statistics.median(seconds), p50 / chain, max(seconds) / chain)
                print(f"{name:12}" + "".join(f"{number:>12.3f}" for number in numbers), flush=True)


if __name__ == "__main__":
    main()
