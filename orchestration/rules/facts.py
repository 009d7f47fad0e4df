"""What is left for one agent: whether its answer should be checked, and whether there is a question at all."""

from orchestration.rules.asked import Asked
from orchestration.rules.words import seek, seek_any, vocabulary
from orchestration.values.words import STOP_WORDS

_PRONE = seek(
    r"%|\b(?:how (?:many|much)|percent(?:age)?|statistics?|exact(?:ly)?|cit(?:e|ation)|with (?:the |its )?sources?"
    r"|quote|statute|laws?|legal|article \d+|regulation|gdpr|dos(?:e|age)|side effects?|tax(?:es)?|according to"
    r"|who says so|stud(?:y|ies)|evidence|papers? on)\b"
)
_EMPTY = STOP_WORDS | vocabulary("empty")
"""Words that name nothing a library could be searched for."""
_THANKS = seek_any(
    r"^\W*(?:(?:ok|great|super|perfect|cool)\W+)?(?:thanks|thank you|thx|danke|merci|gracias|cheers)\b[^?]*$"
)
_POINTS = seek(
    r"^\W*(?:(?:ok|okay|and|so|but|hey|hi|hmm|well|no|yes|please|can you|could you|und|et|y)\W+){0,3}(?:(?:how|what|when|why|"
    r"where|who|does|do|is|are|was|will|would|can|did|has|wie|was|wann|gilt|ist)\b\W*(?:\w+\s+){0,2}?)?"
    r"(?:that|this|it|they|those|these|the (?:other|same|first|second|last) one|das|es|dies|ça|eso|esto)\b"
)
_TIME = seek(
    r"^\W*(?:the\s+)?same\b|^\W*(?:and\s+|ok\s+)?(?:what|how) about (?:(?:the )?(?:next|last|this|other|second|first)|tomorrow|today)\b"
)
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
