"""What an endpoint answered, in whatever shape: read once, checked whole, thoughts apart from the answer."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.llm.openai_compatible.stream import CutStream, decoded
from orchestration.llm.openai_compatible.thoughts import without_thoughts
from orchestration.llm.openai_compatible.usage import usage_of
from orchestration.llm.openai_compatible.written_calls import written_calls
from orchestration.values.domain import Outcome
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed, ToolCall
from orchestration.values.text import clean, clean_json

STANDARD = {"role", "content", "refusal", "tool_calls", "function_call", "annotations", "audio", "name"}
"""What an assistant message has by the published format; anything else an endpoint may want back."""
THOUGHTS = ("reasoning_content", "reasoning", "thinking")
_LENGTH = {"length", "max_tokens", "max_output_tokens", "model_length"}
_FILTER = {"content_filter", "safety", "prohibited_content", "blocklist", "recitation"}


class ErrorInside(ValueError):
    """HTTP 200 with an error in it."""

    def __init__(self, error: Any) -> None:
        super().__init__("an error with HTTP 200")
        self.error = error


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Function(_Wire):
    name: str
    arguments: str | dict[str, Any] | None = None


class _ToolCall(_Wire):
    model_config = ConfigDict(extra="allow")
    id: str | None = None
    type: str | None = None
    function: _Function


class _Message(_Wire):
    model_config = ConfigDict(extra="allow")
    content: str | list[Any] | dict[str, Any] | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None
    function_call: _Function | None = None


class _Choice(_Wire):
    message: _Message
    finish_reason: Any = None


class _Reply(_Wire):
    choices: list[_Choice]
    model: str | None = None
    usage: dict[str, Any] | None = None


def completion_of(body: bytes, request: ChatRequest) -> Completion:
    """Raises ErrorInside, and ModelCallFailed for what is no completion."""
    try:
        value = _lone(clean_json(decoded(body)))
        if isinstance(value, dict) and value.get("error") and not value.get("choices"):
            raise ErrorInside(value["error"])
        reply = _Reply.model_validate(value)
        return _completion(reply, reply.choices[0], request)
    except ErrorInside:
        raise
    except (ValueError, ValidationError, IndexError, RecursionError) as error:
        raise ModelCallFailed(
            _unreadable(body, error), billing="unknown", transient=True, outcome=Outcome.MALFORMED
        ) from None


def _unreadable(body: bytes, error: Exception) -> str:
    if isinstance(error, CutStream):
        return "The model endpoint's reply ended in the middle."
    if body.lstrip()[:1] == b"<":
        return "The model endpoint answered a web page and no completion. Check OPENAI_BASE_URL if that goes on."
    return "The model endpoint answered something that is no completion."


def _lone(value: Any) -> Any:
    """Ollama's own format has one message and no choices."""
    if not isinstance(value, dict) or "choices" in value or not isinstance(value.get("message"), dict):
        return value if not isinstance(value, dict) else _counted(value)
    return _counted({**value, "choices": [{"message": value["message"], "finish_reason": value.get("done_reason")}]})


def _counted(value: dict[str, Any]) -> dict[str, Any]:
    counts = {name: value[name] for name in ("prompt_eval_count", "eval_count") if name in value}
    return {**value, "usage": counts} if counts and not value.get("usage") else value


def _completion(reply: _Reply, choice: _Choice, request: ChatRequest) -> Completion:
    message = choice.message
    finish = _finish(choice.finish_reason)
    extra = message.model_extra or {}
    spoken, in_parts = _text(message.content)
    text, thought = without_thoughts(spoken)
    separate = next((extra[name] for name in THOUGHTS if isinstance(extra.get(name), str)), "")
    calls = _tool_calls(message)
    if not calls:
        text, calls = written_calls(text, _offered(request))
    if not text.strip() and not calls and finish != "length":
        text = _answer_among(separate)
    return Completion(
        text=text or message.refusal or "",
        tool_calls=calls,
        finish_reason="refusal" if message.refusal else finish,
        model=reply.model or "",
        usage=usage_of(reply.usage),
        raw_usage=reply.usage or {},
        kept={name: value for name, value in extra.items() if name not in STANDARD and value is not None},
        thought_bytes=sum(len(part.encode("utf-8", "replace")) for part in (thought, in_parts, separate)),
    )


def _text(content: str | list[Any] | dict[str, Any] | None) -> tuple[str, str]:
    """What is said, and what is thought, of content in parts."""
    if content is None or isinstance(content, str):
        return content or "", ""
    parts = [content] if isinstance(content, dict) else content
    said = [part if isinstance(part, str) else part.get("text") for part in parts if isinstance(part, str | dict)]
    thought = [part.get("thinking") for part in parts if isinstance(part, dict) and part.get("thinking")]
    return "".join(text for text in said if isinstance(text, str)), json.dumps(thought) if thought else ""


def _finish(reason: Any) -> str | None:
    """Some give an object with the reason inside."""
    if isinstance(reason, dict):
        reason = next((reason[name] for name in ("type", "reason", "finish_reason", "value") if name in reason), None)
    if not isinstance(reason, str):
        return None
    lower = reason.lower()
    return "length" if lower in _LENGTH else "content_filter" if lower in _FILTER else lower


def _answer_among(thoughts: str) -> str:
    """Where nothing else was said: an answer that a server's parser took for a thought, and no thought itself."""
    answer, _ = without_thoughts(thoughts)
    whole = answer.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    try:
        return whole if isinstance(json.loads(whole), dict) else ""
    except (ValueError, RecursionError):
        return ""


def _offered(request: ChatRequest) -> frozenset[str]:
    functions = (tool.get("function") for tool in request.tools)
    return frozenset(str(f["name"]) for f in functions if isinstance(f, Mapping) and "name" in f)


def _tool_calls(message: _Message) -> tuple[ToolCall, ...]:
    called = [*(message.tool_calls or ())]
    if not called and message.function_call:
        called = [_ToolCall(function=message.function_call)]
    return tuple(_tool_call(n, call) for n, call in enumerate(called))


def _tool_call(number: int, call: _ToolCall) -> ToolCall:
    arguments = call.function.arguments
    text = json.dumps(arguments) if isinstance(arguments, dict) else arguments or "{}"
    extra = {name: value for name, value in (call.model_extra or {}).items() if name != "index" and value is not None}
    return ToolCall(call.id or f"call_{number}", clean(call.function.name), text, extra)
