"""Page search on questions that other people asked of the manuals."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks._manuals import documents
from bot.clock import SystemClock
from bot.evaluation import json_lines
from bot.evaluation.retrieval import ROW, Row, evaluate, index, sentence, temporary_library

MANUALS = Path(tempfile.gettempdir()) / "threadwork-manuals"


def found(path: Path) -> str:
    return asyncio.run(_found([row for _, row in json_lines.read(path, Row, ROW)]))


async def _found(rows: list[Row]) -> str:
    MANUALS.mkdir(parents=True, exist_ok=True)
    async with temporary_library(SystemClock()) as library:
        indexed = await index(library, documents(MANUALS))
        score = await evaluate(library, indexed, rows)
    unknown = f"; {len(score.unknown)} relevant pages are not in these manuals" if score.unknown else ""
    return sentence(score, indexed) + unknown
