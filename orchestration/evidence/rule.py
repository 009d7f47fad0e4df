"""The rule of the deterministic critic: what speaks against a statement, by counting and comparing alone.

The same function marks claims in a run and rows in `threadwork eval claims`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestration.evidence.figures import missing_figures
from orchestration.evidence.likeness import FEWEST_WORDS, FLAG_UNDER, Likeness, Rarity, compare, unlike_part, words_of
from orchestration.evidence.names import Known, missing_names
from orchestration.evidence.polarity import left_behind, turned
from orchestration.evidence.quotes import Misquote, Page
from orchestration.values.domain import Span

WORDS_UNDER = 0.35
"""Share of the words alone from which a statement is doubted, whatever its numbers and names."""
QUOTATION_WORDS = 4
_QUOTATION = re.compile(r"[“„\"«]([^“”„\"«»\n]{12,600})[”“\"»]")


class Against(StrEnum):
    LITTLE = "little"
    PART = "part"
    NUMBERS = "numbers"
    NAMES = "names"
    TURNED = "turned"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Doubt:
    kind: Against
    sentence: str
    """What the statement has and its evidence has not."""


def doubts(statement: str, evidence: Sequence[str], rarity: Rarity, seen: frozenset[str] = frozenset()) -> list[Doubt]:
    """All that speaks against the statement, where these sentences are all the evidence there is."""
    text = "\n".join(evidence)
    return [
        *unsaid(statement, text, Known(text), seen),
        *misquoted(statement, Page(text)),
        *unlike(statement, evidence, rarity, compare(statement, evidence, rarity, seen)),
    ]


def unsaid(statement: str, passage: str, known: Known, seen: frozenset[str] = frozenset()) -> list[Doubt]:
    """Numbers that the passage, and names that the source does not have."""
    figures, names = missing_figures(statement, passage), missing_names(statement, known, seen)
    found = []
    if figures:
        found.append(Doubt(Against.NUMBERS, f"{_listed(figures)} {_verb(figures)} not stand in the passage quoted"))
    if names:
        found.append(Doubt(Against.NAMES, f"{_listed(names)} {_verb(names)} not stand in the source"))
    return found


def torn(statement: str, page: Page, span: Span) -> list[Doubt]:
    """A quote that was taken out from behind a "not" which the statement does not have either."""
    why = left_behind(statement, page.text, span)
    return [Doubt(Against.TURNED, why)] if why else []


def misquoted(statement: str, page: Page) -> list[Doubt]:
    """Words between quotation marks in the statement itself."""
    inner = [found for found in _QUOTATION.findall(statement) if len(found.split()) >= QUOTATION_WORDS]
    wrong = [found for found in inner if isinstance(page.find(found), Misquote)]
    return [Doubt(Against.QUOTATION, f"“{wrong[0]}” does not stand in the source")] if wrong else []


def unlike(statement: str, evidence: Sequence[str], rarity: Rarity, found: Likeness) -> list[Doubt]:
    """Too little of it in the evidence, a part without any, or the one with a "not" and the other without.

    `found` is what `likeness.compare` says of the same.
    """
    telling = len(words_of(statement))
    if not any(evidence) or (telling and not found.words):
        return [Doubt(Against.LITTLE, "the source says nothing of this")]
    if telling < FEWEST_WORDS:
        return []
    if found.score < FLAG_UNDER or found.words < WORDS_UNDER:
        return [Doubt(Against.LITTLE, "the source says little of this")]
    if part := unlike_part(statement, evidence, rarity):
        return [Doubt(Against.PART, f"the source does not speak of “{part}”")]
    if turned(statement, evidence, rarity):
        return [Doubt(Against.TURNED, "one of the statement and its source says “not” where the other does not")]
    return []


def _listed(found: Sequence[str]) -> str:
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def _verb(found: Sequence[str]) -> str:
    return "does" if len(found) == 1 else "do"
