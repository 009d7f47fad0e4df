"""Synthesizer by rearrangement: the stored lines again, by report; in a revision sorted by aspect, first what a note
asks about. Whether two of them contradict each other it cannot see."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.llm.offline.assignment import CITATION, NOISE, names
from orchestration.llm.offline.reading import Reading, lines
from orchestration.llm.offline.sentences import vocabulary
from orchestration.values.text import clean, cut

REPEATED = "It quotes nothing that is not quoted above."
MOST_LINES_A_NOTE = 3
NOTHING_STORED = "The stored reports hold nothing."
LEFT_OUT = "The rest of the reports is left out here, because the answer would be too long."


@dataclass(frozen=True, slots=True)
class StoredLine:
    title: str
    label: str
    text: str

    @property
    def cited(self) -> bool:
        return bool(CITATION.search(self.text))

    @property
    def words(self) -> frozenset[str]:
        return vocabulary(f"{self.title} {self.label} {self.text}")

    @property
    def row(self) -> str:
        return f"- **{self.label}:** {self.text}" if self.label else f"- {self.text}"

    def under(self, heading: str) -> str:
        name = self.title if self.label == heading else f"{self.title}, {self.label}" if self.label else self.title
        return f"- **{name}:** {self.text}"


def synthesize(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """Blocks that would not fit are left out from the end, and the answer says so."""
    stored = [
        StoredLine(clean(str(report.get("title", ""))), label, text)
        for report in reading.items("reports")
        for label, text in lines(clean(str(report.get("summary", ""))))
    ]
    notes = [clean(str(note.get("text", ""))).strip() for note in reading.items("notes")]
    labels = list(dict.fromkeys(line.label for line in stored))
    first = [label for label in labels if label and any(names(note, label) for note in notes)]
    others = [note for note in notes if note and not any(names(note, label) for label in first)]
    ordered = [*first, *(label for label in labels if label not in first)]
    sorted_lines = _by_aspect(stored, ordered) if notes or _share_labels(stored) else _by_report(stored)
    blocks = [*(_on_note(note, stored) for note in others), *sorted_lines] or [NOTHING_STORED]
    output = _output(blocks)
    while len(blocks) > 1 and len(json.dumps(output, ensure_ascii=False).encode()) > most_bytes:
        blocks.pop()
        output = _output([*blocks, LEFT_OUT])
    return output


def _output(blocks: Sequence[str]) -> dict[str, Any]:
    return {"answer": "\n\n".join(blocks), "conflicts": []}


def _on_note(note: str, stored: Sequence[StoredLine]) -> str:
    """Without a judgement of its own it shows what is there, or says that a rearrangement cannot fix the note."""
    wanted = vocabulary(note) - NOISE
    fit = sorted(
        ((len(wanted & line.words), -place, line) for place, line in enumerate(stored) if line.cited),
        key=lambda found: found[:2],
        reverse=True,
    )
    shown = [line.under("") for shared, _, line in fit[:MOST_LINES_A_NOTE] if shared >= min(2, len(wanted) or 1)]
    heading = f"### On the note “{cut(' '.join(note.split()), 120)}”"
    if not shown:
        return f"{heading}\nThe stored reports hold nothing on this; it takes a new search or a person's judgement."
    return "\n".join([heading, *shown])


def _by_aspect(stored: Sequence[StoredLine], labels: Sequence[str]) -> Iterator[str]:
    for label in labels:
        rows = [line.under(label) for line in stored if line.label == label]
        yield "\n".join([f"### {label}", *rows] if label else rows)


def _share_labels(stored: Sequence[StoredLine]) -> bool:
    """Reports on several things under the same aspects, rather than on one thing from several points of view."""
    pairs = {(line.label, line.title) for line in stored if line.label}
    return len({label for label, _ in pairs}) < len(pairs)


def _by_report(stored: Sequence[StoredLine]) -> Iterator[str]:
    """A heading a report; what another quotes already is not repeated."""
    shown = set[str]()
    known: dict[frozenset[str], str] = {}
    for title in dict.fromkeys(line.title for line in stored):
        own = [line for line in stored if line.title == title]
        twin = known.setdefault(frozenset(line.text for line in own), title)
        rows = [line.row for line in own if line.text not in shown or not line.cited]
        rows = rows or [REPEATED]
        shown |= {line.text for line in own}
        yield "\n".join([f"## {title}", "", *(rows if twin == title else [f"It quotes the same as “{twin}”."])])
