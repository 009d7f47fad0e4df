"""What searching by meaning costs on top of searching by words: CPU a query, the first look, and memory.

Random vectors of 1,536 numbers, as many as there are chunks; texts of common words, so that words cost what they cost.
"""

import asyncio
import random
import tempfile
import time
import tracemalloc
from pathlib import Path
from statistics import median

import numpy as np

from bot.clock import SystemClock
from orchestration.values.domain import Usage
from orchestration.values.ports import Audience, Settlement
from storage.engine.opening import open_database
from storage.library.library import Library
from storage.money.budgets import BudgetDefaults
from storage.search.vectors import Vectors

SIZES = (3_000, 30_000)
DIMENSIONS = 1_536
QUERIES = 20
CHUNKS_A_PAGE = 12
BATCH = 512
HERE = Audience("T1", "C1")
RARE = [f"subject{n}" for n in range(3_000)]
COMMON = [
    "the",
    "server",
    "of",
    "a",
    "request",
    "is",
    "set",
    "to",
    "send",
    "data",
    "when",
    "it",
    "has",
    "more",
    "than",
    "one",
    "way",
    "to",
    "do",
    "so",
]


def page(chance: random.Random) -> str:
    parts = (" ".join(chance.choices(COMMON, k=60) + chance.sample(RARE, 8)) for _ in range(CHUNKS_A_PAGE))
    return "\n\n".join(f"## Part {n}\n\n{text}." for n, text in enumerate(parts))


def unit(numbers: np.random.Generator) -> bytes:
    vector = numbers.standard_normal(DIMENSIONS).astype("<f4")
    return bytes((vector / np.linalg.norm(vector)).tobytes())


async def fill(library: Library, index: Vectors, size: int) -> None:
    chance, numbers = random.Random(1), np.random.default_rng(1)
    for number in range(size // CHUNKS_A_PAGE):
        await library.add(team_id="T1", channel_id=None, title=f"Page {number}", text=page(chance))
    while batch := await index.unembedded(BATCH, without=frozenset()):
        await index.keep(batch, [unit(numbers) for _ in batch.texts], Settlement("none", 0, Usage(), False))


async def cpu_ms(library: Library, vector: bytes | None) -> float:
    chance, taken = random.Random(2), []
    for _ in range(QUERIES):
        begun = time.process_time()
        await library.search(" ".join(chance.sample(RARE, 4)), HERE, 6, vector=vector)
        taken.append(time.process_time() - begun)
    return median(taken) * 1000


async def measure(size: int) -> tuple[float, float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        db = await open_database(f"sqlite:///{Path(folder) / 'bench.db'}", clock=SystemClock())
        library, index = Library(db, db.clock, "m"), Vectors(db, "m", BudgetDefaults(10**11))
        await fill(library, index, size)
        vector = unit(np.random.default_rng(2))
        words = await cpu_ms(library, None)
        tracemalloc.start()
        begun = time.process_time()
        await library.search("subject1", HERE, 6, vector=vector)
        first = (time.process_time() - begun) * 1000
        memory = tracemalloc.get_traced_memory()[0] / 1_000_000
        tracemalloc.stop()
        both = await cpu_ms(library, vector)
        await db.close()
    return words, both, first, memory


def main() -> None:
    print(f"{'chunks':>8}{'words, CPU ms':>16}{'both, CPU ms':>15}{'first look, CPU ms':>21}{'memory, MB':>13}")
    for size in SIZES:
        words, both, first, memory = asyncio.run(measure(size))
        print(f"{size:>8,}{words:>16.1f}{both:>15.1f}{first:>21.0f}{memory:>13.0f}")


if __name__ == "__main__":
    main()
