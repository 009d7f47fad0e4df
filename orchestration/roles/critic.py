"""The critic reviews a draft with the evidence before it; it writes notes, never text of its own."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, Self

from orchestration.agents.agent import Agent, Output
from orchestration.roles.conversation import thread
from orchestration.values.domain import (
    Claim,
    Critique,
    Draft,
    Note,
    NoteKind,
    Question,
    Verdict,
    WorkerReport,
)
from orchestration.values.roles import Role

UNREVIEWED = "Nobody has reviewed this draft."
UNREADABLE = "The critic's reply could not be read."


class NoteOutput(Output):
    kind: Literal["unsupported", "contradiction", "vague", "missing", "other"]
    text: str
    """What is wrong and what would fix it, in one or two sentences."""
    subtask_id: str | None
    """The report this note is about; null if it is about the answer as a whole."""


class CriticOutput(Output):
    verdict: Literal["ship", "revise"]
    notes: list[NoteOutput]
    """Empty if the verdict is `ship`."""

    @classmethod
    def from_plain(cls, text: str) -> Self | None:
        """`SHIP IT`, `APPROVED`, or `REVISE` with a numbered list, as small models like to write.

        A verdict is only read where it opens the text: approval must not be found inside some other sentence.
        """
        opening = text.strip().lstrip("*# ").upper()
        if opening.startswith(("SHIP IT", "APPROVED")):
            return cls(verdict="ship", notes=[])
        items = [item.strip() for item in _NUMBERED.findall(text)]
        if opening.startswith("REVISE") and items:
            return cls(verdict="revise", notes=[NoteOutput(kind="other", text=i, subtask_id=None) for i in items])
        return None


_NUMBER = re.compile(r"\[\d{1,3}\]")
_NUMBERED = re.compile(r"^\s*(?:\d+[.)]|[-*])\s+(.+)$", re.MULTILINE)


CRITIC = Agent(
    role=Role.CRITIC,
    instructions=(
        "You are the critic of a research team. Judge the draft only against the question and the evidence quoted in "
        "the claims. Note statements that their quote does not support, contradictions between reports, parts of the "
        "question that are not answered, and vague wording that would mislead. Give the subtask_id of the report that "
        "each note is about. Do not comment on style. If nothing important is wrong, the verdict is ship with no notes."
    ),
    output=CriticOutput,
    temperature=0.0,
)


def critic_task(question: Question, draft: Draft) -> dict[str, Any]:
    return {
        "question": question.text,
        **thread(question),
        "answer": draft.answer,
        "sources": [
            {"number": n, "source_id": s.source_id, "title": s.title} for n, s in enumerate(draft.sources, start=1)
        ],
        "reports": [
            {
                "subtask_id": report.subtask_id,
                "title": report.title,
                "summary": report.summary,
                "error": report.error,
                "claims": [
                    {"text": c.text, "source_id": c.source_id, "quote": c.quote, "support": c.support, **_hint(c)}
                    for c in report.claims
                ],
                **_missing(report),
            }
            for report in draft.reports
        ],
        "gaps": list(draft.gaps),
    }


def _missing(report: WorkerReport) -> dict[str, Any]:
    """What a stage should have handed over and did not find."""
    names = [field.name for field in report.fields if not field.value]
    return {"missing_fields": names} if names else {}


def _hint(claim: Claim) -> dict[str, str]:
    """What code has against a claim, for the critic to look at."""
    against = claim.reason or claim.doubt
    return {"against": against} if against else {}


def _names(text: str, thing: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(thing)}(?!\w)", text, re.IGNORECASE) is not None


def _words(note: Note) -> tuple[str, ...]:
    """What makes two notes one: the same words about the same report; citations are numbered again in each version."""
    return (note.subtask_id or "", *re.findall(r"\w+", _NUMBER.sub("", note.text).casefold()))


def critique_from(
    output: CriticOutput | None, draft: Draft, found: Sequence[Note], *, waived: Sequence[Note] = (), why: str = UNREADABLE
) -> Critique:
    """The critique with what code found first; output that is missing counts as `revise` with a note that says why.

    Where the critic says what a report lacks, code does not say so again. What a person has waived (`waived`) does
    not come back in the same words.
    """
    known = {report.subtask_id for report in draft.reports}
    said = {n.subtask_id for n in output.notes if n.kind == "missing"} & known if output else set()
    lacking = " ".join(n.text for n in output.notes if n.kind == "missing") if output else ""
    notes = [
        (n.kind, n.text, n.subtask_id)
        for n in found
        if n.kind is not NoteKind.MISSING
        or (n.subtask_id not in said and not _names(lacking, n.text.partition(":")[0]))
    ]
    if output is None:
        notes.append((NoteKind.OTHER, f"{UNREVIEWED} {why}", None))
    else:
        notes += [
            (NoteKind(n.kind), n.text.strip(), n.subtask_id if n.subtask_id in known else None)
            for n in output.notes
            if n.text.strip()
        ]
    gone = {_words(note) for note in waived}
    unique: dict[tuple[str, ...], Note] = {}
    for kind, text, subtask_id in notes:
        note = Note("", NoteKind(kind), text, subtask_id)
        if _words(note) not in gone:
            unique.setdefault(_words(note), note)
    numbered = tuple(replace(note, note_id=f"N{n}") for n, note in enumerate(unique.values(), start=1))
    return Critique(draft.version, Verdict.REVISE if numbered else Verdict.SHIP, numbered)
