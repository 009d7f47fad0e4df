"""Tool calls that a model writes into its text, because its server has no parser for them."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from orchestration.values.ports import ToolCall

_TAGGED = re.compile(r"<(tool_call|function_call)>\s*(.*?)\s*(?:</\1>|\Z)", re.DOTALL)
_NAMED = re.compile(r"<function=([\w.-]+)>\s*(.*?)\s*(?:</function>|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([\w.-]+)>\s*(.*?)\s*</parameter>", re.DOTALL)
_FENCE = re.compile(r"```(?:json|tool_call|tool_code)?\s*(.*?)\s*```", re.DOTALL)
_MARKS = ("[TOOL_CALLS]", "<|python_tag|>")


def written_calls(text: str, offered: Collection[str]) -> tuple[str, tuple[ToolCall, ...]]:
    """The text without them, and the calls; only of tools that were `offered`, or a quoted call would be made."""
    found = list(_calls(text, offered)) if offered and ("{" in text or "<function=" in text) else []
    if not found:
        return text, ()
    calls = (ToolCall(f"call_{n}", name, arguments) for n, (name, arguments) in enumerate(found))
    return _before(text), tuple(calls)


def _calls(text: str, offered: Collection[str]) -> Iterator[tuple[str, str]]:
    if named := _NAMED.findall(text):
        yield from ((name, _parameters(body)) for name, body in named if name in offered)
        return
    for written in _places(text):
        value = _value(written)
        for call in value if isinstance(value, list) else [value]:
            if (name := _name(call)) in offered:
                yield name, _arguments(call)


def _places(text: str) -> list[str]:
    if tagged := _TAGGED.findall(text):
        return [body for _, body in tagged]
    for mark in _MARKS:
        if mark in text:
            return [text.partition(mark)[2]]
    return _FENCE.findall(text) or [text if text.lstrip().startswith("[") else text[text.find("{") :]]


def _value(written: str) -> Any:
    """The JSON that the text begins with; what follows it is no part of a call."""
    try:
        return json.JSONDecoder().raw_decode(written.strip())[0]
    except (ValueError, RecursionError):
        return None


def _name(call: Any) -> str:
    if not isinstance(call, dict):
        return ""
    inner = call.get("function")
    name = inner.get("name") if isinstance(inner, dict) else inner if isinstance(inner, str) else call.get("name")
    has_arguments = _given(call) is not None or (isinstance(inner, dict) and _given(inner) is not None)
    return str(name) if name and has_arguments else ""


def _given(call: dict[str, Any]) -> Any:
    return call["arguments"] if "arguments" in call else call.get("parameters")


def _arguments(call: dict[str, Any]) -> str:
    inner = call.get("function")
    given = _given(call)
    if given is None and isinstance(inner, dict):
        given = _given(inner)
    return given if isinstance(given, str) else json.dumps(given)


def _parameters(body: str) -> str:
    """Either JSON, or a tag for each argument."""
    if body.startswith("{"):
        return body
    return json.dumps({name: _typed(value) for name, value in _PARAMETER.findall(body)})


def _typed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _before(text: str) -> str:
    places = [text.find(mark) for mark in ("<tool_call>", "<function_call>", "<function=", "```", *_MARKS, "{")]
    return text[: min(place for place in places if place >= 0)].strip()
