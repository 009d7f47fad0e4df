"""Servers that refuse and answer as each family of endpoints does: the behaviour, not how one of them words it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from model_server import Fault, Received, ends, status

Weather = Callable[[Received], Fault | None]
Body = dict[str, Any]


def error(message: str, http: int = 400, **more: Any) -> Fault:
    return status(http, {"error": {"message": message, **more}})


def refuses(part: Callable[[Body], bool], message: str, code: int = 400) -> Weather:
    return lambda received: error(message, code) if part(received.body) else None


def has(name: str) -> Callable[[Body], bool]:
    return lambda body: name in body


def schema(body: Body) -> bool:
    return body.get("response_format", {}).get("type") == "json_schema"


def json_object(body: Body) -> bool:
    return body.get("response_format", {}).get("type") == "json_object"


def both(body: Body) -> bool:
    return "tools" in body and "response_format" in body


def system(body: Body) -> bool:
    return any(message["role"] == "system" for message in body["messages"])


def tool_rounds_without_tools(body: Body) -> bool:
    return "tools" not in body and any(message["role"] == "tool" for message in body["messages"])


def lacks_thoughts(name: str) -> Callable[[Body], bool]:
    """A tool round that comes back without what was thought before it."""
    return lambda body: any(m.get("tool_calls") and not m.get(name) for m in body["messages"])


def lacks_signature(body: Body) -> bool:
    calls = [call for message in body["messages"] for call in message.get("tool_calls") or ()]
    return any("thought_signature" not in json.dumps(call.get("extra_content", {})) for call in calls)


def has_more(body: Body) -> bool:
    return any(set(m) - {"role", "content", "tool_calls", "tool_call_id"} for m in body["messages"])


def each(*weathers: Weather) -> Weather:
    """The first that has something against it."""
    return lambda received: next((fault for weather in weathers if (fault := weather(received))), None)


def once(fault: Fault) -> Weather:
    left = [fault]
    return lambda received: left.pop() if left else None


def bound_by_a_grammar(received: Received) -> Fault | None:
    """With tools and a format together nothing but the format can be written."""
    return ends("stop", '{"summary": "", "claims": []}') if both(received.body) else None


Answered = Callable[[Body, Body], Body]
"""The reply as the family would shape it, from a plain one and the request."""


def thinking_beside(name: str, thought: str = 'First {"summary": "a draft"}') -> Answered:
    def shaped(answer: Body, body: Body) -> Body:
        answer["choices"][0]["message"][name] = thought
        answer["usage"]["completion_tokens_details"] = {"reasoning_tokens": 9}
        answer["usage"]["completion_tokens"] += 9
        return answer

    return shaped


def thinking_inside(answer: Body, body: Body) -> Body:
    message = answer["choices"][0]["message"]
    draft = '```json\n{"summary": "a first draft", "claims": []}\n```'
    message["content"] = f"<think>Let me see {{x}}. {draft}</think>\n\n{message['content'] or ''}"
    return answer


def signed(answer: Body, body: Body) -> Body:
    for call in answer["choices"][0]["message"]["tool_calls"] or ():
        call["extra_content"] = {"google": {"thought_signature": "sig"}}
    return answer


def in_parts(answer: Body, body: Body) -> Body:
    message = answer["choices"][0]["message"]
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": 'Hm {"a": 1}'}]}
    message["content"] = [thought, {"type": "text", "text": message["content"] or ""}]
    return answer


def calls_in_text(answer: Body, body: Body) -> Body:
    message = answer["choices"][0]["message"]
    for call in message["tool_calls"] or ():
        function = call["function"]
        written = {"name": function["name"], "arguments": json.loads(function["arguments"])}
        message["content"] = f"{message['content'] or ''}<tool_call>\n{json.dumps(written)}\n</tool_call>\n"
    message["tool_calls"] = None
    return answer


def cached(answer: Body, body: Body) -> Body:
    answer["usage"]["cache_read_input_tokens"] = answer["usage"]["prompt_tokens"] // 2
    return answer


def as_it_is(answer: Body, body: Body) -> Body:
    return answer


@dataclass(frozen=True)
class Family:
    weather: Weather = lambda received: None
    shaped: Answered = as_it_is
    lost: int = 0
    """Requests until a run knows what is refused, all without a charge."""


NAMES_THE_CAP = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
NAMES_TEMPERATURE = "Unsupported value: 'temperature' does not support 0.2 with this model."

FAMILIES: dict[str, Callable[[], Family]] = {
    "OpenAI": lambda: Family(
        each(refuses(has("max_tokens"), NAMES_THE_CAP), refuses(has("temperature"), NAMES_TEMPERATURE)), lost=2
    ),
    "Azure OpenAI": lambda: Family(once(status(429, {"error": {}}, headers={"retry-after-ms": "20"})), lost=1),
    "Gemini": lambda: Family(
        each(
            refuses(both, "Function calling with a response mime type: 'application/json' is unsupported"),
            refuses(lacks_signature, "Function call is missing a thought_signature in functionCall parts."),
        ),
        signed,
    ),
    "Groq": lambda: Family(
        each(
            refuses(both, "json mode cannot be combined with tool/function calling"),
            refuses(schema, "This model does not support response format `json_schema`."),
        ),
        lost=1,
    ),
    "Mistral": lambda: Family(refuses(has_more, "Extra inputs are not permitted", 422), in_parts),
    "DeepSeek": lambda: Family(
        each(
            refuses(schema, "This response_format type is unavailable now"),
            refuses(lacks_thoughts("reasoning_content"), "Missing `reasoning_content` field in the assistant message"),
        ),
        thinking_beside("reasoning_content"),
        lost=1,
    ),
    "Kimi": lambda: Family(
        refuses(lacks_thoughts("reasoning_content"), "thinking is enabled but reasoning_content is missing"),
        thinking_beside("reasoning_content"),
    ),
    "OpenRouter": lambda: Family(
        refuses(lacks_thoughts("reasoning"), "Provider returned error"), thinking_beside("reasoning")
    ),
    "LiteLLM": lambda: Family(
        each(
            refuses(has("temperature"), "litellm.UnsupportedParamsError: this model does not take temperature=0.2"),
            refuses(tool_rounds_without_tools, "litellm.UnsupportedParamsError: pass the `tools=` param."),
        ),
        cached,
        lost=1,
    ),
    "vLLM": lambda: Family(bound_by_a_grammar, thinking_beside("reasoning_content")),
    "llama.cpp": lambda: Family(each(bound_by_a_grammar, refuses(system, "System role not supported", 500)), lost=1),
    "Ollama": lambda: Family(bound_by_a_grammar, thinking_inside),
    "LM Studio": lambda: Family(
        refuses(json_object, "'response_format.type' must be 'json_schema' or 'text'"), calls_in_text
    ),
}
