"""The critic reviews a draft with the evidence before it; it writes notes, never text of its own."""

import re
from collections.abc import Sequence
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


def critique_from(
    output: CriticOutput | None, draft: Draft, found: Sequence[Note], *, why: str = UNREADABLE
) -> Critique:
    """The critique with what code found first; output that is missing counts as `revise` with a note that says why.

    Where the critic says what a report lacks, code does not say so again.
    """
    known = {report.subtask_id for report in draft.reports}
    said = {n.subtask_id for n in output.notes if n.kind == "missing"} & known if output else set()
    notes = [
        (n.kind, n.text, n.subtask_id) for n in found if n.kind is not NoteKind.MISSING or n.subtask_id not in said
    ]
    if output is None:
        notes.append((NoteKind.OTHER, f"{UNREVIEWED} {why}", None))
    else:
        notes += [
            (NoteKind(n.kind), n.text.strip(), n.subtask_id if n.subtask_id in known else None)
            for n in output.notes
            if n.text.strip()
        ]
    unique: dict[tuple[str, str | None], NoteKind] = {}
    for kind, text, subtask_id in notes:
        unique.setdefault((text, subtask_id), NoteKind(kind))
    numbered = tuple(
        Note(f"N{n}", kind, text, subtask_id) for n, ((text, subtask_id), kind) in enumerate(unique.items(), start=1)
    )
    return Critique(draft.version, Verdict.REVISE if numbered else Verdict.SHIP, numbered)
