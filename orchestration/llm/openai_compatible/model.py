"""Any OpenAI-compatible endpoint through the official client, one HTTP request a call.

By the client's `post` with our own reading of the reply: `chat.completions.create` walks every message through its
types on the event loop, which costs ten times as much in a long tool loop, and accepts replies that are none
(an HTML page, `choices: null`). Its aiohttp transport stays level with many calls in flight.
"""

import asyncio
import json
import resource
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import aiohttp
import httpx2
from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI, DefaultAioHttpClient

from orchestration.llm import embedding_reply
from orchestration.llm.openai_compatible import bounded
from orchestration.llm.openai_compatible.fault import Asked, failure
from orchestration.llm.openai_compatible.meaning import kind_of
from orchestration.llm.openai_compatible.refusals import Refusals
from orchestration.llm.openai_compatible.reply import ErrorInside, completion_of
from orchestration.llm.openai_compatible.request import body_of
from orchestration.llm.openai_compatible.said import words_of
from orchestration.llm.openai_compatible.waiting import asked_wait
from orchestration.values.domain import Outcome
from orchestration.values.ports import ChatRequest, Completion, EmbeddingRequest, Embeddings, ModelCallFailed, Refusal

CONNECT_SECONDS = 5.0
CONNECTIONS = 4000
"""More than the calls that a thousand runs have in flight, where the system allows so many open files."""
OTHER_FILES = 200
"""What else a process has open."""
READ_CHARACTERS = 4000
"""Of an error's text: it begins with what it means."""
LONG_BYTES = 200_000
"""A longer reply is read in a thread, so that other runs go on."""
TOO_LARGE = "The model endpoint sent more than {:,} bytes, so the connection was closed. The call is not repeated."


class OpenAICompatibleModel:
    """Close it with `async with`. What a model's endpoint refuses is remembered per model name."""

    def __init__(self, *, api_key: str | None, base_url: str | None) -> None:
        connections = max(min(CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_FILES), OTHER_FILES)
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._api_key = api_key or ""
        self._client = AsyncOpenAI(
            # A server of one's own often wants no key, but the client refuses to start without one.
            api_key=api_key or "none",
            base_url=base_url,
            max_retries=0,
            default_headers={"Accept-Encoding": bounded.ACCEPTED},
            http_client=DefaultAioHttpClient(
                follow_redirects=False, limits=limits, event_hooks={"response": [bounded.bound]}
            ),
        )
        self._refusals = Refusals()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def complete(self, request: ChatRequest) -> Completion:
        cap = self._refusals.cap(request)
        body = body_of(request, self._refusals.dropped(request), cap)
        try:
            reply = await self._post("/chat/completions", body, request)
            completion = await _read(reply, request)
        except APIStatusError as error:
            raise self._refused(request, error) from error
        except ErrorInside as error:
            raise self._error_inside(request, error.error) from None
        self._refusals.learn(request)
        return replace(completion, output_cap=cap)

    async def embed(self, request: EmbeddingRequest) -> Embeddings:
        """Implements `orchestration.values.ports.Embedder`."""
        try:
            body = await self._post("/embeddings", {"model": request.model, "input": list(request.texts)}, request)
        except APIStatusError as error:
            failed = self._failed(error, Asked(request.model, setting="THREADWORK_EMBEDDING_MODEL"), tools=False)
            failed.refusal = Refusal("input") if error.status_code in (400, 413, 422) else None
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
            raise _unconnected(error, request) from error
        return response.content

    def _refused(self, request: ChatRequest, error: APIStatusError) -> ModelCallFailed:
        failed = self._failed(error, Asked(request.model, self._refusals.cap(request)), tools=bool(request.tools))
        text = error.response.text[:READ_CHARACTERS]
        kind = kind_of(text, tools=bool(request.tools))
        if refusal := self._refusals.next(request, error.status_code, kind, text):
            failed.refusal, failed.transient, failed.billing = refusal, True, "none"
        elif error.status_code == 404 and not httpx2.URL(self._client.base_url).path.strip("/"):
            failed.sentence += " Most endpoints want an address that ends in /v1."
        return failed

    def _failed(self, error: APIStatusError, asked: Asked, *, tools: bool) -> ModelCallFailed:
        text = error.response.text
        failed = failure(error.status_code, kind_of(text[:READ_CHARACTERS], tools=tools), asked)
        failed.retry_after = asked_wait(error.response.headers)
        failed.reason = words_of(text, self._api_key)
        return failed

    def _error_inside(self, request: ChatRequest, said: Any) -> ModelCallFailed:
        """With HTTP 200 nothing proves that nothing was charged."""
        text = json.dumps(said, ensure_ascii=False, default=str)
        kind = kind_of(text[:READ_CHARACTERS], tools=bool(request.tools))
        code = said.get("code") if isinstance(said, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        failed = failure(status, kind, Asked(request.model, self._refusals.cap(request)))
        failed.billing = "unknown"
        failed.reason = words_of(text, self._api_key)
        if failed.transient:
            failed.outcome = Outcome.MALFORMED
            failed.sentence = "The model endpoint answered an error in place of a completion, with HTTP 200."
        return failed


async def _read(reply: bytes, request: ChatRequest) -> Completion:
    if len(reply) > LONG_BYTES:
        return await asyncio.to_thread(completion_of, reply, request)
    return completion_of(reply, request)


def _unconnected(error: APIConnectionError, request: ChatRequest | EmbeddingRequest) -> ModelCallFailed:
    causes = _causes(error)
    if any(isinstance(cause, bounded.ReplyTooLarge) for cause in causes):
        sentence = TOO_LARGE.format(bounded.REPLY_BYTES)
        return ModelCallFailed(sentence, billing="unknown", transient=False, outcome=Outcome.MALFORMED)
    if any(isinstance(cause, httpx2.DecodingError) for cause in causes):
        sentence = "The model endpoint answered something that is no completion: it cannot be unpacked."
        return ModelCallFailed(sentence, billing="unknown", transient=True, outcome=Outcome.MALFORMED)
    # By aiohttp's own errors: the transport calls a connection that broke after sending a failed connect.
    if any(isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError) for cause in causes):
        sentence, billing = "The model endpoint cannot be reached. Check OPENAI_BASE_URL.", "none"
        return ModelCallFailed(sentence, billing=billing, transient=True)
    broken = any(isinstance(cause, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError) for cause in causes)
    late = isinstance(error, APITimeoutError) and not broken
    sentence = request.too_late if late else "The connection to the model broke."
    failed = ModelCallFailed(sentence, billing="unknown", transient=True)
    failed.late = late
    return failed


def _causes(error: BaseException) -> list[BaseException]:
    causes = [error]
    while cause := causes[-1].__cause__:
        causes.append(cause)
    return causes
