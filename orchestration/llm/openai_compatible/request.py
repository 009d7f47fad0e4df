"""What is sent: never tools and an output format together, and nothing that the endpoint is known to refuse.

A grammar binds the first token, so with both no tool call can be written; other endpoints refuse the pair.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from orchestration.values.ports import ChatRequest, Message

_OF_A_MESSAGE = {"role", "content", "tool_calls", "tool_call_id", "name"}
_OF_A_CALL = {"id", "type", "function"}


def parts_of(request: ChatRequest, dropped: Collection[str]) -> Iterator[str]:
    """What the request carries beyond the bare minimum, in the order in which it is given up."""
    if (form := _form(request, dropped)) != "text":
        yield form
    if request.temperature is not None and "temperature" not in dropped:
        yield "temperature"
    if "max_tokens" not in dropped:
        yield "max_tokens"
    if "system" not in dropped and any(message["role"] == "system" for message in request.messages):
        yield "system"
    if "tool_messages" not in dropped and not request.tools and _after_tools(request.messages):
        yield "tool_messages"
    if "fields" not in dropped and any(_has_more(message) for message in request.messages):
        yield "fields"


def body_of(request: ChatRequest, dropped: Collection[str], cap: int) -> dict[str, Any]:
    form = _form(request, dropped)
    messages: Sequence[Message] = request.messages
    if request.output and form != "json_schema":
        messages = _with_schema(messages, request.output.schema)
    if "fields" in dropped:
        messages = [_standard(message) for message in messages]
    if "tool_messages" in dropped and not request.tools:
        messages = [_told(message) for message in messages]
    if "system" in dropped:
        messages = _folded(messages)
    body: dict[str, Any] = {"model": request.model, "messages": list(messages)}
    body["max_completion_tokens" if "max_tokens" in dropped else "max_tokens"] = cap
    if request.tools:
        body["tools"] = list(request.tools)
    if request.temperature is not None and "temperature" not in dropped:
        body["temperature"] = request.temperature
    if request.output and form == "json_schema":
        schema = {"name": request.output.name, "schema": request.output.schema, "strict": False}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form == "json_object":
        body["response_format"] = {"type": "json_object"}
    if "stream" in dropped:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return body


def _form(request: ChatRequest, dropped: Collection[str]) -> str:
    if request.output is None or request.tools or "json_object" in dropped:
        return "text"
    return "json_object" if "json_schema" in dropped else "json_schema"


def _with_schema(messages: Sequence[Message], schema: Mapping[str, Any]) -> list[Message]:
    """In words where no format carries it, at the head, which stays the same from turn to turn."""
    first = messages[0]
    with_schema = f"{first['content']}\n\nThe schema of your answer: {json.dumps(schema, ensure_ascii=False)}"
    return [{**first, "content": with_schema}, *messages[1:]]


def _has_more(message: Message) -> bool:
    calls = message.get("tool_calls") or ()
    return not _OF_A_MESSAGE.issuperset(message) or any(not _OF_A_CALL.issuperset(call) for call in calls)


def _standard(message: Message) -> Message:
    kept = {name: value for name, value in message.items() if name in _OF_A_MESSAGE}
    if calls := message.get("tool_calls"):
        kept["tool_calls"] = [{name: call[name] for name in call if name in _OF_A_CALL} for call in calls]
    return kept


def _after_tools(messages: Sequence[Message]) -> bool:
    return any(message["role"] == "tool" for message in messages)


def _told(message: Message) -> Message:
    """A tool round in plain words, for who takes none in a request that offers no tools."""
    if message["role"] == "tool":
        return {"role": "user", "content": f"The tool's result: {message['content']}"}
    if calls := message.get("tool_calls"):
        called = "; ".join(f"{call['function']['name']} {call['function']['arguments']}" for call in calls)
        return {"role": "assistant", "content": f"{message.get('content') or ''}\nI call {called}".strip()}
    return message


def _folded(messages: Sequence[Message]) -> list[Message]:
    """Without a system message, and with users and assistants in turn."""
    folded: list[Message] = []
    for message in messages:
        plain = {**message, "role": "user"} if message["role"] == "system" else message
        if folded and plain["role"] == folded[-1]["role"] == "user":
            folded[-1] = {**folded[-1], "content": f"{folded[-1]['content']}\n\n{plain['content']}"}
        else:
            folded.append(plain)
    return folded
