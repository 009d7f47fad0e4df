"""How good and how fast search is on labelled questions over anyone's documents."""

import asyncio
import math
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.evaluation import json_lines
from bot.evaluation.labelled_document import LabelledDocument
from bot.evaluation.router import half as half_of
from orchestration.values.errors import AskerError
from orchestration.values.ports import Audience, Clock
from storage.engine.opening import open_database
from storage.library.library import Library
from storage.search.chunks import normal_form

SHIPPED = Path(__file__).with_name("retrieval_questions.jsonl")
ROW = '{"query": "…", "relevant": ["id", …]}'
DOCUMENT = '{"id": "…", "title": "…", "text": "…", "source": "…"}'
TEAM = "eval"
NDCG_AT, RECALL_AT = 10, 5
PASSAGES = 100
"""Enough that ten documents are among them, though one may have many passages that match."""
AT_ONCE = 64
"""Documents handed to the library together: it commits them together."""


class Row(BaseModel):
    model_config = json_lines.LENIENT

    query: str
    relevant: frozenset[json_lines.Id]
    style: str = ""
    """How the question is put, where a set has several ways."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is in the library before the first question."""

    documents: Mapping[str, str]
    """The library's id → the id in the file. A file may give one id to several pieces of a page."""
    chunks: int
    empty: int
    """Documents with neither title nor text, which nothing can find."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    rows: int
    """Those that name a relevant document; the others measure nothing."""
    ndcg_at_10: float
    recall_at_5: float
    ms_p50: float
    """Wall time of one search."""
    ms_p95: float
    unknown: tuple[str, ...]
    """Relevant ids that the library lacks: they count as not found."""
    ndcg_by_style: Mapping[str, float]
    misses: tuple[tuple[str, float], ...]
    """Questions that are not answered by the first document alone, with their nDCG, worst first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to measure on; without files what ships."""

    file: Path | None = None
    library: Path | None = None
    half: str | None = None
    style: str | None = None


def data(choice: Choice) -> tuple[list[Row], list[LabelledDocument]]:
    """Raises AskerError with what to write instead."""
    file, library, half, style = choice.file, choice.library, choice.half, choice.style
    if half not in (None, "tune", "held-out"):
        raise AskerError(f"{half} is not a half. Choose tune or held-out.")
    if (file is None) != (library is None):
        raise AskerError("Name both, --file with the questions and --library with the documents, or neither.")
    rows = [row for _, row in json_lines.read(file or SHIPPED, Row, ROW)]
    styled = [row for row in rows if style in (None, row.style)]
    chosen = [row for row in styled if half is None or half_of(row.query) == half]
    if not chosen:
        raise AskerError("No row is of that style and half. Leave --style and --half out.")
    if library is not None:
        return chosen, [document for _, document in json_lines.read(library, LabelledDocument, DOCUMENT)]
    from bot.evaluation import docstring_pages

    return chosen, docstring_pages.documents()


@asynccontextmanager
async def temporary_library(clock: Clock) -> AsyncIterator[Library]:
    """The real library on a file that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="threadwork-eval-") as folder:
        db = await open_database(f"sqlite:///{folder}/library.db", clock=clock)
        try:
            yield Library(db, clock)
        finally:
            await db.close()


async def index(library: Library, documents: Sequence[LabelledDocument]) -> Indexed:
    begun = time.perf_counter()
    ids: dict[str, str] = {}
    chunks = 0
    findable = [(n, d) for n, d in enumerate(documents) if normal_form(d.text).strip() or normal_form(d.title).strip()]
    for start in range(0, len(findable), AT_ONCE):
        batch = findable[start : start + AT_ONCE]
        added = await asyncio.gather(*(_add(library, number, document) for number, document in batch))
        ids |= {new.document_id: document.id for new, (_, document) in zip(added, batch, strict=True)}
        chunks += sum(new.chunks for new in added)
    return Indexed(ids, chunks, len(documents) - len(findable), time.perf_counter() - begun)


