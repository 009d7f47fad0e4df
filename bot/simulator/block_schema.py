"""The JSON Schema of Block Kit, read so that its errors can be understood."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_FILE = Path(__file__).with_name("block_kit.schema.json")


@cache
def validator(definition: str) -> Any:
    """For one of the schema's definitions, such as `KnownBlock` or `ModalView`."""
    definitions = _definitions()
    return _ByTypeValidator({"$ref": f"#/definitions/{definition}", "definitions": definitions})


@cache
def _definitions() -> dict[str, Any]:
    definitions: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))["definitions"]
    return {name: _choose_by_type(node, definitions) for name, node in definitions.items()}


def _choose_by_type(node: Any, definitions: Mapping[str, Any]) -> Any:
    """`anyOf` over objects that name their `type` becomes a choice by that name.

    A bare `anyOf` can only say that nothing matched; the branch that was meant can say what is wrong.
    """
    if isinstance(node, list):
        return [_choose_by_type(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _choose_by_type(value, definitions) for key, value in node.items()}
    branches: dict[str | None, list[Any]] = {}
    for name, branch in _named_branches(node, definitions):
        branches.setdefault(name, []).append(branch)
    if branches and None not in branches:
        del node["anyOf"]
        node["byType"] = {k: v[0] if len(v) == 1 else {"anyOf": v} for k, v in branches.items()}
    return node


def _named_branches(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[tuple[str | None, Any]]:
    for branch in node.get("anyOf", ()):
        # A branch is known by the type of what it finally points at.
        target = branch
        while "$ref" in target:
            target = definitions[target["$ref"].rpartition("/")[2]]
        if "anyOf" in target:
            yield from _named_branches(target, definitions)
        else:
            yield target.get("properties", {}).get("type", {}).get("const"), branch


def _by_type(validator: Any, branches: Mapping[str, Any], instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        yield ValidationError("must be an object")
        return
    kind = instance.get("type")
    if not isinstance(kind, str):
        yield ValidationError("missing required field: type")
    elif kind not in branches:
        yield ValidationError(f"unsupported type: {kind}", path=["type"])
    else:
        yield from validator.descend(instance, branches[kind], schema_path=kind)


_ByTypeValidator = extend(  # type: ignore[no-untyped-call]  # jsonschema leaves it untyped
    Draft7Validator, {"byType": _by_type}
)
