"""A statement in nearly the words of its source, in which one of the two has a "not" that the other lacks, and a quote
that was taken out from behind a "not".

These are the contradictions that counting sees. Antonyms, changed roles and changed conditions it does not.
"""

import re
from collections.abc import Sequence

from orchestration.evidence.likeness import Rarity, words_of
from orchestration.evidence.quotes import NEGATION, Span
from orchestration.values.text import SENTENCE_BREAK

NEARLY = 0.6
"""Share of the statement's words, by weight, from which a sentence says the same thing or its opposite."""
_IMPLIED = re.compile(
    r"\b(?:drop\w*|remov\w*|gone|lack\w*|refus\w*|reject\w*|forbid\w*|forbade|prohibit\w*|prevent\w*|fail\w*|stop\w*"
    r"|ended|ends|exclud\w*|ignor\w*|deprecat\w*|obsolete\w*|against|instead|rather|only|until|but|however|although"
    r"|less|fewer|little|few|rarely|seldom|avoid\w*|den(?:y|ies|ied)|absent|missing|off|false|un\w{3,}|in(?:valid|correct)"
    r"|impossible|disabl\w*|loses?|lost|leaves?|free of|other than|away)\b",
    re.IGNORECASE,
)


LEFT_BEHIND = "the quote leaves out “{word}”, which turns it round"
NEAR = 200
"""Characters on either side, so long as the sentence goes on."""
WORDS_BETWEEN = 4
"""Of the same clause, between a denial and the words that it denies."""
_CLAUSE = re.compile(
    r"[,;:()\[\]—–|\n]|\b(?:because|since|as|while|when|if|so|and|but|or|than|then|which|who|whom|where|although|though"
    r"|without|weil|wenn|und|oder|aber|sondern)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?P<word>(?:not|never|no|none|neither|nor|nobody|nothing|cannot|hardly|\w+n['’]t|nicht|nie|kein\w*|fail\w* to"
    r"|unable to|refus\w* to|den(?:y|ies|ied)|(?:false|wrong|untrue|myth) that))"
    rf"(?!\s+(?:only|just|merely|least|later|sooner|nur|allein)\b)(?:\s+[^\s.!?]+){{0,{WORDS_BETWEEN}}}\s*$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"[*_`\"”]*\s+(?:(?P<word>not|never|pas|jamais|is (?:not true|false|wrong|untrue|a myth))"
    rf"|(?:[^\s.!?]+\s+){{0,{WORDS_BETWEEN}}}?(?P<late>nicht|nie|niemals))\b(?!\s+(?:only|just|merely|nur)\b)",
    re.IGNORECASE,
)


def left_behind(statement: str, text: str, span: Span) -> str:
    """What denies a quote and stands outside it in its clause, where the statement denies nothing; else empty."""
    quote = text[span.start : span.end].casefold()
    own = {word for word in _IMPLIED.findall(statement.casefold()) if word not in quote}
    if own or NEGATION.search(statement):
        return ""
    before = _CLAUSE.split(SENTENCE_BREAK.split(text[max(0, span.start - NEAR) : span.start])[-1])[-1]
    after = _CLAUSE.split(SENTENCE_BREAK.split(text[span.end : span.end + NEAR])[0])[0]
    found = (None if _CLAUSE.match(quote) else _DENIED.search(before)) or _DENIED_AFTER.match(after)
    return LEFT_BEHIND.format(word=next(word for word in found.groups() if word)) if found else ""


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
