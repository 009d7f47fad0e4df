"""Declared fields: names as a planner writes them, values as a stage's worker fills them in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from orchestration.agents.agent import Output
from orchestration.values.domain import Field
from orchestration.values.text import cut

MOST_FIELDS = 6
NAME_CHARACTERS = 40
VALUE_CHARACTERS = 600
MOST_SOURCES = 4
_NOT_FOUND = frozenset({"", "-", "–", "n/a", "na", "none", "null", "unknown", "missing", "not found"})


def _said(value: Any) -> str:
    """One text where a model wrote a number, a list or nothing."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_said, value)))
    return "" if value is None or isinstance(value, dict) else str(value)


def _names(value: Any) -> Any:
    """A plan is not refused for the form of its names."""
    listed = value if isinstance(value, list) else []
    return [_said(item.get("name") if isinstance(item, dict) else item) for item in listed]


def _filled(value: Any) -> Any:
    """A list of fields, also where a model wrote one object with the names as its keys."""
    if isinstance(value, Mapping):
        value = [{"name": name, **(v if isinstance(v, Mapping) else {"value": v})} for name, v in value.items()]
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _ids(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]


class FieldOutput(Output):
    name: Annotated[str, BeforeValidator(_said)] = ""
    """Exactly as the subtask declares it."""
    value: Annotated[str, BeforeValidator(_said)] = ""
    """What you found, in as few words as possible; empty if you did not find it."""
    source_ids: Annotated[tuple[str, ...], BeforeValidator(_ids)] = ()
    """The source_id of each passage it is based on."""


Filled = Annotated[tuple[FieldOutput, ...], BeforeValidator(_filled)]


def declared(names: Iterable[str]) -> tuple[str, ...]:
    """The names that count: short, each once, and not more than a stage can be asked for."""
    short = (cut(" ".join(name.split()), NAME_CHARACTERS) for name in names)
    unique = {name.casefold(): name for name in short if name}
    return tuple(unique.values())[:MOST_FIELDS]


def fields_of(names: Sequence[str], given: Iterable[FieldOutput], known: Collection[str]) -> tuple[Field, ...]:
    """A field for each declared name, empty where there is no value; others, and sources nobody read, are left out."""
    by_name = {" ".join(output.name.split()).casefold(): output for output in given}
    return tuple(_field(name, by_name.get(name.casefold()), known) for name in names)


def _field(name: str, given: FieldOutput | None, known: Collection[str]) -> Field:
    value = " ".join(given.value.split()) if given else ""
    if given is None or value.casefold().strip(". ") in _NOT_FOUND:
        return Field(name)
    ids = [source_id for source_id in dict.fromkeys(given.source_ids) if source_id in known]
    return Field(name, cut(value, VALUE_CHARACTERS), tuple(ids[:MOST_SOURCES]))
