"""The parts of a document analysis, quoted from the documents that came with the question.

Headings and a few words decide which sentence belongs to which part; whether a method is sound takes a reader.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from orchestration.llm.offline.line import NOTHING
from orchestration.llm.offline.reading import Reading, text_of
from orchestration.llm.offline.units import Unit, vocabulary
from orchestration.values.words import STOP_WORDS, words

MOST_DOCUMENTS = 3
MOST_NAMES = 5
MOST_SENTENCES = 5
FEWEST_WORDS = 7
"""Of a sentence that says something without its neighbours."""
RECURS = 2
"""Mentions that make a name one that the document rests on, where any has as many."""
TOPIC_CHARACTERS = 200
NO_PART = f"{NOTHING} for this part of the document"
WORDS: Mapping[str, str] = {
    "entities": "authors organisations systems data participants",
    "summary": "abstract summary purpose aim findings results conclusion finds found shows",
    "critique of methodology": "method methodology limitations limits sample measures benchmark bias assumptions",
    "action items": "should recommend recommendations must next steps implications advise",
}
ASKED: Mapping[str, re.Pattern[str]] = {
    "entities": re.compile(r"\bentit(?:y|ies)\b|\bwho\b|\bnames?\b", re.IGNORECASE),
    "summary": re.compile(r"\bsummar\w+|\btl;?dr\b|\bfindings\b|\bzusammenfass\w+|\bfasse\b", re.IGNORECASE),
    "critique of methodology": re.compile(r"\bcriti\w+|\bmethod\w*|\blimit\w*|\bweakness\w*", re.IGNORECASE),
    "action items": re.compile(r"\bactions?\b|\brecommend\w*|\bnext\s+steps?\b|\bto-?dos?\b", re.IGNORECASE),
}
"""How a question names a part; where it names some, the others are not wanted."""
BIBLIOGRAPHY = vocabulary("references bibliography literature sources cited works quellen literaturverzeichnis")
_NAME = re.compile(r"\b[A-Z][\w&-]*(?:\s+[A-Z][\w&-]*)+|(?<!^)(?<![.!?:]\s)\b[A-Z][\w&-]+")
_PLAIN = re.compile(r"\b[a-z][\w&-]*")
_REFERENCE = re.compile(r"\bet al\.|\bdoi\b|\barXiv:|\bpp?\. ?\d|^\[\d+\]|\(\d{4}\)\.")

Found = tuple[str, Unit | None, str]
"""What a line is labelled with, its quote, and what is said where there is none."""


def parts(reading: Reading) -> tuple[str, ...]:
    """The titles of the parts this agent does; none where it is not about a document as a whole."""
    if not reading.documents:
        return ()
    listed = [text_of(part, "title") for part in reading.items("parts")]
    asked = reading.text("question")[:TOPIC_CHARACTERS]
    wanted = [title for title in listed if (names := ASKED.get(title.casefold())) and names.search(asked)]
    titles = wanted or listed or [reading.text("subtask", "title")]
    return tuple(title for title in titles if title.casefold() in WORDS)


def queries(reading: Reading) -> list[str]:
    titles = list(reading.documents.values())[:MOST_DOCUMENTS]
    topic = (reading.text("subtask", "instructions") or reading.text("question"))[:TOPIC_CHARACTERS]
    wanted = [WORDS[part.casefold()] for part in parts(reading)] or [topic]
    return [f"{title} {words}" for title in titles for words in wanted]


def quoted(reading: Reading, found: Sequence[Unit]) -> Iterator[Found]:
    """Labelled with the part only where one agent does several; no sentence in two parts."""
    own = [unit for unit in found if unit.source_id in reading.documents and unit.prose and not _is_reference(unit)]
    whole = [unit for unit in own if len(unit.text.split()) >= FEWEST_WORDS] or own
    wanted, taken = parts(reading), set[Unit]()
    for part in wanted:
        label = part if len(wanted) > 1 else ""
        rest = [unit for unit in whole if unit not in taken]
        entities = part.casefold() == "entities"
        lines = _entities(rest) if entities else [("", unit) for unit in _best(rest, part.casefold())]
        taken |= {unit for _, unit in lines}
        for name, unit in lines:
            yield " · ".join(filter(None, [label, name])), unit, NO_PART
        if not lines:
            yield label, None, NO_PART


def _entities(own: Sequence[Unit]) -> list[tuple[str, Unit]]:
    """Names that recur, by how often, each with the first sentence that has it and shows no other.

    What is also written in small letters is a word, and no name.
    """
    plain = STOP_WORDS.union(*(_PLAIN.findall(unit.text) for unit in own))
    said = [(name, unit) for unit in own for name in _NAME.findall(unit.text) if not plain.issuperset(words(name))]
    counts = Counter(name for name, _ in said)
    least = min(RECURS, max(counts.values(), default=0))
    lines, shown = list[tuple[str, Unit]](), set[Unit]()
    for name, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        unit = next((unit for other, unit in said if other == name and unit not in shown), None)
        if count >= least and unit and len(lines) < MOST_NAMES:
            lines.append((f"{name} ({count} mention{'s' * (count > 1)})", unit))
            shown.add(unit)
    return lines


def _best(own: Sequence[Unit], part: str) -> list[Unit]:
    """Those with most of the part's words, twice for a heading, in the order of the text."""
    wanted = vocabulary(WORDS[part])
    scores = [(len(wanted & vocabulary(u.text)) + 2 * bool(wanted & vocabulary(u.section)), u) for u in own]
    best = sorted((pair for pair in scores if pair[0]), key=lambda pair: -pair[0])[:MOST_SENTENCES]
    chosen = {unit for _, unit in best}
    return [unit for unit in own if unit in chosen]


def _is_reference(unit: Unit) -> bool:
    return bool(BIBLIOGRAPHY & vocabulary(unit.section)) or bool(_REFERENCE.search(unit.text))
