"""What a request is known by: what it is about, whichever words this version of the program asks in."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from orchestration.values.ports import ChatRequest, Message

PROMPT_CHARACTERS = 12
_WORDING = ("description", "title")


def material_of(request: ChatRequest) -> str:
    """A hash of model, output cap, task, replies, results, and of the form of tools and output."""
    form = [*request.tools, request.output.schema if request.output else None]
    told = [message for message in request.messages if not _is_instruction(message)]
    return _hash([request.model, request.max_output_tokens, told, _without_wording(form)])


def prompt_of(request: ChatRequest) -> str:
    """The version of the instructions: a short hash of all that material leaves out."""
    instructions = [message for message in request.messages if _is_instruction(message)]
    form = [*request.tools, request.output.schema if request.output else None]
    return _hash([instructions, form])[:PROMPT_CHARACTERS]


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


def _hash(parts: Any) -> str:
    return sha256(json.dumps(parts, ensure_ascii=False, default=dict).encode("utf-8", "replace")).hexdigest()
