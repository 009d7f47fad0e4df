"""What a request is known by: what it is about, whichever words this version of the program asks in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from orchestration.values.ports import ChatRequest, Message

PROMPT_CHARACTERS = 12
_WORDING = ("description", "title")


@dataclass(frozen=True, slots=True)
class Form:
    """Of tools and output: the same from call to call of an agent, so what follows from it is worked out once."""

    text: str
    without_wording: str
    bytes: int
    """Of each part as it is sent."""


def form_of(request: ChatRequest) -> Form:
    return _form(_dumped([*request.tools, request.output.schema if request.output else None]))


@lru_cache(1000)
def _form(text: str) -> Form:
    form = json.loads(text)
    sent = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in form if part is not None]
    return Form(text, _dumped(_without_wording(form)), sum(len(part.encode("utf-8", "replace")) + 1 for part in sent))


def material_of(request: ChatRequest, form: Form) -> str:
    """A hash of model, output cap, task, replies, results, and of the form of tools and output."""
    told = [message for message in request.messages if not _is_instruction(message)]
    return _hash(_dumped([request.model, request.max_output_tokens, told]), form.without_wording)


def prompt_of(request: ChatRequest, form: Form) -> str:
    """The version of the instructions: a short hash of all that material leaves out."""
    instructions = [message for message in request.messages if _is_instruction(message)]
    return _hash(_dumped([instructions]), form.text)[:PROMPT_CHARACTERS]


def _is_instruction(message: Message) -> bool:
    """What a user message says of a question, a note or a finding is one JSON object; other text is the program's."""
    return message["role"] == "system" or (message["role"] == "user" and not message["content"].startswith("{"))


def _without_wording(value: Any) -> Any:
    """A schema without what describes it; a property of such a name is no text and stays."""
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if not (k in _WORDING and isinstance(v, str))}
        return {name: _without_wording(item) for name, item in kept.items()}
    return (
        [_without_wording(item) for item in value]
        if isinstance(value, Sequence) and not isinstance(value, str)
        else value
    )


def _dumped(parts: Any) -> str:
    return json.dumps(parts, ensure_ascii=False, default=dict)


def _hash(listed: str, last: str) -> str:
    """Of a JSON list and one item more."""
    return sha256(f"{listed[:-1]}, {last}]".encode("utf-8", "replace")).hexdigest()