async def evaluate(library: Library, indexed: Indexed, rows: Sequence[Row]) -> Score:
    """Raises AskerError where the two files have nothing to do with each other."""
    labelled = [row for row in rows if row.relevant]
    if not labelled:
        raise AskerError("No row of --file names a relevant document. Fill in `relevant`.")
    known = frozenset(indexed.documents.values())
    wanted = frozenset[str]().union(*(row.relevant for row in labelled))
    if not wanted & known:
        raise AskerError("No relevant id of --file is the id of a document in --library. Name the two that belong.")
    ndcg, recall, ms = [], [], []
    for row in labelled:
        begun = time.perf_counter()
        passages = await library.search(row.query, Audience(TEAM, ""), PASSAGES)
        ms.append((time.perf_counter() - begun) * 1000)
        ranked = list(dict.fromkeys(indexed.documents[passage.source_id] for passage in passages))
        ndcg.append(ndcg_at(NDCG_AT, ranked, row.relevant))
        recall.append(recall_at(RECALL_AT, ranked, row.relevant))
    misses = sorted(((row.query, gain) for row, gain in zip(labelled, ndcg, strict=True) if gain < 1), key=_by_gain)
    styles = {row.style for row in labelled} - {""}
    gains = [(row.style, gain) for row, gain in zip(labelled, ndcg, strict=True)]
    return Score(
        len(labelled),
        _mean(ndcg),
        _mean(recall),
        *percentiles(ms),
        unknown=tuple(sorted(wanted - known)),
        ndcg_by_style={style: _mean(gain for of, gain in gains if of == style) for style in sorted(styles)},
        misses=tuple(misses),
    )


def ndcg_at(depth: int, ranked: Sequence[str], relevant: frozenset[str]) -> float:
    """Järvelin and Kekäläinen 2002 with gains of 0 and 1, discount log2(rank + 1); the ideal has all relevant first."""
    gained = sum(1 / math.log2(rank + 1) for rank, one in enumerate(ranked[:depth], start=1) if one in relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), depth) + 1))
    return gained / ideal


def recall_at(depth: int, ranked: Sequence[str], relevant: frozenset[str]) -> float:
    return len(relevant.intersection(ranked[:depth])) / len(relevant)


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 95th by nearest rank: values that were measured, none in between."""
    ordered = sorted(values)
    return ordered[math.ceil(0.5 * len(ordered)) - 1], ordered[math.ceil(0.95 * len(ordered)) - 1]


def sentence(score: Score, indexed: Indexed) -> str:
    styles = "".join(f" · {style} {gain:.3f}" for style, gain in score.ndcg_by_style.items())
    return (
        f"{score.rows} questions over {len(set(indexed.documents.values()))} documents, {indexed.chunks} chunks\n"
        f"nDCG@10 {score.ndcg_at_10:.3f}{styles} · recall@5 {score.recall_at_5:.3f}\n"
        f"a search {score.ms_p50:.1f} ms (p50), {score.ms_p95:.1f} ms (p95) · "
        f"indexed {indexed.chunks / indexed.seconds:.0f} chunks a second"
    )


def to_json(score: Score, indexed: Indexed) -> dict[str, Any]:
    return {
        "rows": score.rows,
        "ndcg_at_10": round(score.ndcg_at_10, 4),
        "recall_at_5": round(score.recall_at_5, 4),
        "ms_p50": round(score.ms_p50, 3),
        "ms_p95": round(score.ms_p95, 3),
        "documents": len(set(indexed.documents.values())),
        "chunks": indexed.chunks,
        "empty_documents": indexed.empty,
        "unknown_relevant_ids": len(score.unknown),
        "index_seconds": round(indexed.seconds, 3),
        "chunks_per_second": round(indexed.chunks / indexed.seconds, 1),
        "ndcg_at_10_by_style": {style: round(gain, 4) for style, gain in score.ndcg_by_style.items()},
    }


async def _add(library: Library, number: int, document: LabelledDocument) -> Any:
    # The row's number as the address: two documents of one title stay two, and so do two pieces of one id.
    return await library.add(
        team_id=TEAM,
        channel_id=None,
        title=document.title,
        text=document.text if normal_form(document.text).strip() else document.title,
        url=f"eval:{number}",
        source=document.source,
    )


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept)


def _by_gain(miss: tuple[str, float]) -> float:
    return miss[1]
