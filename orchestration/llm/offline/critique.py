"""Critic by computation: what was not found, and reports that are not whole.

It sees what is missing, not what is wrong: a contradiction between quotes needs a model that reads. What code finds
in every model's claims and sentences (`orchestration/evidence`) it does not repeat.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from orchestration.llm.offline.line import CANNOT, NOTHING, WIDER
from orchestration.llm.offline.reading import CITATION, Reading, lines, text_of

MOST_NOTES = 12
NOTE_FRAME = 100
"""Bytes of a note besides its text."""

Note = tuple[str, str | None]
"""Text and subtask id."""
Gap = tuple[str, str, str | None]
"""The report's title, the line's label and the subtask id."""
OPEN = "nothing was found {}. A wider search may close the gap."
SEARCHED = "the library has nothing {}, also in a wider search. Add a document or waive this note."


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
    gaps: dict[tuple[str, str], list[Gap]] = {}
    for report in reports:
        subtask_id, title, error = (text_of(report, name) for name in ("subtask_id", "title", "error"))
        if error:
            yield f"{title}: there is no whole report. {error}", subtask_id or None
        for label, known in _empty(text_of(report, "summary")):
            # A report without a single answer is a gap of its own kind: it has no cell that others could share.
            gaps.setdefault((known, "" if label else title), []).append((title, label, subtask_id or None))
    yield from (_gaps(known, found) for (known, _), found in gaps.items())
    undone = dict.fromkeys(line for line in reading.text("answer").splitlines() if line.rstrip(".").endswith(CANNOT))
    yield from ((f"{line} A language model or a person may do it; else waive this note.", None) for line in undone)
    if not reports and not reading.text("answer").strip():
        yield "The draft is empty.", None


def _empty(summary: str) -> Iterator[tuple[str, str]]:
    """The label of each line without a quote, and what can be said of it."""
    for label, text in lines(summary):
        if text.casefold().startswith(NOTHING) and not CITATION.search(text):
            yield label, SEARCHED if text.casefold().rstrip(".").endswith(WIDER) else OPEN


def _gaps(said: str, gaps: Sequence[Gap]) -> Note:
    """All empty cells are one note; where they are of several reports, each names its own in brackets."""
    about = {subtask_id for _, _, subtask_id in gaps}
    titles = {title for title, _, _ in gaps}
    if len(about) > 1:
        whole = "; ".join(f"{label} ({title})" for title, label, _ in gaps)
        text = said.format(f"on {whole}")
        return f"{text[:1].upper()}{text[1:]}", None
    labels = "; ".join(label for _, label, _ in gaps if label)
    return f"{titles.pop()}: {said.format(f'on {labels}' if labels else 'for the question')}", about.pop()


def _short(text: str, most_bytes: int) -> str:
    if len(json.dumps(text, ensure_ascii=False).encode()) <= most_bytes:
        return text
    while text and len(json.dumps(text, ensure_ascii=False).encode()) > most_bytes:
        text = text[: len(text) * 3 // 4]
    return f"{text}…"
