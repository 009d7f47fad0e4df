"""Planner by rules: the steps a question names one after the other, or the points of view it asks for."""

import re

from orchestration.llm.offline.aspects import EXPLICIT, listed
from orchestration.values.text import cut

STEP = re.compile(
    r"(?:[.;,]\s*|\s+)(?:and\s+)?(?:then|after\s+that|afterwards|next|finally|in\s+the\s+end)\b[,:]?\s*"
    r"|[.;,]\s*(?:and\s+)?(?=(?:based\s+on|using|with|from)\s+(?:that|this|these|those|them|it)\b)",
    re.IGNORECASE,
)
FIRST = re.compile(r"^\s*(?:please\s+)?first(?:ly)?\b[,:]?\s*", re.IGNORECASE)
VIEWS = (
    re.compile(
        r"\bfrom\s+(?P<list>[^.?!\n]{3,200}?)\s+(?:points?\s+of\s+view|perspectives?|angles?|viewpoints?|standpoints?)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:perspectives?|points?\s+of\s+view|viewpoints?|eyes)\s+of\s+(?P<list>[^.?!\n]{3,200})", re.IGNORECASE
    ),
    EXPLICIT,
)
ARTICLE = re.compile(r"\b(?:an?|the)\s+(?=\w+(?:,|\s+and\b|\s+or\b|$))", re.IGNORECASE)


def steps(question: str, most: int) -> list[tuple[str, str]]:
    """Empty where the question names no order."""
    pieces = [piece.strip(" .;,") for piece in STEP.split(FIRST.sub("", question))]
    named = [piece for piece in pieces if len(piece.split()) >= 3]
    if len(named) < 2:
        return []
    named = [*named[: most - 1], " ".join(named[most - 1 :])] if len(named) > most else named
    # A later step says "that" for what an earlier one is about, so each carries the first along.
    about = f"\nAbout: {named[0]}"
    return [(_title(piece), piece + (about if n else "")) for n, piece in enumerate(named)]


def views(question: str, most: int) -> list[tuple[str, str]]:
    """Empty where it names no points of view."""
    for pattern in VIEWS:
        found = pattern.search(question)
        names = listed(ARTICLE.sub("", found["list"]))[:most] if found else ()
        if len(names) >= 2:
            return [(name[:1].upper() + name[1:], f"{name}: {question}") for name in names]
    return []


def _title(piece: str) -> str:
    words = piece.split()
    short = cut(" ".join(words[:6]), 80) + ("…" if len(words) > 6 else "")
    return short[:1].upper() + short[1:]
