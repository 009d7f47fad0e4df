"""Planner by rules: the steps that a question names one after the other, or has one within the other."""

import re
from collections.abc import Sequence

from orchestration.values.text import cut

STEP = re.compile(
    r"(?:[.;,]\s*|\s+)(?:and\s+)?(?:then|after\s+that|afterwards|next|finally|in\s+the\s+end)\b[,:]?\s*"
    r"|[.;,]\s*(?:and\s+)?(?=(?:based\s+on|using|with|from)\s+(?:that|this|these|those|them|it)\b)",
    re.IGNORECASE,
)
FIRST = re.compile(r"^\s*(?:please\s+)?first(?:ly)?\b[,:]?\s*", re.IGNORECASE)


def steps(question: str, names: Sequence[str], most: int) -> list[tuple[str, str]]:
    """In the order that the question names; else what it only describes first, then itself. Empty without either."""
    pieces = [piece.strip(" .;,") for piece in STEP.split(FIRST.sub("", question))]
    named = [piece for piece in pieces if len(piece.split()) >= 3]
    if len(named) < 2:
        found = [(_title(f"Find {name}"), f"Find out what is meant by: {name}") for name in names[: most - 1]]
        return [*found, (_title(question), question)] if found else []
    named = [*named[: most - 1], " ".join(named[most - 1 :])] if len(named) > most else named
    # A later step says "that" for what an earlier one is about, so each carries the first along.
    about = f"\nAbout: {named[0]}"
    return [(_title(piece), piece + (about if n else "")) for n, piece in enumerate(named)]


def _title(piece: str) -> str:
    words = piece.split()
    return capital(cut(" ".join(words[:6]), 80) + ("…" if len(words) > 6 else ""))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
