"""The JSON schema of an offered tool: whether it can be trusted to be one, and whether arguments fit it.

The schema is a stranger's and is walked in this process, so nothing in it may fetch, backtrack or multiply.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from orchestration.values.text import clean

SCHEMA_BYTES = 16_000
SCHEMA_DEPTH = 16
REFERENCES = 500
"""So many references one check of arguments follows; a few nested ones could mean millions."""
FOREIGN_KEYWORDS = ("$dynamicRef", "$recursiveRef")


class Unfit(Exception):
    """Why a schema is not passed on; its text is a clause."""


def checked(schema: Any) -> dict[str, Any]:
    """The schema with all its texts clean. Raises Unfit."""
    if not isinstance(schema, dict):
        raise Unfit("its schema is not a JSON object")
    if len(json.dumps(schema)) > SCHEMA_BYTES:
        raise Unfit(f"its schema is larger than {SCHEMA_BYTES:,} bytes")
    seen = _seen(schema, SCHEMA_DEPTH)
    if seen.get("type", "object") != "object":
        raise Unfit("its schema does not describe an object")
    try:
        Draft202012Validator.check_schema(seen)
    except SchemaError as error:
        raise Unfit(f"its schema is not valid ({error.message[:120]})") from None
    except RecursionError:
        raise Unfit("its schema is nested too deeply") from None
    return {"type": "object", **seen}


def misfit(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """What is wrong with the arguments; empty where they fit as far as is safe to check."""
    left = [REFERENCES]

    def counted(validator: Any, reference: str, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        left[0] -= 1
        if left[0] < 0:
            raise RecursionError
        yield from Draft202012Validator.VALIDATORS["$ref"](validator, reference, instance, schema) or ()

    kind = extend(Draft202012Validator, {**_UNCHECKED, "$ref": counted})  # type: ignore[no-untyped-call]  # untyped
    try:
        wrong = next(kind(schema, registry=Registry()).iter_errors(arguments), None)
    except Unresolvable as error:
        return f"its schema refers to {str(error)[:80]!r}, which does not exist"
    except RecursionError:
        return "they are nested too deeply for its schema"
    if wrong is None:
        return ""
    place = ".".join(map(str, wrong.absolute_path)) or "arguments"
    return f"{place}: {wrong.message[:300]}"


def _seen(value: Any, depth: int) -> Any:
    """The same without what cannot be seen; names may not have any of it, for the server would not know them."""
    if depth == 0:
        raise Unfit(f"its schema is nested deeper than {SCHEMA_DEPTH} levels")
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_seen(item, depth - 1) for item in value]
    if not isinstance(value, dict):
        return value
    if any(visible(key) != key for key in value):
        raise Unfit("its schema has names with characters that cannot be seen")
    reference = value.get("$ref", "#")
    if any(key in value for key in FOREIGN_KEYWORDS) or not (isinstance(reference, str) and reference.startswith("#")):
        raise Unfit("its schema refers to something outside itself")
    return {key: _seen(item, depth - 1) for key, item in value.items()}


def visible(text: str) -> str:
    """Text as a person would see it: no tag, control or format characters; line breaks and tabs stay."""
    return "".join(letter for letter in clean(text) if letter in "\n\t" or letter.isprintable())


def _unchecked(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    return iter(())


def _additional(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    # The patterns say which names are additional, and they are not run here.
    if "patternProperties" in schema:
        return iter(())
    return iter(Draft202012Validator.VALIDATORS["additionalProperties"](validator, value, instance, schema) or ())


# A pattern of a stranger can take for ever on a short text; the server checks its own.
_UNCHECKED = {
    **dict.fromkeys(("pattern", "patternProperties", "unevaluatedProperties", "unevaluatedItems"), _unchecked),
    "additionalProperties": _additional,
}
