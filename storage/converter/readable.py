"""What every file's text goes through, whatever its kind."""

from storage.converter.hyphens import undivided
from storage.converter.kinds import PLAIN, Kind
from storage.converter.letters import one_form
from storage.converter.running import without_contents
from storage.converter.tables import cut


def readable(text: str, kind: Kind) -> str:
    """One form of each letter, words whole, no table of contents; long tables that were written as text are cut."""
    plain = undivided(one_form(text))
    if kind not in PLAIN:
        return plain
    plain = without_contents(plain)
    return cut(plain) if kind == Kind.MARKDOWN else plain
