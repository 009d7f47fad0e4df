"""A statement in nearly the words of its source, in which one of the two has a "not" that the other lacks.

That is the one kind of contradiction that counting sees. Antonyms, changed roles and changed conditions it does not.
"""

import re
from collections.abc import Sequence

from orchestration.evidence.likeness import Rarity, words_of
from orchestration.evidence.quotes import NEGATION

NEARLY = 0.6
"""Share of the statement's words, by weight, from which a sentence says the same thing or its opposite."""
_IMPLIED = re.compile(
    r"\b(?:drop\w*|remov\w*|gone|lack\w*|refus\w*|reject\w*|forbid\w*|forbade|prohibit\w*|prevent\w*|fail\w*|stop\w*"
    r"|ended|ends|exclud\w*|ignor\w*|deprecat\w*|obsolete\w*|against|instead|rather|only|until|but|however|although"
    r"|less|fewer|little|few|rarely|seldom|avoid\w*|den(?:y|ies|ied)|absent|missing|off|false|un\w{3,}|in(?:valid|correct)"
    r"|impossible|disabl\w*|loses?|lost|leaves?|free of|other than|away)\b",
    re.IGNORECASE,
)


def turned(statement: str, evidence: Sequence[str], rarity: Rarity) -> bool:
    """Whether every sentence that says nearly the same has the other polarity."""
    wanted = words_of(statement)
    if len(wanted) < 2:
        return False
    weights = {word: rarity.weight(word) for word in wanted}
    enough = NEARLY * sum(weights.values())
    near = [s for s in evidence if sum(map(weights.__getitem__, wanted & words_of(s))) >= enough]
    return bool(near) and all(_opposed(statement, sentence) for sentence in near)


def _opposed(one: str, other: str) -> bool:
    """One denies and the other neither denies nor uses a word that may stand for a denial."""
    denies = bool(NEGATION.search(one)), bool(NEGATION.search(other))
    if denies[0] == denies[1]:
        return False
    plain = other if denies[0] else one
    return not _IMPLIED.search(plain)
