"""Critic by computation: what was not found, and reports that are not whole.

It sees what is missing, not what is wrong: a contradiction between quotes needs a model that reads. What code finds
in every model's claims and sentences (`orchestration/evidence`) it does not repeat.
"""

import json
from collections.abc import Iterator
from typing import Any

from orchestration.llm.offline.line import CANNOT, NOTHING, WIDER
from orchestration.llm.offline.reading import CITATION, Reading, lines, text_of

MOST_NOTES = 12
NOTE_FRAME = 100
"""Bytes of a note besides its text."""

Note = tuple[str, str | None]
"""Text and subtask id."""


def critique(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """The first notes that fit; each has room for its share."""
    share = most_bytes // (MOST_NOTES + 1) - NOTE_FRAME
    notes = [
        {"kind": "missing", "text": _short(text, share), "subtask_id": about}
        for text, about in list(_notes(reading))[:MOST_NOTES]
    ]
    return {"verdict": "revise" if notes else "ship", "notes": notes}


def _notes(reading: Reading) -> Iterator[Note]:
    reports = reading.items("reports")
    for report in reports:
        subtask_id, title, error = (text_of(report, name) for name in ("subtask_id", "title", "error"))
        if error:
            yield f"{title}: there is no whole report. {error}", subtask_id or None
        yield from ((text, subtask_id or None) for text in _empty(title, text_of(report, "summary")))
    undone = dict.fromkeys(line for line in reading.text("answer").splitlines() if line.rstrip(".").endswith(CANNOT))
    yield from ((f"{line} A language model or a person may do it; else waive this note.", None) for line in undone)
    if not reports and not reading.text("answer").strip():
        yield "The draft is empty.", None


def _empty(title: str, summary: str) -> Iterator[str]:
    for label, text in lines(summary):
        if not text.casefold().startswith(NOTHING) or CITATION.search(text):
            continue
        what = f"on {label}" if label else "for the question"
        if text.casefold().rstrip(".").endswith(WIDER):
            yield f"{title}: the library has nothing {what}, also in a wider search. Add a document or waive this note."
        else:
            yield f"{title}: nothing was found {what}. A wider search may close the gap."


def _short(text: str, most_bytes: int) -> str:
    if len(json.dumps(text, ensure_ascii=False).encode()) <= most_bytes:
        return text
    while text and len(json.dumps(text, ensure_ascii=False).encode()) > most_bytes:
        text = text[: len(text) * 3 // 4]
    return f"{text}…"
