"""Document analysis: the parts that are asked of a text, whichever strategy works on it."""

import re

from orchestration.values.domain import Question, Subtask, WorkerReport

_ANALYSIS = re.compile(
    r"\b(?:analy[sz](?:e|es|ing|is)|reviews?|critique|critici[sz]e|assess|assessment|evaluate|evaluation|summari[sz]e"
    r"|summary|break\s+down|what\s+(?:do|should)\s+we\s+(?:make|take)|digest|read\s+this"
    r"|entities|action\s+items|methodology)\b",
    re.IGNORECASE,
)
ASKED_CHARACTERS = 600

PARTS = (
    Subtask(
        "s1",
        "Entities",
        "List the people, organisations, systems, data sets and figures that the document relies on, and what it says "
        "about each.",
    ),
    Subtask(
        "s2",
        "Summary",
        "Summarise what the document tries to show, how it does so and what it finds, in at most six statements.",
    ),
    Subtask(
        "s3",
        "Critique of methodology",
        "Examine how the document reaches its findings: sample, measures, comparisons, assumptions, what it leaves out "
        "and which limits it states itself. Say how far its findings can be relied on.",
    ),
    Subtask(
        "s4",
        "Action items",
        "List what the document recommends, or what the reader should do because of it, most important first, each "
        "with the passage it is based on.",
    ),
)

ANALYSIS = Subtask(
    "s3",
    "Document analysis",
    "Analyse the whole document, using the parts that the task names, each under its own heading. Do not take sides: "
    "others argue for and against.",
)
"""All parts by one agent, for a strategy whose own agents argue about the document instead."""


def asks_for_analysis(question: Question) -> bool:
    """A document came with the question, and it is the document as a whole that is asked about."""
    return bool(question.document_ids) and bool(_ANALYSIS.search(question.text[:ASKED_CHARACTERS]))


def is_analysis(member: Subtask | WorkerReport) -> bool:
    """By its title too: in a debate without a document the third place is free for what a revision adds."""
    return (member.subtask_id, member.title) == (ANALYSIS.subtask_id, ANALYSIS.title)
