"""What certainly speaks against a statement: a number or date that its evidence contradicts, and words in quotation
marks that are not there.
"""

import re
from collections.abc import Sequence

from orchestration.evidence.quotes import Misquote, Page
from orchestration.evidence.sentence import Sentence

NEARLY = 0.6
"""Share of the statement's words that a sentence has which says the same of another number."""
ONE = ((1.0, 1.0),)
"""In words it is hardly ever a number: one of them, the first time."""
QUOTATION_WORDS = 4
_QUOTATION = re.compile(r"[“„\"«]([^“”„\"«»\n]{12,600})[”“\"»]")
_LEFT_OUT = re.compile(r"\[[^\[\]\n]{0,60}\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…")
"""What a writer marks as not quoted: […], and [they] for a name."""


def contradicted(statement: Sentence, evidence: Sequence[Sentence]) -> str:
    """How, in a few words; empty where no figure of the evidence is in the way."""
    there = [figure for sentence in evidence for figure in sentence.figures]
    stated = [figure for figure in statement.figures if not (figure.small and figure.spans == ONE)]
    lacking = [figure for figure in stated if not any(map(figure.agrees, there))]
    enough = max(1, NEARLY * len(statement.keys))
    near = [sentence for sentence in evidence if lacking and len(statement.keys & sentence.keys) >= enough]
    for figure in lacking:
        for other in (other for sentence in near for other in sentence.figures):
            if figure.measures(other) and not any(map(other.agrees, statement.figures)):
                return f"the source says {other.text}, not {figure.text}"
    return ""


def misquoted(statement: str, page: Page) -> str:
    """The first words between its quotation marks that are not in the page; what is marked as left out is not."""
    for quoted in _QUOTATION.findall(statement):
        for part in _LEFT_OUT.split(quoted):
            if len(part.split()) >= QUOTATION_WORDS and isinstance(page.find(part), Misquote):
                return f"“{part.strip()}” is not in the source"
    return ""
