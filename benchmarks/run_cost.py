"""What one run costs in CPU and in waiting, against the floor of the same job. Trust the ratios, not the times."""

import asyncio
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._jobs import JOBS
from benchmarks._server import serving

LATENCY = 0.05
IDEAL = 4 * LATENCY  # supervisor, two chained worker calls, critic
ROUNDS, RUNS = 5, 8


async def measure(name: str, base_url: str) -> tuple[float, float]:
    """CPU ms a run and wall ms a run of this process, one run after the other."""
    async with JOBS[name](base_url) as job:
        await job()
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(RUNS):
            await job()
        return (time.process_time() - cpu) / RUNS * 1000, (time.perf_counter() - wall) / RUNS * 1000


def main() -> None:
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in JOBS}
    with serving(LATENCY) as base_url:
        for _ in range(ROUNDS):
            for name in JOBS:
                measured[name].append(asyncio.run(measure(name, base_url)))
    medians = {
        name: [statistics.median(values) for values in zip(*rows, strict=True)] for name, rows in measured.items()
    }
    floor_cpu, floor_wall = medians["floor"]
    floor_wait = floor_wall - IDEAL * 1000
    print(f"8 calls of {LATENCY * 1000:.0f} ms, medians of {ROUNDS} interleaved rounds of {RUNS} runs")
    print(f"{'':12}{'CPU ms a run':>14}{'x floor':>9}{'ms overhead a sequential call':>32}{'x floor':>9}")
    for name, (cpu, wall) in medians.items():
        wait = wall - IDEAL * 1000
        print(f"{name:12}{cpu:>14.1f}{cpu / floor_cpu:>9.1f}{wait / 4:>32.1f}{wait / floor_wait:>9.1f}")
    storage = medians["threadwork"][0] - medians["research"][0]
    print(f"storage (threadwork - research): {storage:.1f} ms CPU a run")


if __name__ == "__main__":
    main()
