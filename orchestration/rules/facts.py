"""What is left for one agent: whether its answer should be checked, and whether there is a question at all."""

from collections.abc import Sequence

from orchestration.rules.asked import Asked, asked_in, asks
from orchestration.rules.words import vocabulary, wordings
from orchestration.values.words import STOP_WORDS

_PRONE = wordings("prone")
_EMPTY = STOP_WORDS | vocabulary("empty")
"""Words that name nothing a library could be searched for."""
_THANKS = wordings("thanks")
_POINTS = wordings("points")
_TIME = wordings("time")
_BEFORE = wordings("before")
MOST_POINTED = 2
"""Telling words of a message that points at something it does not name."""
CLARIFY = "What should I look into? Name the subject, and what you want to know about it."


def is_prone(asked: Asked) -> bool:
    """Figures, law, medicine, quotations: what models like to make up."""
    return _PRONE(asked.low) is not None


def is_vague(asked: Asked) -> bool:
    """Nothing in it names a subject, nothing came along, and nothing was said before."""
    if asked.earlier or asked.material:
        return False
    telling = [word for word in asked.words if word not in _EMPTY and len(word) > 1]
    if asked.has_names or any(word in ("our", "my") for word in asked.words):
        return not telling
    points = _POINTS(asked.low) and len(telling) < MOST_POINTED
    return not telling or bool(points or _TIME(asked.low)) or (_THANKS(asked.low) is not None and len(telling) < 4)


def pointed_at(said: Sequence[str]) -> str:
    """Of what was said before a question: the last that asks, else the last."""
    return next((text for text in reversed(said) if asks(text)), said[-1] if said else "")


def subject(question: str, said: Sequence[str]) -> str:
    """The question, or what it points at where it names no subject: "answer the question above"."""
    return pointed_at(said) if said and is_vague(asked_in(question)) else question


def points_back(asked: Asked) -> bool:
    """At what was said before: it names nothing of its own, or has a word for what stands above."""
    return not asked.has_names or _BEFORE(asked.low) is not None
