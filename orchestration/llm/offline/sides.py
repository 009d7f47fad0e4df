"""One side's case in a debate: of what is on the question, that which speaks for the side.

The other side's analyst splits the same sentences the same way, so that none is quoted by both.
"""

import re
from collections.abc import Sequence

from orchestration.llm.offline.asked import Asked
from orchestration.llm.offline.line import NOTHING, Line
from orchestration.llm.offline.ranking import ENOUGH, WIDE, Wanted, best
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.units import Unit, vocabulary

FOR, AGAINST = "Advocate", "Skeptic"
"""Titles of the subtasks that argue."""
MISSING = {FOR: f"{NOTHING} that speaks for it", AGAINST: f"{NOTHING} that speaks against it"}
MOST_LEADS = 3
"""Sentences of a document that speak for the side, where none has the question's words."""
_TAKES = re.compile(
    r"\b(?:not|no|never|cannot|nor|neither|none|only|but|however|although|unless|except|must|requires?|lacks?|limit\w*"
    r"|fails?|costs?|risks?|less|slow\w*|worse|hard\w*|drawbacks?|deprecated|removed|wrong|\w+n['’]t|nicht|kein\w*|nur)\b",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?i:from|replac\w+|instead\s+of|rather\s+than|over|than|or|versus|vs\.?)\s+(?P<old>[\w.+#-]+(?:\s+[A-Z][\w.+#-]*)*)"
)


def side(reading: Reading) -> str:
    title = reading.text("subtask", "title")
    return title if title in MISSING else ""


def queries(reading: Reading, given: Asked) -> list[str]:
    """The same for both sides."""
    return [f"{name} {words}" for name in given.names[:3] for words in ("strengths", "limits")] if side(reading) else []


def case(reading: Reading, given: Asked, found: Sequence[Unit]) -> list[Line]:
    """Empty of quotes where nothing speaks for the side; names that the library does not know come first."""
    own, wanted = side(reading), Wanted.of(given.question, reading)
    found = [unit for unit in found if unit.source_id in reading.documents] or found
    known = [vocabulary(name) for name in given.entities or given.names if not vocabulary(name) & wanted.unknown]
    named = [u for u in found if any(name <= vocabulary(f"{u.passage.breadcrumb} {u.text}") for name in known)]
    old = _old(given.question)
    on_it = [unit for unit in named or found if _speaks_for(unit, old) == own]
    quotes = best(wanted, on_it, least=WIDE / 2 if named else ENOUGH, alone=True)
    if reading.documents and not quotes:
        quotes = [unit for unit in on_it if unit.prose][:MOST_LEADS]
    unknown = [name for name in given.names if vocabulary(name) & wanted.unknown]
    first = [Line("", None, f"{NOTHING} on {' and '.join(unknown)}")] if unknown else []
    return [*first, *(Line("", quote) for quote in quotes)] if quotes else [*first, Line("", None, MISSING[own])]


def _old(question: str) -> frozenset[str]:
    """What the question's proposal would replace, or its second alternative."""
    found = _OLD.search(question)
    return vocabulary(found["old"]) if found else frozenset()


def _speaks_for(unit: Unit, old: frozenset[str]) -> str:
    """A sentence that denies or limits speaks against what it is about, and so for what would replace that."""
    takes = bool(_TAKES.search(unit.text))
    about_old = bool(old) and bool(old & (vocabulary(unit.text) | vocabulary(unit.passage.breadcrumb)))
    return AGAINST if takes != about_old else FOR
