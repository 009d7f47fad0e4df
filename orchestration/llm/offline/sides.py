"""A side of a debate: what it quotes on each thing that the question names.

Which sentences speak for a thing and which against it takes judgement; single words tell a part of it, and which word
a sentence was taken for can be seen in it.
"""

import re
from collections.abc import Sequence

from orchestration.llm.offline.aspects import MOST_ENTITIES, grid
from orchestration.llm.offline.sentences import STOP_WORDS, Sentence, ranked, vocabulary
from orchestration.llm.offline.topics import standing

MOST_ON_ONE = 2
FOR = vocabulary(
    """advantage allow automatic benefit better built easier efficient enable faster generate improve include integrated
    natively productive quick reliable simple stable strength support"""
)
AGAINST = vocabulary(
    """although cannot cost deprecated drawback except experimental fail however lack limit limitation lose mainly
    manual must never nothing only refuse require risk separate slow unless unsupported"""
)
NEGATION = re.compile(r"\b(?:not|no|nor|never|cannot)\b|n't\b", re.IGNORECASE)
SIDES = ("Advocate", "Skeptic")
"""Titles of their subtasks."""

_NAME = re.compile(r"\b[A-Z][\w+#]*(?:[.-]\w+)*(?: [A-Z][\w+#]*(?:[.-]\w+)*)*")


def things(question: str) -> tuple[str, ...]:
    """Those that it compares, else what is written like a name in it."""
    compared = grid(question)
    if compared:
        return compared.entities
    names = (" ".join(w for w in name.split() if w.lower() not in STOP_WORDS) for name in _NAME.findall(question))
    return tuple(dict.fromkeys(name for name in names if len(name) > 1))[:MOST_ENTITIES]


def argued(side: str, wish: str, about: Sequence[Sentence], taken: Sequence[Sentence]) -> list[Sentence]:
    """Of the sentences about one thing the few that argue the side's case, those nearest to what is asked first."""
    fit = [s for s in about if s not in taken and _side(s.text) == side]
    query = sorted(vocabulary(wish) | (FOR if side == SIDES[0] else AGAINST))
    scored = [(score * standing(s), s) for score, s in ranked(query, fit)]
    best = sorted(scored, key=lambda pair: (-pair[0], pair[1].place))
    return [sentence for _, sentence in best[: max(0, MOST_ON_ONE - len(taken))]]


def _side(text: str) -> str:
    """What limits a thing and praises it at once ("not faster") is no praise."""
    words = vocabulary(text)
    advocate, skeptic = SIDES
    return skeptic if words & AGAINST or NEGATION.search(text) else advocate if words & FOR else ""
