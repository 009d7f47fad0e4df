"""What is left for one agent: whether its answer should be checked, and whether there is a question at all."""

from orchestration.rules.asked import Asked
from orchestration.rules.words import vocabulary, wordings
from orchestration.values.words import STOP_WORDS

_PRONE = wordings("prone")
_EMPTY = STOP_WORDS | vocabulary("empty")
"""Words that name nothing a library could be searched for."""
_THANKS = wordings("thanks")
_POINTS = wordings("points")
_TIME = wordings("time")
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
