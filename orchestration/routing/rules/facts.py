"""What is left for one agent: whether its answer should be checked, and whether there is a question at all."""

import re

from orchestration.routing.rules.asked import Asked
from orchestration.routing.rules.words import vocabulary

_PRONE = re.compile(
    r"%|\b(?:how (?:many|much)|percent(?:age)?|statistics?|exact(?:ly)?|cit(?:e|ation)|with (?:the |its )?sources?"
    r"|quote|statute|laws?|legal|article \d+|regulation|gdpr|dos(?:e|age)|side effects?|tax(?:es)?|according to"
    r"|who says so|stud(?:y|ies)|evidence|papers? on)\b"
)
_EMPTY = vocabulary("empty")
"""Words that name nothing a library could be searched for."""
CLARIFY = "What should I look into? Name the subject, and what you want to know about it."


def is_prone(asked: Asked) -> bool:
    """Figures, law, medicine, quotations: what models like to make up."""
    return _PRONE.search(asked.low) is not None


def is_vague(asked: Asked) -> bool:
    """Nothing in it names a subject, nothing came along, and nothing was said before."""
    if asked.earlier or asked.material:
        return False
    return all(word in _EMPTY or len(word) == 1 for word in asked.words)
