"""Source ids in square brackets: found, numbered by code, and the sentences that have none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.values.domain import Source, WorkerReport
from orchestration.values.text import SENTENCE_BREAK

CITED = re.compile(r"\[([A-Za-z0-9_.:#\-]{1,80}(?:\s*[,;]\s*[A-Za-z0-9_.:#\-]{1,80})*)\](?!\()")
FEWEST_WORDS = 5
"""Fewer make no statement that somebody could check."""
_BREAK_OF_IDS = re.compile(r"\s*[,;]\s*")
_ID = re.compile(r"[a-z]_[A-Za-z0-9_.:#\-]+$")
_OWN_NUMBER = re.compile(r"\d{1,2}$")
UNKNOWN = "[?]"
_CITATION = re.compile(rf"\s*{CITED.pattern}[.,;:]?")
_FENCED = re.compile(r"^[ \t]*(```|~~~).*?^[ \t]*\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(rf"{_FENCED.pattern}|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LABEL = re.compile(r"^(?:[-*+>]|\d+[.)])?\s*(?:\*\*[^*\n]{1,120}:?\*\*:?\s*)?")
_WORD = re.compile(r"[^\W_]+")
_NOT_STATED = re.compile(
    r"\b(?:nothing (?:was |is |more )?(?:found|said|stated)|(?:was|were|could|did|do|does|is|are) ?(?:not|n['’]t)"
    r" (?:be )?(?:found|find|say|state|mention|cover|contain|answer\w*|stated|mentioned|covered|give|name)"
    r"|no (?:source|evidence|information|passage|document|mention|statement)|left out)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer, with the ids or numbers in brackets that follow it."""

    text: str
    cites: tuple[str, ...]

    @property
    def has_source(self) -> bool:
        """Whether an id follows it, read or not; an aside in brackets is none."""
        return any(map(looks_like_id, self.cites))


def cited_ids(markdown: str) -> list[str]:
    """What is in square brackets, in the order of its first mention."""
    found = [part.strip() for group in CITED.findall(markdown) for part in _BREAK_OF_IDS.split(group)]
    return list(dict.fromkeys(found))


def numbered(markdown: str, order: Mapping[str, int]) -> str:
    """`[source_id]` as `[n]`; an id that was not retrieved and a number of the model's own become `[?]`.

    Ordinary brackets stay, and so does code: `rows[0]`.
    """
    code = [found.span() for found in _CODE.finditer(markdown)]

    def number(match: re.Match[str]) -> str:
        ids = [part.strip() for part in _BREAK_OF_IDS.split(match[1])]
        known = [str(order[i]) for i in dict.fromkeys(ids) if i in order]
        if known:
            return "".join(f"[{n}]" for n in known)
        if all(looks_like_id(i) for i in ids):
            return UNKNOWN
        own = all(_OWN_NUMBER.match(i) for i in ids) and not markdown[match.start() - 1 : match.start()].isalnum()
        return UNKNOWN if own and not any(start <= match.start() < end for start, end in code) else match[0]

    return CITED.sub(number, markdown)


def looks_like_id(text: str) -> bool:
    """Ids of documents and pages: a letter, a low line, the rest."""
    return bool(_ID.match(text))


def statements(markdown: str) -> list[Statement]:
    """The sentences that state something: no headings, code, table rules, labels, questions, and none that only says
    that nothing was found."""
    found = []
    for block in re.split(r"\n\s*\n", _FENCED.sub("\n\n", markdown)):
        found += [statement for piece in _pieces(block) if (statement := _statement(piece))]
    return found


def plain(text: str) -> str:
    """Without what names a source in square brackets, on one line."""
    return " ".join(CITED.sub("", text).replace(UNKNOWN, "").split()).strip(" *_")


def source_order(reports: Iterable[WorkerReport], texts: Sequence[str]) -> tuple[Source, ...]:
    """The sources that the texts or claims cite, numbered by first mention; the same page counts once."""
    reports = list(reports)
    known = {source.source_id: source for report in reports for source in report.sources}
    mentioned = [i for text in texts for i in cited_ids(text)]
    mentioned += [claim.source_id for report in reports for claim in report.claims]
    return tuple(known[i] for i in dict.fromkeys(mentioned) if i in known)


def _pieces(block: str) -> list[str]:
    """Sentences, each with the citation that follows its full stop."""
    found: list[str] = []
    start = 0
    for end, after in [*(match.span() for match in SENTENCE_BREAK.finditer(block)), (len(block), len(block))]:
        piece, start = block[start:end], after
        while found and (cited := _CITATION.match(piece)):
            found[-1] += f" {cited[0].strip()}"
            piece = piece[cited.end() :].lstrip()
        found.append(piece.strip())
    return [piece for piece in found if piece]


def _statement(piece: str) -> Statement | None:
    if piece.startswith(("#", "|--", "| --", "|:")) or piece.endswith((":", "?")):
        return None
    cites = tuple(cited_ids(piece))
    text = plain(_LABEL.sub("", piece))
    if len(_WORD.findall(text)) < FEWEST_WORDS or (_NOT_STATED.search(text) and not cites):
        return None
    return Statement(text, cites)
