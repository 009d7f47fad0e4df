"""Document analysis: the parts that are asked of a text, whichever strategy works on it."""

import re

from orchestration.values.domain import Question, Subtask, WorkerReport

_ANALYSIS = re.compile(
    r"\b(?:analy[sz](?:e|es|ing|is)|reviews?|critique|critici[sz]e|assess|assessment|evaluate|evaluation|summari[sz]e"
    r"|summary|break\s+down|what\s+(?:do|should)\s+we\s+(?:make|take)|digest|read\s+this)\b",
    re.IGNORECASE,
)
ASKED_CHARACTERS = 600

PARTS = (
    Subtask(
        "s1",
        "Entities",
        "List the people, organisations, systems, data sets and figures that the document rests on, each with what it "
        "says about them.",
    ),
    Subtask(
        "s2",
        "Summary",
        "Summarise what the document sets out to show, how, and what it finds, in at most six statements.",
    ),
    Subtask(
        "s3",
        "Critique of methodology",
        "Examine how the document arrives at its findings: sample, measures, comparisons, assumptions, what it leaves "
        "out and what limits it states itself. Say what that means for how far its findings reach.",
    ),
    Subtask(
        "s4",
        "Action items",
        "List what the document recommends or what follows from it for the reader, the most important first, each with "
        "the passage it rests on.",
    ),
)

ANALYSIS = Subtask(
    "s3",
    "Document analysis",
    "Analyse the document as a whole, part by part as the task names them, each part under a heading of its own. Take "
    "no side: others argue about it.",
)
"""All parts by one agent, for a strategy whose own agents argue about the document instead."""


def asks_for_analysis(question: Question) -> bool:
    """A document came with the question, and it is the document as a whole that is asked about."""
    return bool(question.document_ids) and bool(_ANALYSIS.search(question.text[:ASKED_CHARACTERS]))


def is_analysis(member: Subtask | WorkerReport) -> bool:
    """By its title too: in a debate without a document the third place is free for what a revision adds."""
    return (member.subtask_id, member.title) == (ANALYSIS.subtask_id, ANALYSIS.title)
