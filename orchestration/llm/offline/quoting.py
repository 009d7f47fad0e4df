"""Worker and single agent: searches first, then verbatim sentences with their source, and plain words where there
are none. It never concludes anything from them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.llm.offline import arguing, document, fields, lists
from orchestration.llm.offline.assignment import NOISE, ONE_SOURCE, Assignment, Cell, assignment
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.sentences import Sentence, matches, ranked, sentences, terms, vocabulary
from orchestration.llm.offline.topics import FLOOR, LEAD, WIDE_FLOOR, best_on, best_one_on, standing, with_antecedents
from orchestration.values.text import cut

QUERIES_A_TURN = 6
MOST_SEARCH_TURNS = 4

MOST_LEADS = 3
"""Openings of sections quoted from a document in which nothing else fits."""

NOTHING = "nothing found in the library"
NOTHING_WIDER = f"{NOTHING}, also not with a wider search"


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    sentence: Sentence | None
    missing: str = NOTHING

    def __str__(self) -> str:
        if not self.label:
            return f"- {self.sentence.cited}" if self.sentence else f"{self.missing[:1].upper()}{self.missing[1:]}."
        return f"- **{self.label}:** {self.sentence.cited if self.sentence else self.missing + '.'}"


def next_queries(reading: Reading, *, whole: bool) -> list[str]:
    """What is still to be searched in this turn; empty when it is time to answer."""
    if reading.turn >= MOST_SEARCH_TURNS:
        return []
    listed = [want.phrase] if (want := lists.asked(reading)) else []
    asked = [*listed, *document.queries(reading), *assignment(reading, whole=whole).queries]
    return asked[reading.searched :][:QUERIES_A_TURN]


def findings(reading: Reading, most_bytes: int, *, whole: bool) -> dict[str, Any]:
    """Lines that would not fit are left out from the end, and the summary says how many."""
    given = assignment(reading, whole=whole)
    everything = document.own(reading, sentences(reading.passages))
    candidates = arguing.own(given.about, given.side, everything) if given.side else everything
    if want := lists.asked(reading):
        found = [_list_line(want, reading)]
    elif document.parts(reading):
        missing = f"{NOTHING} for this part of the document"
        found = [Line(label, sentence, missing) for label, sentence in document.quoted(reading, candidates)]
    elif given.side:
        found = list(_case_lines(given, everything))
    else:
        by_entity = given.entities and not given.about
        write = _cell_lines if given.cells else _entity_lines if by_entity else _topic_lines
        found = list(write(given, candidates))
    found += _added_lines(given, candidates, found)
    handed = fields.filled(reading, candidates, {line.label: line.sentence for line in found if line.sentence})
    more = {"fields": handed} if handed else {}
    kept = len(found)
    while kept and len(json.dumps(_output(found, kept) | more, ensure_ascii=False).encode()) > most_bytes:
        kept -= 1
    return _output(found, kept) | more


def _list_line(want: lists.Wanted, reading: Reading) -> Line:
    """Labelled with the names, which is what a plan is made from."""
    found = lists.fitting(want, reading.passages)
    if found is None:
        return Line("", None, f"{NOTHING} that lists “{cut(want.phrase, 120)}”")
    return Line(", ".join(found.names), found.sentence)


def _output(found: Sequence[Line], kept: int) -> dict[str, Any]:
    shown = [str(line) for line in found[:kept]]
    if left_out := len(found) - kept:
        shown.append(f"- {left_out} more left out, because the answer would be too long.")
    return {
        "summary": "\n".join(shown),
        "claims": [
            {"text": line.sentence.shown, "source_id": line.sentence.source_id, "quote": line.sentence.text}
            for line in found[:kept]
            if line.sentence
        ],
    }


def _cell_lines(given: Assignment, candidates: Sequence[Sentence]) -> Iterator[Line]:
    before = dict(given.previous)
    used: list[Sentence] = []
    for cell in given.cells:
        wide = given.to_mend(cell)
        chosen = _kept(before.get(cell.label, ""), candidates)
        chosen = chosen or best_for(cell, [s for s in candidates if s not in used], WIDE_FLOOR if wide else FLOOR)
        used += [chosen] if chosen else []
        yield Line(cell.label, chosen, NOTHING_WIDER if wide else before.get(cell.label, NOTHING).rstrip("."))


def _kept(text: str, candidates: Sequence[Sentence]) -> Sentence | None:
    return next((sentence for sentence in candidates if sentence.cited == text), None)


def best_for(cell: Cell, candidates: Sequence[Sentence], floor: int) -> Sentence | None:
    about = [sentence for sentence in candidates if speaks_of(cell.entity, sentence)]
    query = [*terms(cell.query), *sorted(cell.aspect.cues)]
    enough = min(floor, max(1, len(cell.aspect.cues)))
    fit = [pair for pair in ranked(query, about) if evidence(cell, pair[1]) >= enough]
    return max(fit, key=lambda pair: pair[0] * _standing(cell.entity, pair[1]), default=(0.0, None))[1]


def _standing(entity: str, sentence: Sentence) -> float:
    return standing(sentence) + LEAD * (vocabulary(entity) <= vocabulary(sentence.text))


def speaks_of(entity: str, sentence: Sentence) -> bool:
    """The sentence names the entity, or its headings do and the passage has the rest of the name."""
    wanted, headings = vocabulary(entity), vocabulary(sentence.headings)
    around = headings | vocabulary(sentence.passage.text)
    return wanted <= vocabulary(sentence.text) or (bool(wanted & headings) and wanted <= around)


def evidence(cell: Cell, sentence: Sentence) -> int:
    """Cues in the sentence, and one more where its headings have one.

    Without a cue of its own it has none, unless it leads the very section that the aspect names.
    """
    if not cell.aspect.cues:
        return FLOOR
    own = matches(cell.aspect.cues, sentence) or (
        sentence.leads and bool(cell.aspect.cues & vocabulary(sentence.section))
    )
    return own + bool(cell.aspect.cues & vocabulary(sentence.headings)) if own else 0


def _topic_lines(given: Assignment, candidates: Sequence[Sentence]) -> Iterator[Line]:
    kept = [sentence for label, text in given.previous if not label and (sentence := _kept(text, candidates))]
    floor = WIDE_FLOOR if given.notes or given.documents else FLOOR
    best = best_on(given.topic or given.earlier, _about(given, candidates), floor) if not kept else []
    chosen = kept or with_antecedents(best, candidates)
    if given.documents and not chosen:
        chosen = [sentence for sentence in candidates if sentence.leads][:MOST_LEADS]
    yield from (Line("", sentence) for sentence in chosen)
    if not chosen:
        yield Line("", None, f"{NOTHING_WIDER if given.notes else NOTHING} for this question")


def _case_lines(given: Assignment, candidates: Sequence[Sentence]) -> Iterator[Line]:
    kept = [sentence for label, text in given.previous if not label and (sentence := _kept(text, candidates))]
    floor = WIDE_FLOOR if given.notes or given.documents else FLOOR
    chosen = kept or arguing.case(given.about, given.side, candidates, floor)
    if given.documents and not chosen:
        chosen = arguing.own(given.about, given.side, [s for s in candidates if s.leads])[:MOST_LEADS]
    yield from (Line("", sentence) for sentence in chosen)
    if not chosen:
        yield Line("", None, f"{NOTHING_WIDER if given.notes else NOTHING} {arguing.missing(given.side)}")


def _about(given: Assignment, candidates: Sequence[Sentence]) -> list[Sentence]:
    """Words that say how to look (for strengths, for limits) do not make a sentence one on the question."""
    wanted = frozenset[str]() if given.documents else vocabulary(given.about)
    enough = min(FLOOR, len(wanted))
    return [s for s in candidates if len(wanted & (vocabulary(s.text) | vocabulary(s.headings))) >= enough]


def _entity_lines(given: Assignment, candidates: Sequence[Sentence]) -> Iterator[Line]:
    """One topic for each thing that the question compares."""
    before = dict(given.previous)
    query = vocabulary(given.topic) - NOISE - vocabulary(" ".join(given.entities))
    for entity in given.entities:
        about = [sentence for sentence in candidates if speaks_of(entity, sentence)]
        kept = _kept(before.get(entity, ""), candidates)
        yield Line(entity, kept or best_one_on(query, about), NOTHING_WIDER if given.notes else NOTHING)


def _added_lines(given: Assignment, candidates: Sequence[Sentence], found: Sequence[Line]) -> list[Line]:
    """What an earlier revision added and what a note without a cell asks for, one line each."""
    labels = {line.label for line in found}
    added = [
        Line(label, _kept(text, candidates), text.rstrip("."))
        for label, text in given.previous
        if label and label not in labels
    ]
    for note in given.open_notes:
        taken = [line.sentence for line in [*found, *added] if line.sentence]
        added.append(
            _second_source(given, candidates, taken) if ONE_SOURCE in note else _answer(note, given, candidates, taken)
        )
    return added


def _second_source(given: Assignment, candidates: Sequence[Sentence], taken: Sequence[Sentence]) -> Line:
    known = {sentence.source_id for sentence in taken}
    others = [sentence for sentence in _in_scope(given, candidates) if sentence.source_id not in known]
    query = sorted(vocabulary(" ".join(cell.query for cell in given.cells) or given.topic))
    best = next((sentence for _, sentence in ranked(query, others) if matches(query, sentence)), None)
    return Line("Second source", best, NOTHING_WIDER)


def _answer(note: str, given: Assignment, candidates: Sequence[Sentence], taken: Sequence[Sentence]) -> Line:
    query = vocabulary(note) - NOISE - vocabulary(" ".join(cell.entity for cell in given.cells))
    rest = [sentence for sentence in _in_scope(given, candidates) if sentence not in taken]
    best = next((sentence for _, sentence in ranked(sorted(query), rest) if matches(query, sentence)), None)
    return Line("Added", best, f"{NOTHING} for “{cut(' '.join(note.split()), 80)}”")


def _in_scope(given: Assignment, candidates: Sequence[Sentence]) -> list[Sentence]:
    entities = {cell.entity for cell in given.cells}
    return [s for s in candidates if not entities or any(speaks_of(entity, s) for entity in entities)]
