"""How good search is on long pages: 146 questions as people ask them over the manuals of four Python packages.

The first run fetches their source archives with pip, into a folder that later runs find again. The questions are in
`manual_questions.jsonl`; those about pytest and Scrapy were written before any search of those manuals.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._manuals import documents
from bot.clock import SystemClock
from bot.evaluation import json_lines
from bot.evaluation.retrieval import ROW, Row, evaluate, index, sentence, temporary_library

QUESTIONS = Path(__file__).with_name("manual_questions.jsonl")


async def measure(folder: Path, misses: bool) -> None:
    pages = documents(folder)
    rows = [row for _, row in json_lines.read(QUESTIONS, Row, ROW)]
    async with temporary_library(SystemClock()) as library:
        indexed = await index(library, pages)
        score = await evaluate(library, indexed, rows)
    print(sentence(score, indexed))
    if score.unknown:
        print(f"Not among the pages: {', '.join(score.unknown)}")
    for query, gain in score.misses if misses else ():
        print(f"{gain:.2f}  {query}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(tempfile.gettempdir()) / "threadwork-manuals"
    parser.add_argument("--folder", type=Path, default=default, help="where the archives are kept (%(default)s)")
    parser.add_argument("--misses", action="store_true", help="list the questions that another page answered first")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(measure(chosen.folder, chosen.misses))


if __name__ == "__main__":
    main()
