"""Words in a thread whose notes wait → what they say about the notes, where they are about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.incoming.small_talk import Kind, decision

_NAME = re.compile(r"\b(?:N|notes?\s+(?:no\.?\s*)?(?:N)?)(\d{1,2})\b", re.IGNORECASE)
_MORE = re.compile(r"(\bN\d{1,2}(?:\s*(?:,|and|&|\+|/|und|et|y|e)\s*)+)(\d{1,2})\b", re.IGNORECASE)
_RANGE = re.compile(r"\bN(\d{1,2})\s*(?:-|–|to|bis|through)\s*N?(\d{1,2})\b", re.IGNORECASE)
_SEGMENT = re.compile(r"[,;.\n!]+")
_AND = re.compile(r"\b(?:and|but|und|aber|et|mais|y|pero|while)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except(?: for)?|all but|apart from|other than|ausser|außer|bis auf|sauf|excepto)\b", re.I)
_ALL = re.compile(r"\b(?:all|everything|rest|others?|remaining|alle|alles|übrigen|tout|tous|todo|todos)\b", re.I)
_NOT_FINE = re.compile(r"\b(?:not|n't|nicht|pas|no)\s+(?:\w+\s)?(?:fine|ok|okay|good|right|gut|bien)\b|isn['’]t", re.I)
_WAIVE = re.compile(
    r"\b(?:fine|ok|okay|good|right|acceptable|passt|egal|gut|bien)\b"
    r"(?=\W*$| (?:as|with|by|for|to|enough|so|like|already)\b)"
    r"|\b(?:waived?|ignored?|skip|leave|keep|drop|accept(?:ed)?|forget|dismiss|never ?mind|no need"
    r"|irrelevant|unimportant|ignorier\w*|lass\w*|weglassen|nicht (?:nötig|wichtig)"
    r"|ignore[rz]?|laisse\w*|ignora\w*|deja\w*"
    r"|not (?:needed|necessary|important|relevant)|does(?:n['’]t| not) matter"
    r"|(?:do not|don['’]t|need not|needn['’]t) (?:fix|change|touch|bother|revise))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NoteWords:
    fix: tuple[str, ...]
    waive: tuple[str, ...]
    says_how: bool = False
    """Whether the words hold more than which notes: "N3: use the figures of 2025"."""


@dataclass(frozen=True, slots=True)
class _Clause:
    segment: int
    text: str
    is_exception: bool
    fixes: bool | None
    """None where it has no verb of its own: it shares that of a neighbour."""

    @property
    def names_first(self) -> bool:
        """As in "N3 is fine", whose verb is also that of the names before."""
        return _NAME.match(self.text) is not None


def read(words: str, note_ids: Sequence[str]) -> NoteWords | None:
    """None where the words name no note and are not, as a whole, an approval or a request to fix."""
    named = _named(_spelt_out(words), note_ids)
    if named:
        return named
    kind = decision(words)
    if kind is None:
        return None
    return NoteWords(tuple(note_ids), ()) if kind is Kind.FIX else NoteWords((), tuple(note_ids))


def _named(words: str, note_ids: Sequence[str]) -> NoteWords | None:
    clauses = _clauses(words)
    said: dict[str, bool] = {}
    rest: bool | None = None
    for n, clause in enumerate(clauses):
        fixes = _shared(clauses, n)
        said |= {name: fixes for i in _NAME.findall(clause.text) if (name := f"N{int(i)}") in note_ids}
        if _ALL.search(clause.text) and not clause.is_exception:
            rest = fixes
    if not said:
        return None
    # Who only says what is fine leaves the others to be fixed; who says what to fix waives the others.
    others = rest if rest is not None else not any(said.values())
    fix = tuple(note_id for note_id in note_ids if said.get(note_id, others))
    waive = tuple(note_id for note_id in note_ids if note_id not in fix)
    return NoteWords(fix, waive, bool(fix) and any(clause.fixes and _says_how(clause.text) for clause in clauses))


def _says_how(clause: str) -> bool:
    left = " ".join(_ALL.sub(" ", _NAME.sub(" ", clause)).split())
    return bool(left) and decision(left) is None


def _clauses(words: str) -> list[_Clause]:
    """An exception is a clause of its own; a sign that nobody writes marks it meanwhile."""
    segments = _SEGMENT.split(_EXCEPT.sub(",\0", words))
    parts = [(n, part.strip()) for n, segment in enumerate(segments) for part in _AND.split(segment)]
    return [_Clause(n, p.lstrip("\0 "), p.startswith("\0"), _fixes(p)) for n, p in parts if p.strip("\0 ")]


def _fixes(clause: str) -> bool | None:
    """Whether it says to fix; None where it says neither."""
    if _NOT_FINE.search(clause):
        return True
    if _WAIVE.search(clause):
        return False
    return True if re.search(r"\w", _ALL.sub("", _NAME.sub("", clause))) else None


def _shared(clauses: Sequence[_Clause], n: int) -> bool:
    clause = clauses[n]
    before = next((n - 1 - i for i, c in enumerate(reversed(clauses[:n])) if c.fixes is not None), None)
    after = next((c for c in clauses[n + 1 :] if c.fixes is not None), None)
    if clause.is_exception:
        return before is not None and not clauses[before].fixes
    if clause.fixes is not None:
        return clause.fixes
    if after is not None and (before is None or (after.segment == clause.segment and after.names_first)):
        return bool(after.fixes)
    return before is None or bool(clauses[before].fixes)


def _spelt_out(words: str) -> str:
    """`N1-N3` and `notes 1 and 3` name each of them."""
    words = re.sub(r"\bnotes?\s+(?=\d)", "N", words, flags=re.IGNORECASE)
    words = _RANGE.sub(lambda m: ", ".join(f"N{n}" for n in range(int(m[1]), min(int(m[2]), 99) + 1)) or m[0], words)
    while (more := _MORE.sub(r"\1N\2", words)) != words:
        words = more
    return words
