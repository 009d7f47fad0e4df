"""`/research …`: a first word is a subcommand only if the rest reads as its arguments, else it is a question."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_RUN = r"(?P<run>r_\w+)?"
_GRAMMAR = {
    "spend": r"(?P<period>\d{4}-\d{2}(?:-\d{2})?|today)?\s*(?:by\s+(?P<by>agent|user|channel|model|strategy))?",
    "budget": "",
    "history": "",
    "stop": _RUN,
    "pause": _RUN,
    "help": "",
}


@dataclass(frozen=True, slots=True)
class Subcommand:
    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


def read(text: str) -> Subcommand | None:
    """None where the text is a question."""
    first, _, rest = text.strip().partition(" ")
    if not first:
        return Subcommand("help")
    grammar = _GRAMMAR.get(first.lower())
    found = re.fullmatch(grammar, rest.strip(), re.IGNORECASE) if grammar is not None else None
    if found is None:
        return None
    return Subcommand(first.lower(), {name: value.lower() for name, value in found.groupdict().items() if value})
