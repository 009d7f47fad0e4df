"""How long a search takes and how fast pages are indexed, by the size of the library; `--large` adds 300,000 chunks.

The corpus is made from a seed (`_corpus.py`). Next to the team that owns it there is a team of ten pages in the same
file, whose searches must not pay for the neighbour. "Uncut" scores every chunk that holds any word of the question:
what choosing candidates by rare words saves, and that it loses nothing.
"""

import argparse
import asyncio
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._corpus import SECTIONS, Asked, Corpus, Page
from bot.clock import SystemClock
from bot.evaluation.retrieval import percentiles
from orchestration.values.ports import Audience
from storage.engine.opening import open_database
from storage.library.library import Library
from storage.search import rarity

SIZES, LARGE = (3_000, 30_000), 300_000
QUESTIONS, UNCUT_QUESTIONS = 200, 40
LIMIT, TOGETHER = 6, 64
OWNER, NEIGHBOUR = Audience("T1", "C1"), Audience("T2", "C2")


@dataclass
class Indexed:
    questions: list[Asked] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)
    chunks: int = 0
    characters: int = 0
    wall: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True)
class Measured:
    wall: tuple[float, float]
    cpu: tuple[float, float]
    ndcg: float


async def fill(library: Library, chunks: int) -> Indexed:
    """The neighbour's pages first; only the library's own work is timed."""
    corpus, made = Corpus(), Indexed()
    for number, (page, _) in enumerate(Corpus(seed=5).pages(10)):
        await library.add(team_id="T2", channel_id=None, title=page.title, text=page.text, url=f"own:{number}")
    count = chunks // SECTIONS
    batch: list[tuple[int, Page]] = []
    for number, (page, focuses) in enumerate(corpus.pages(count)):
        if number % max(1, count // QUESTIONS) == 0:
            made.questions.append(corpus.question(number, focuses))
        batch.append((number, page))
        if len(batch) == TOGETHER or number == count - 1:
            await _add(library, batch, made)
            batch = []
    return made


async def _add(library: Library, batch: list[tuple[int, Page]], made: Indexed) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    adding = (
        library.add(team_id="T1", channel_id=None, title=p.title, text=p.text, source=p.source, url=f"page:{number}")
        for number, p in batch
    )
    added = await asyncio.gather(*adding)
    made.wall += time.perf_counter() - wall
    made.cpu += time.process_time() - cpu
    for (number, page), new in zip(batch, added, strict=True):
        made.ids[number] = new.document_id
        made.chunks += new.chunks
        made.characters += len(page.text.encode())


async def measure(library: Library, made: Indexed, audience: Audience, most: int) -> Measured:
    """nDCG@10 of the one page that was asked about."""
    wall, cpu, gains = [], [], []
    for asked in made.questions[:most]:
        begun, begun_cpu = time.perf_counter(), time.process_time()
        found = await library.search(asked.query, audience, LIMIT)
        cpu.append((time.process_time() - begun_cpu) * 1000)
        wall.append((time.perf_counter() - begun) * 1000)
        ranked = list(dict.fromkeys(passage.source_id for passage in found))
        wanted = made.ids[asked.page]
        gains.append(1 / math.log2(ranked.index(wanted) + 2) if wanted in ranked else 0.0)
    return Measured(percentiles(wall), percentiles(cpu), statistics.mean(gains))


@contextmanager
def uncut() -> Iterator[None]:
    kept = rarity.FEW_ROWS, rarity.MOST_LOOKED_AT
    rarity.FEW_ROWS = rarity.MOST_LOOKED_AT = 10**9
    try:
        yield
    finally:
        rarity.FEW_ROWS, rarity.MOST_LOOKED_AT = kept


async def report(chunks: int) -> None:
    with tempfile.TemporaryDirectory(prefix="threadwork-bench-") as folder:
        path = Path(folder) / "library.db"
        db = await open_database(f"sqlite:///{path}", clock=SystemClock())
        library = Library(db, SystemClock())
        made = await fill(library, chunks)
        await library.search(made.questions[0].query, OWNER, LIMIT)
        rows = {"team": await measure(library, made, OWNER, QUESTIONS)}
        rows["neighbour"] = await measure(library, made, NEIGHBOUR, QUESTIONS)
        rows["team, first 40"] = await measure(library, made, OWNER, UNCUT_QUESTIONS)
        with uncut():
            rows["uncut, first 40"] = await measure(library, made, OWNER, UNCUT_QUESTIONS)
        await db.close()
        size = path.stat().st_size / made.characters
    print(
        f"\n{made.chunks:,} chunks · indexed {made.chunks / made.wall:.0f} a second of wall time, "
        f"{made.chunks / made.cpu:.0f} of CPU · the file is {size:.2f} x the text"
    )
    for name, row in rows.items():
        spread = (
            f"{kind} p50 {p50:7.1f} p95 {p95:7.1f} ms" for kind, (p50, p95) in (("wall", row.wall), ("CPU", row.cpu))
        )
        quality = "" if name == "neighbour" else f"   nDCG@10 {row.ndcg:.3f}"
        print(f"  {name:17}{'   '.join(spread)}{quality}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} chunks too: a quarter of an hour, 1.2 GB")
    sizes = (*SIZES, LARGE) if parser.parse_args().large else SIZES
    for chunks in sizes:
        asyncio.run(report(chunks))


if __name__ == "__main__":
    main()
