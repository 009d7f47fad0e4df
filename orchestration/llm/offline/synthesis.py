"""Synthesizer by rearrangement: the stored lines again, by aspect where reports share some, else by report.

In a revision it does what only takes lines away, shows what the reports hold on a note, or says that it cannot.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.llm.offline.reading import CITATION, Reading, lines, text_of
from orchestration.llm.offline.revising import MEND, applied, cannot, needs_a_reader
from orchestration.llm.offline.units import vocabulary
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
    def row(self) -> str:
        return f"- **{self.label}:** {self.text}" if self.label else f"- {self.text}"

    @property
    def named(self) -> str:
        """With what it is about, by which a wish may name it."""
        return f"{self.title} {self.row}"

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
    said = list[str]()
    for note in filter(None, (text_of(note, "text").strip() for note in reading.items("notes"))):
        left = _left(note, stored)
        stored = stored if left is None else left
        said += [] if left is not None else [_on_note(note, stored)]
    blocks = [*said, *(_by_aspect(stored) if _share_labels(stored) else _by_report(stored))] or [NOTHING_STORED]
    output = _output(blocks)
    while len(blocks) > 1 and len(json.dumps(output, ensure_ascii=False).encode()) > most_bytes:
        blocks.pop()
        output = _output([*blocks, LEFT_OUT])
    return output


def _output(blocks: Sequence[str]) -> dict[str, Any]:
    return {"answer": "\n\n".join(blocks), "conflicts": []}


def _left(note: str, stored: Sequence[StoredLine]) -> list[StoredLine] | None:
    """Of each report the lines that a wish leaves; None where it is not a wish for less."""
    kept = [applied(note, [line.named for line in own]) for own in _reports(stored)]
    if all(rows is None for rows in kept):
        return None
    rows = {row for rows in kept for row in rows or ()}
    return [line for line in stored if line.named in rows]


def _on_note(note: str, stored: Sequence[StoredLine]) -> str:
    heading = f"### On the note “{cut(' '.join(note.split()), 120)}”"
    wanted = vocabulary(note) - MEND
    scored = [(len(wanted & vocabulary(line.named)), line) for line in stored if line.cited]
    fit = sorted(scored, key=lambda pair: -pair[0])[:MOST_LINES_A_NOTE]
    shown = [line.under("") for shared, line in fit if shared >= min(2, len(wanted) or 1)]
    if needs_a_reader(note) or not shown:
        said = cannot(note)
        return f"{heading}\n{said[:1].upper()}{said[1:]}."
    return "\n".join([heading, *shown])


def _reports(stored: Sequence[StoredLine]) -> list[list[StoredLine]]:
    return [[line for line in stored if line.title == title] for title in dict.fromkeys(s.title for s in stored)]


def _share_labels(stored: Sequence[StoredLine]) -> bool:
    """Reports on several things under the same aspects, rather than on one thing from several points of view."""
    pairs = {(line.label, line.title) for line in stored if line.label}
    return len({label for label, _ in pairs}) < len(pairs)


def _by_aspect(stored: Sequence[StoredLine]) -> Iterator[str]:
    for label in dict.fromkeys(line.label for line in stored):
        rows = [line.under(label) for line in stored if line.label == label]
        yield "\n".join([f"### {label}", *rows] if label else rows)


def _by_report(stored: Sequence[StoredLine]) -> Iterator[str]:
    """A heading a report; what another quotes already is not repeated."""
    shown = set[str]()
    for own in _reports(stored):
        rows = [line.row for line in own if line.text not in shown or not line.cited] or [REPEATED]
        shown |= {line.text for line in own}
        yield "\n".join([f"## {own[0].title}", "", *dict.fromkeys(rows)])
