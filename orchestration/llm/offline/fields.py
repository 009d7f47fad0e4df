"""Declared fields without a model: the planner names what a step names, the worker fills in the sentence on it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.llm.offline.aspects import listed
from orchestration.llm.offline.planning import assigned
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.sentences import STOP_WORDS, WORD, Sentence, ranked, vocabulary
from orchestration.llm.offline.topics import standing
from orchestration.values.text import clean

MOST_FIELDS = 6
LONGEST_NAME = 4
"""Words; what is longer is a sentence and no name."""
OBJECTS = re.compile(
    r"\b(?:find|list|collect|look\s+up|get|determine|identify|name|note|gather|establish)\s+(?:out\s+)?"
    r"(?P<list>[^.?!\n]{3,120}?)\s+(?:of|for|in|on|behind)\s",
    re.IGNORECASE,
)


def staged(planned: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Stages with what they hand over; the last one hands over nothing."""
    stages = []
    for place, (title, told) in enumerate(planned, start=1):
        names = declared(told) if place < len(planned) else []
        stages.append({"title": title, "instructions": told, **({"fields": names} if names else {})})
    return stages


def declared(instructions: str) -> list[str]:
    """The aspects of a comparison, else the things that a step says to find; none where it names no things."""
    _, aspects = assigned(instructions)
    objects = OBJECTS.search(instructions)
    names = aspects or (listed(objects["list"]) if objects else ())
    return [name for name in names if _is_name(name)][:MOST_FIELDS]


def filled(reading: Reading, candidates: Sequence[Sentence], lines: Mapping[str, Sentence]) -> list[dict[str, Any]]:
    """A field for each name of the subtask; `lines` are the report's own, by label."""
    subtask = reading.task.get("subtask")
    names = subtask.get("fields") if isinstance(subtask, Mapping) else None
    wanted = [clean(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    by_label = {label.casefold(): sentence for label, sentence in lines.items()}
    topic = vocabulary(reading.text("subtask", "instructions"))
    return [_field(name, by_label.get(name.casefold()) or _best(name, topic, candidates)) for name in wanted]


def _best(name: str, topic: frozenset[str], candidates: Sequence[Sentence]) -> Sentence | None:
    """The sentence that has all words of the name, in itself or its section, and is most on the topic."""
    own = vocabulary(name)
    on_it = [s for s in candidates if own and own <= vocabulary(s.text) | vocabulary(s.section)]
    scored = [(score * standing(sentence), sentence) for score, sentence in ranked(sorted(own | topic), on_it)]
    return max(scored, key=lambda pair: (pair[0], -pair[1].place), default=(0.0, None))[1]


def _field(name: str, sentence: Sentence | None) -> dict[str, Any]:
    if sentence is None:
        return {"name": name, "value": "", "source_ids": []}
    return {"name": name, "value": sentence.shown, "source_ids": [sentence.source_id]}


def _is_name(name: str) -> bool:
    words = WORD.findall(name.lower())
    return 0 < len(words) <= LONGEST_NAME and not STOP_WORDS & set(words)
