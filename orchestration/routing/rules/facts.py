"""What is left for one agent: whether its answer should be checked, and whether there is a question at all."""

import re

from orchestration.routing.rules.asked import Asked

_PRONE = re.compile(
    r"%|\b(?:how (?:many|much)|percent(?:age)?|statistics?|exact(?:ly)?|cit(?:e|ation)|with (?:the |its )?sources?"
    r"|quote|statute|laws?|legal|article \d+|regulation|gdpr|dos(?:e|age)|side effects?|tax(?:es)?|according to"
    r"|who says so|stud(?:y|ies)|evidence|papers? on)\b"
)
_EMPTY = frozenset(
    re.findall(
        r"\S+",
        """
    updates status progress
    a about again ah aide aidez all am an and anschauen ansehen any anybody anyone anything are as asap ask at
    ayuda ayudas ayúdame be been better bitte bonjour bot buenos but bye can check compare continue cool could
    das data de describe did difference different dig discussed do does done du día días earlier el ella else en
    er es est et ever everyone explain favor find fix for from go good got great guten guys hallo has have
    helfen hello help here hey hi hola how i i'm if in info information ins into is it it's its just kannst know
    könntest later let like look looking mal man maybe me meeting mehr mentioned merci mich mir moi moin more
    morning my need new newer news now of oh ok okay on one ones or other our out over please pls plz por puedes
    que question quick qué read real really request research review right s said salut same see she should so
    some somebody someone something start stuff sum summarise summarize summary sure tag take tell test testing than
    thank thanks that that's the them then there these they thing things think this those thoughts thx time to
    today tomorrow topic up update us usual va want war was we what what's whats when where which who why wie
    will with work working works would yes yesterday yo you your ça
        """,
    )
)
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
