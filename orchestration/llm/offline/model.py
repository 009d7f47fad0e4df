"""A model without a model: it searches, quotes and counts, the same way every time, and judges nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

from orchestration.llm.offline import digesting
from orchestration.llm.offline.critique import critique
from orchestration.llm.offline.fields import staged
from orchestration.llm.offline.judging import judge
from orchestration.llm.offline.planning import plan, route
from orchestration.llm.offline.quoting import findings, next_queries
from orchestration.llm.offline.reading import Reading, read
from orchestration.llm.offline.synthesis import synthesize
from orchestration.values.domain import Usage
from orchestration.values.limits import OFFLINE
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed, ToolCall
from orchestration.values.text import clean_json

NAME = OFFLINE
BYTES_A_TOKEN = 4
SEARCH_TOOL = "search_docs"

Answer = Callable[[Reading, ChatRequest], Completion]


class OfflineModel:
    """Answers each role of `ROLES` in its own JSON; a request without a known role fails and costs nothing.

    `latency_seconds` makes a demonstration watchable; it is not a deadline.
    """

    def __init__(
        self, *, latency_seconds: float = 0.0, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._latency_seconds = latency_seconds
        self._sleep = sleep

    async def complete(self, request: ChatRequest) -> Completion:
        answer = ROLES.get(request.agent)
        if answer is None:
            raise ModelCallFailed(
                f"The offline model does not play the role {request.agent!r}. Set OPENAI_API_KEY to use a real one.",
                billing="none",
                transient=False,
            )
        if self._latency_seconds:
            await self._sleep(self._latency_seconds * _pace(request))
        return answer(read(request), request)


def _pace(request: ChatRequest) -> float:
    """0.6 to 1.4 by the task, so that workers side by side do not all end in the same moment."""
    return 0.6 + crc32(str(request.messages[1].get("content")).encode("utf-8", "replace")) % 9 / 10


def _planner(reading: Reading, request: ChatRequest) -> Completion:
    planned = plan(reading, _most_bytes(request))
    if reading.text("wanted") == "stages":
        pairs = [(subtask["title"], subtask["instructions"]) for subtask in planned["subtasks"]]
        planned = {"subtasks": staged(pairs)}
    return _said(request, planned)


def _worker(reading: Reading, request: ChatRequest) -> Completion:
    if digesting.asked(reading):
        return _said(request, digesting.digest(reading, _most_bytes(request)))
    return _research(reading, request, whole=False)


def _single(reading: Reading, request: ChatRequest) -> Completion:
    return _research(reading, request, whole=True)


def _research(reading: Reading, request: ChatRequest, *, whole: bool) -> Completion:
    queries = next_queries(reading, whole=whole) if _may_search(request) else []
    if not queries:
        return _said(request, findings(reading, _most_bytes(request), whole=whole))
    calls = tuple(
        ToolCall(f"call_{reading.turn + 1}_{n}", SEARCH_TOOL, json.dumps({"query": query}, ensure_ascii=False))
        for n, query in enumerate(queries, start=1)
    )
    written = sum(_tokens(call.arguments) for call in calls)
    return _completion(request, "", written, calls=calls)


def _may_search(request: ChatRequest) -> bool:
    return any(tool.get("function", {}).get("name") == SEARCH_TOOL for tool in request.tools)


def _judged(decide: Callable[[Reading, int], Mapping[str, Any]]) -> Answer:
    return lambda reading, request: _said(request, decide(reading, _most_bytes(request)))


def _said(request: ChatRequest, output: Mapping[str, Any]) -> Completion:
    """Cut at the output cap as any model's answer would be, so that no answer can cost more than its hold."""
    data = json.dumps(clean_json(output), ensure_ascii=False).encode()
    most = _most_bytes(request)
    if len(data) <= most:
        return _completion(request, data.decode(), _tokens(data.decode()))
    text = data[:most].decode(errors="ignore")
    return _completion(request, text, _tokens(text), finish_reason="length")


def _completion(
    request: ChatRequest, text: str, written: int, *, calls: Sequence[ToolCall] = (), finish_reason: str = "stop"
) -> Completion:
    sent = json.dumps([list(request.messages), list(request.tools)], ensure_ascii=False)
    return Completion(
        text=text,
        tool_calls=tuple(calls),
        finish_reason="tool_calls" if calls else finish_reason,
        model=NAME,
        usage=Usage(input_tokens=_tokens(sent), output_tokens=written),
    )


def _most_bytes(request: ChatRequest) -> int:
    return request.max_output_tokens * BYTES_A_TOKEN


def _tokens(text: str) -> int:
    return -(-len(text.encode(errors="replace")) // BYTES_A_TOKEN)


ROLES: Mapping[str, Answer] = {
    "router": _judged(route),
    "supervisor": _judged(plan),
    "planner": _planner,
    "worker": _worker,
    "specialist": _worker,
    "analyst": _worker,
    "single": _single,
    "critic": _judged(critique),
    "inspector": _judged(critique),
    "synthesizer": _judged(synthesize),
    "judge": _judged(judge),
}
