"""Any OpenAI-compatible endpoint through the official client, one HTTP request a call.

By the client's `post` with our own reading of the reply: `chat.completions.create` walks every message through its
types on the event loop, which costs ten times as much in a long tool loop, and accepts replies that are none
(an HTML page, `choices: null`). Its aiohttp transport stays level with many calls in flight.
"""

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, NoReturn, Self

import aiohttp
import httpx2
from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI, DefaultAioHttpClient
from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.llm import embedding_reply
from orchestration.values.domain import Outcome, Usage
from orchestration.values.ports import (
    ChatRequest,
    Completion,
    EmbeddingRequest,
    Embeddings,
    ModelCallFailed,
    ToolCall,
)
from orchestration.values.text import clean, clean_json

CONNECT_SECONDS = 5.0
CONNECTIONS = 1000
REPLY_BYTES = 16_000_000
UNBILLED = frozenset({400, 401, 403, 404, 413, 422, 429})
"""Complete error replies after which nothing was charged."""
OUT_OF_QUOTA = ("insufficient_quota", "spend_limit_exceeded", "billing")
MOST_TOKENS = 1_000_000_000
"""No request uses so many: a number beyond it is no count."""
OUTPUT_FORMS = ("json_schema", "json_object", "text")
"""From the strictest down: what an endpoint refuses is not asked of it again."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Function(_Wire):
    name: str
    arguments: str | dict[str, Any] | None = None


class _ToolCall(_Wire):
    id: str | None = None
    function: _Function


class _Message(_Wire):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(_Wire):
    message: _Message
    finish_reason: str | None = None


class _Reply(_Wire):
    choices: list[_Choice]
    model: str | None = None
    usage: dict[str, Any] | None = None


class OpenAICompatibleModel:
    """Close it with `async with`. What a model refuses (`json_schema`, `temperature`) is remembered per model name."""

    def __init__(self, *, api_key: str | None, base_url: str | None) -> None:
        limits = httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._client = AsyncOpenAI(
            # A server of one's own often wants no key, but the client refuses to start without one.
            api_key=api_key or "none",
            base_url=base_url,
            max_retries=0,
            http_client=DefaultAioHttpClient(
                follow_redirects=False, limits=limits, event_hooks={"response": [_refuse_huge]}
            ),
        )
        self._refused: dict[str, set[str]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def complete(self, request: ChatRequest) -> Completion:
        try:
            return _completion(await self._post("/chat/completions", self._body(request), request))
        except APIStatusError as error:
            self._fail_status(request, error)

    async def embed(self, request: EmbeddingRequest) -> Embeddings:
        """Implements `orchestration.ports.Embedder`."""
        try:
            body = await self._post("/embeddings", {"model": request.model, "input": list(request.texts)}, request)
        except APIStatusError as error:
            failed = _failed(error, "THREADWORK_EMBEDDING_MODEL")
            failed.unsupported = "input" if error.status_code in (400, 413, 422) else None
            raise failed from error
        # A batch is a hundred thousand numbers: too long a look for the event loop.
        return await asyncio.to_thread(embedding_reply.read, body, len(request.texts))

    async def _post(self, path: str, body: dict[str, Any], request: ChatRequest | EmbeddingRequest) -> bytes:
        run = {"X-Threadwork-Run": request.run_id} if request.run_id else {}
        try:
            response = await self._client.post(
                path,
                cast_to=httpx2.Response,
                body=body,
                options={
                    "headers": {**run, "X-Threadwork-Agent": request.agent},
                    "timeout": httpx2.Timeout(request.timeout_seconds, connect=CONNECT_SECONDS),
                },
            )
        except APIConnectionError as error:
            self._fail_connection(error)
        return response.content

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        refused = self._refused.get(request.model, set())
        body: dict[str, Any] = {
            "model": request.model,
            "messages": list(request.messages),
            _cap_name(refused): request.max_output_tokens,
        }
        if request.tools:
            body["tools"] = list(request.tools)
        if request.temperature is not None and "temperature" not in refused:
            body["temperature"] = request.temperature
        form = next(form for form in OUTPUT_FORMS if form not in refused)
        if request.output and form == "json_schema":
            schema = {"name": request.output.name, "schema": request.output.schema, "strict": False}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif request.output and form == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _fail_connection(self, error: APIConnectionError) -> NoReturn:
        if _never_sent(error):
            sentence, billing = "The model endpoint cannot be reached. Check OPENAI_BASE_URL.", "none"
        elif isinstance(error, APITimeoutError) and not _broken(error):
            sentence, billing = "The model did not answer in time.", "unknown"
        else:
            sentence, billing = "The connection to the model broke.", "unknown"
        raise ModelCallFailed(sentence, billing=billing, transient=True) from error

    def _fail_status(self, request: ChatRequest, error: APIStatusError) -> NoReturn:
        failed = _failed(error, "THREADWORK_MODEL")
        if error.status_code in (400, 422):
            failed.unsupported = self._remember_refusal(request, error.response.text[:2000])
            failed.transient = failed.unsupported is not None
        raise failed from error

    def _remember_refusal(self, request: ChatRequest, text: str) -> str | None:
        refused = self._refused.setdefault(request.model, set())
        part = next((name for name, words in _refusable(request, refused) if any(w in text for w in words)), None)
        if part:
            refused.add(part)
        return part


def _failed(error: APIStatusError, setting: str) -> ModelCallFailed:
    status, text = error.status_code, error.response.text[:2000]
    quota = status == 429 and any(word in text for word in OUT_OF_QUOTA)
    return ModelCallFailed(
        _status_sentence(status, quota, setting),
        billing="none" if status in UNBILLED else "input",
        transient=(status in (408, 409, 429) or status >= 500) and not quota,
        outcome=_status_outcome(status, quota),
        retry_after=_retry_after(error.response.headers),
    )


def _causes(error: BaseException) -> list[BaseException]:
    causes = [error]
    while cause := causes[-1].__cause__:
        causes.append(cause)
    return causes


def _never_sent(error: APIConnectionError) -> bool:
    """By aiohttp's own error: the client's transport calls a connection that broke after sending a failed connect."""
    return any(isinstance(e, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError) for e in _causes(error))


def _broken(error: APIConnectionError) -> bool:
    return any(isinstance(e, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError) for e in _causes(error))


def _cap_name(refused: set[str]) -> str:
    return "max_completion_tokens" if "max_tokens" in refused else "max_tokens"


def _refusable(request: ChatRequest, refused: set[str]) -> list[tuple[str, tuple[str, ...]]]:
    """What the request carried that an endpoint may refuse by naming it."""
    parts: list[tuple[str, tuple[str, ...]]] = []
    if "max_tokens" not in refused:
        parts.append(("max_tokens", ("max_completion_tokens",)))
    if request.temperature is not None and "temperature" not in refused:
        parts.append(("temperature", ("temperature",)))
    if request.output and "json_schema" not in refused:
        parts.append(("json_schema", ("response_format", "json_schema")))
    elif request.output and "json_object" not in refused:
        parts.append(("json_object", ("response_format", "json_object")))
    return parts


def _status_sentence(status: int, quota: bool, setting: str) -> str:
    if quota:
        return "The model provider says the account's quota is used up. Raise it there, then retry the run."
    if status in (401, 403):
        return f"The model provider refused the key (HTTP {status}). Check OPENAI_API_KEY."
    if status == 404:
        return f"The model endpoint knows no such model or path (HTTP 404). Check {setting} and OPENAI_BASE_URL."
    if status == 429:
        return "The model provider is limiting requests (HTTP 429)."
    return f"The model endpoint answered HTTP {status}."


def _status_outcome(status: int, quota: bool) -> Outcome:
    if quota:
        return Outcome.QUOTA
    if status == 404:
        return Outcome.NOT_SERVED
    return Outcome.TRANSPORT if status in (408, 409, 429) or status >= 500 else Outcome.REJECTED


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


async def _refuse_huge(response: httpx2.Response) -> None:
    if int(response.headers.get("content-length") or 0) > REPLY_BYTES:
        raise httpx2.ReadError(f"a reply of more than {REPLY_BYTES} bytes", request=response.request)


def _completion(body: bytes) -> Completion:
    try:
        reply = _Reply.model_validate(clean_json(json.loads(body)))
        choice = reply.choices[0]
    except (ValueError, ValidationError, IndexError, RecursionError):
        raise ModelCallFailed(
            "The model endpoint answered something that is no completion.",
            billing="unknown",
            transient=True,
            outcome=Outcome.MALFORMED,
        ) from None
    return Completion(
        text=choice.message.content or choice.message.refusal or "",
        tool_calls=tuple(_tool_call(n, call) for n, call in enumerate(choice.message.tool_calls or [])),
        finish_reason="refusal" if choice.message.refusal else choice.finish_reason,
        model=reply.model or "",
        usage=_usage(reply.usage),
        raw_usage=reply.usage or {},
    )


def _tool_call(number: int, call: _ToolCall) -> ToolCall:
    arguments = call.function.arguments
    text = json.dumps(arguments) if isinstance(arguments, dict) else arguments or "{}"
    return ToolCall(call.id or f"call_{number}", clean(call.function.name), text)


def _usage(raw: Mapping[str, Any] | None) -> Usage | None:
    """None where it is missing, zero or nonsense: then the call is priced by its text."""
    if not raw:
        return None
    details = raw.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    numbers = [raw.get("prompt_tokens"), raw.get("completion_tokens"), cached or 0]
    counts = [number for number in numbers if isinstance(number, int) and 0 <= number <= MOST_TOKENS]
    return Usage(*counts) if len(counts) == len(numbers) and counts[0] else None
