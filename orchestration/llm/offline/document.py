"""The parts of a document analysis, quoted from the documents that came with the question.

Which sentence belongs to which part is decided by fixed words; whether a method is sound takes a reader.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.sentences import STOP_WORDS, WORD, Sentence, stem, vocabulary
from orchestration.values.text import clean

MOST_DOCUMENTS = 3
MOST_NAMES = 5
MOST_SENTENCES = 5
FEWEST_WORDS = 7
"""Of a sentence that says something without its neighbours."""
CUES: Mapping[str, str] = {
    "entities": "names organisations authors systems data participants",
    "summary": "abstract summary purpose aim findings results conclusion improved shows found compares proposes",
    "critique of methodology": (
        "method methodology limitations limits sample measured measures benchmark benchmarks control assumption "
        "configurations survey baseline bias variance preprint excluded version cannot only"
    ),
    "action items": "should recommend recommends recommendation must need needs advise consider next implication",
}
ASKED: Mapping[str, re.Pattern[str]] = {
    "entities": re.compile(r"\bentit(?:y|ies)\b|\bwho\b|\bnames?\b", re.IGNORECASE),
    "summary": re.compile(r"\bsummar\w+|\btl;?dr\b|\bfindings\b|\bzusammenfass\w+|\bfasse\b", re.IGNORECASE),
    "critique of methodology": re.compile(r"\bcriti\w+|\bmethod\w*|\blimit\w*|\bweakness\w*", re.IGNORECASE),
    "action items": re.compile(r"\bactions?\b|\brecommend\w*|\bnext\s+steps?\b|\bto-?dos?\b", re.IGNORECASE),
}
"""How a question names a part; where it names some, the others are not wanted."""
NAME = re.compile(r"\b[A-Z][\w&-]*(?:\s+[A-Z][\w&-]*)+|(?<!^)(?<![.!?:]\s)\b[A-Z][\w&-]*")
FIGURE = re.compile(r"\b\d[\d.,]*(?:\s+[a-z]{4,}|\s?%)")
TOPIC_CHARACTERS = 200
Found = tuple[str, Sentence | None]
"""What a line is labelled with, and its sentence where there is one."""


def parts(reading: Reading) -> tuple[str, ...]:
    """The titles of the parts this agent does; none where it is not about a document as a whole."""
    if not _ids(reading):
        return ()
    listed = [_text(part, "title") for part in reading.items("parts")]
    asked = reading.text("question")[:TOPIC_CHARACTERS]
    wanted = [title for title in listed if (names := ASKED.get(title.casefold())) and names.search(asked)]
    titles = wanted or listed or [reading.text("subtask", "title")]
    return tuple(title for title in titles if title.casefold() in CUES)


def queries(reading: Reading) -> list[str]:
    titles = [_text(document, "title") for document in reading.items("documents")][:MOST_DOCUMENTS]
    topic = (reading.text("subtask", "instructions") or reading.text("question"))[:TOPIC_CHARACTERS]
    wanted = [CUES[part.casefold()] for part in parts(reading)] or [topic]
    return [f"{title} {words}" for title in titles for words in wanted]


def own(reading: Reading, candidates: Sequence[Sentence]) -> Sequence[Sentence]:
    """Those from the documents that came with the question; all, where nothing of them was found."""
    ids = _ids(reading)
    return [sentence for sentence in candidates if sentence.source_id in ids] or candidates


def quoted(reading: Reading, candidates: Sequence[Sentence]) -> Iterator[Found]:
    """Labelled with the part only where one agent does several."""
    wanted = parts(reading)
    candidates = [s for s in candidates if len(WORD.findall(s.text)) >= FEWEST_WORDS] or candidates
    for part in wanted:
        for name, sentence in PICK[part.casefold()](candidates):
            yield " · ".join(filter(None, [part if len(wanted) > 1 else "", name])), sentence


def _entities(own: Sequence[Sentence]) -> list[Found]:
    """Names by how often they occur, then figures, each with the first sentence that has it."""
    named = [(name, sentence) for sentence in own for name in NAME.findall(sentence.text) if not _plain(name)]
    figures = [(figure, sentence) for sentence in own for figure in FIGURE.findall(sentence.text)]
    found = [*_counted(named), *_counted(figures)][:MOST_NAMES]
    return found or [("", None)]


def _plain(name: str) -> bool:
    """`The` and `This` are written with a capital too, within a list or behind a colon."""
    return name.lower() in STOP_WORDS


def _counted(said: Sequence[tuple[str, Sentence]]) -> list[Found]:
    counts = Counter(name for name, _ in said)
    first = {name: sentence for name, sentence in reversed(said)}
    ordered = sorted(counts, key=lambda name: (-counts[name], first[name].place))
    return [(f"{name} ({_times(counts[name])})", first[name]) for name in ordered]


def _times(count: int) -> str:
    return "1 mention" if count == 1 else f"{count} mentions"


def _summary(own: Sequence[Sentence]) -> list[Found]:
    return _best(own, "summary", lambda sentence: 2 * sentence.leads)


def _critique(own: Sequence[Sentence]) -> list[Found]:
    cues = _cues("critique of methodology")
    return _best(own, "critique of methodology", lambda sentence: 2 * bool(cues & vocabulary(sentence.section)))


def _actions(own: Sequence[Sentence]) -> list[Found]:
    return _best(own, "action items", lambda sentence: 0)


def _best(own: Sequence[Sentence], part: str, more: Callable[[Sentence], int]) -> list[Found]:
    """The sentences with most of the part's words, in the order in which they stand."""
    cues = _cues(part)
    scored = [(len(cues & vocabulary(sentence.text)) + more(sentence), sentence) for sentence in own]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1].place))[:MOST_SENTENCES]
    found: list[Found] = [("", sentence) for _, sentence in sorted(best, key=lambda pair: pair[1].place)]
    return found or [("", None)]


PICK: Mapping[str, Callable[[Sequence[Sentence]], list[Found]]] = {
    "entities": _entities,
    "summary": _summary,
    "critique of methodology": _critique,
    "action items": _actions,
}


def _cues(part: str) -> frozenset[str]:
    return frozenset(stem(word) for word in CUES[part].split())


def _ids(reading: Reading) -> frozenset[str]:
    return frozenset(_text(document, "source_id") for document in reading.items("documents"))


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return clean(value) if isinstance(value, str) else ""
