"""Declared fields without a model: the planner names what a step names, the worker fills in the sentence on it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.llm.offline.aspects import listed
from orchestration.llm.offline.planning import assigned
from orchestration.llm.offline.ranking import WIDE, Wanted, best
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.units import Unit, vocabulary
from orchestration.values.text import clean
from orchestration.values.words import STOP_WORDS, words

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


def filled(reading: Reading, found: Sequence[Unit], quoted: Mapping[str, Unit]) -> list[dict[str, Any]]:
    """A field for each name of the subtask; `quoted` are the report's own, by label."""
    subtask = reading.task.get("subtask")
    names = subtask.get("fields") if isinstance(subtask, Mapping) else None
    wanted = [clean(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    by_label = {label.casefold(): quote for label, quote in quoted.items()}
    topic = reading.text("subtask", "instructions")
    return [_field(name, by_label.get(name.casefold()) or _best(name, topic, reading, found)) for name in wanted]


def _best(name: str, topic: str, reading: Reading, found: Sequence[Unit]) -> Unit | None:
    """What has all words of the name, in itself or its section, and is most on the topic."""
    own = vocabulary(name)
    on_it = [unit for unit in found if own and own <= vocabulary(unit.text) | vocabulary(unit.section)]
    return next(iter(best(Wanted.of(f"{name} {topic}", reading), on_it, 1, WIDE)), None)


def _field(name: str, quote: Unit | None) -> dict[str, Any]:
    if quote is None:
        return {"name": name, "value": "", "source_ids": []}
    return {"name": name, "value": quote.shown, "source_ids": [quote.source_id]}


def _is_name(name: str) -> bool:
    own = words(name)
    return 0 < len(own) <= LONGEST_NAME and not STOP_WORDS & set(own)
