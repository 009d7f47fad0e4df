"""Critic by computation: empty cells, reports on one source, entities without evidence.

It sees what is missing, not what is wrong: a contradiction between quotes needs a model that reads. What code finds
in every model's claims and sentences (`orchestration/evidence`) it does not repeat.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.llm.offline.aspects import KNOWN, grid
from orchestration.llm.offline.assignment import CITATION, ONE_SOURCE
from orchestration.llm.offline.quoting import NOTHING, NOTHING_WIDER
from orchestration.llm.offline.reading import Reading, lines
from orchestration.llm.offline.sentences import vocabulary
from orchestration.values.text import clean

MOST_NOTES = 12
NOTE_FRAME = 100
"""Bytes of a note besides its text."""

Note = tuple[str, str, str | None]
"""Kind, text and subtask id."""


def critique(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """The first notes that fit; each has room for its share."""
    notes, share = list(_notes(reading))[:MOST_NOTES], most_bytes // (MOST_NOTES + 1)
    notes = [(kind, _short(text, share - NOTE_FRAME), subtask_id) for kind, text, subtask_id in notes]
    return {
        "verdict": "revise" if notes else "ship",
        "notes": [{"kind": kind, "text": text, "subtask_id": subtask_id} for kind, text, subtask_id in notes],
    }


def _notes(reading: Reading) -> Iterator[Note]:
    reports = reading.items("reports")
    for report in reports:
        yield from _on_report(report)
    if not reports and not reading.text("answer").strip():
        yield "missing", "The draft is empty.", None
    yield from _without_evidence(reading, reports)


def _on_report(report: Mapping[str, Any]) -> Iterator[Note]:
    subtask_id, title, summary = (_text(report, name) for name in ("subtask_id", "title", "summary"))
    about = subtask_id or None
    if error := _text(report, "error"):
        yield "missing", f"{title}: there is no whole report. {error}", about
    yield from (("missing", text, about) for text in _empty_cells(title, summary))
    if text := _one_source(title, summary, report):
        yield "other", text, about


def _empty_cells(title: str, summary: str) -> Iterator[str]:
    for label, text in lines(summary):
        if not text.casefold().startswith(NOTHING) or CITATION.search(text):
            continue
        what = f"on {label.lower() if label.lower() in KNOWN else label}" if label else "for the question"
        if text.casefold().startswith(NOTHING_WIDER):
            yield f"{title}: the library has nothing {what}, also in a wider search. Add a document or waive this note."
        elif not text.casefold().startswith(f"{NOTHING} for “"):
            yield f"{title}: nothing was found {what}. A wider search may close the gap."


def _one_source(title: str, summary: str, report: Mapping[str, Any]) -> str:
    """Not where a second source was looked for in vain: another round would bring the same."""
    listed = report.get("claims")
    claims = [claim for claim in listed if isinstance(claim, Mapping)] if isinstance(listed, list) else []
    sources = {_text(claim, "source_id") for claim in claims}
    if len(claims) < 2 or len(sources) != 1 or "**Second source:**" in summary:
        return ""
    return f"{title}: all {len(claims)} statements rest on {ONE_SOURCE}. A second one would make them safer."


def _without_evidence(reading: Reading, reports: list[Mapping[str, Any]]) -> Iterator[Note]:
    compared = grid(reading.text("question"))
    written = [vocabulary(f"{_text(report, 'title')} {_text(report, 'summary')}") for report in reports]
    for entity in compared.entities if compared else ():
        if not any(vocabulary(entity) <= words for words in written):
            yield "missing", f"{entity}: the draft says nothing about it, though the question names it.", None


def _short(text: str, most_bytes: int) -> str:
    if len(json.dumps(text, ensure_ascii=False).encode()) <= most_bytes:
        return text
    while text and len(json.dumps(text, ensure_ascii=False).encode()) > most_bytes:
        text = text[: len(text) * 3 // 4]
    return f"{text}…"


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return clean(value) if isinstance(value, str) else ""
