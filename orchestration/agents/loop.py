"""Works one agent: chat → tool calls → results → … → output, within its own iterations, time and repairs."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from pydantic import ValidationError

from orchestration.agents.agent import Agent, OutputT, opening, output_schema
from orchestration.agents.ceiling import Ceiling, reached
from orchestration.agents.chat import Hearing, chat
from orchestration.agents.outcome import FINAL, unusable_sentence
from orchestration.agents.paid_tool import paid_step
from orchestration.context.run_context import RunContext
from orchestration.tools.shown import remember
from orchestration.tools.tool import Registry, ToolResult
from orchestration.values.domain import Outcome
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.events import Event
from orchestration.values.ports import ChatRequest, Completion, Message, ToolCall
from orchestration.values.ports import seconds as in_words
from orchestration.values.side_by_side import side_by_side
from orchestration.values.text import clean_json

MAX_TOOL_FAILURES = 2
"""After this many failed calls an agent has to answer with what it has."""
MAX_CALLS_A_TURN = 8
IDENTICAL_CALLS = 3
"""So often may the same call bring the same: an agent that goes on like this has to answer."""

NO_TOOLS = Registry(())


class OutOfTime(TimeoutError):
    """Its text is a sentence that names the setting."""


@dataclass(frozen=True, slots=True)
class Work:
    """One agent's commission: where in the journal it is, its tools and its own limits."""

    place: str
    tools: Registry = NO_TOOLS
    iterations: int = 1
    seconds: float | None = None
    bound_by: str = "THREADWORK_RUN_SECONDS"
    """The setting that these seconds come from."""
    model: str | None = None
    """None: that of the agent's role."""
    announce: Callable[[int, Sequence[ToolCall]], Sequence[Event]] = lambda turn, calls: ()
    overhear: Callable[[int], Awaitable[Sequence[Message]]] | None = None
    """What others have found so far; asked before a turn that still has tools to follow it up with."""


@dataclass(slots=True)
class _Loop(Generic[OutputT]):
    ctx: RunContext
    agent: Agent[OutputT]
    work: Work
    messages: list[Message]
    begun: float
    seconds: float
    output_cap: int
    clock: asyncio.Timeout | None = None
    tool_failures: int = 0
    results_seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    lengthened: bool = False
    repaired: bool = False

    @property
    def bound_by(self) -> str:
        """The setting that ends this agent's time."""
        own = self.begun + self.seconds < self.ctx.deadline
        return self.work.bound_by if own and self.work.seconds else "THREADWORK_RUN_SECONDS"

    @property
    def left(self) -> float:
        return self.ctx.remaining(self.begun + self.seconds)

    def waiting(self, seconds: float) -> None:
        """An endpoint's own wait is the run's time, not this agent's."""
        self.begun += seconds
        if self.clock and (until := self.clock.when()) is not None:
            self.clock.reschedule(until + seconds)

    async def may_use_tools(self, turn: int, key: str) -> bool:
        """`key` is that of the call which would offer them."""
        repeats = max(self.results_seen.values(), default=0) >= IDENTICAL_CALLS
        if turn >= self.work.iterations or self.tool_failures > MAX_TOOL_FAILURES or repeats or self.repaired:
            return False
        ceiling = Ceiling(turn, 1 - self.left / self.seconds if self.seconds else 1.0)
        return not await reached(self.ctx, self.work.place, ceiling, key)


async def invoke(ctx: RunContext, agent: Agent[OutputT], task: Mapping[str, Any], work: Work) -> OutputT | None:
    """The agent's output, or None where it stayed unreadable after one repair round.

    Raises OutOfTime at the agent's or the run's deadline, and what `chat` raises.
    """
    limits = ctx.services.limits
    seconds = min(work.seconds or limits.run_seconds, ctx.remaining(ctx.deadline))
    cap = limits.output_cap(agent.role)
    loop = _Loop(ctx, agent, work, opening(agent, task), ctx.services.clock.monotonic(), seconds, cap)
    bound_by = loop.bound_by
    try:
        async with asyncio.timeout(seconds) as loop.clock:
            return await _turns(loop)
    except TimeoutError:
        raise OutOfTime(f"It ran out of time after {in_words(seconds)} ({bound_by}).") from None


async def _turns(loop: _Loop[OutputT]) -> OutputT | None:
    agent, work = loop.agent, loop.work
    # One turn more than tool rounds for the answer, and one for its repair.
    for turn in range(1, work.iterations + 3):
        key = f"{work.place}/chat/{turn}"
        tools = await loop.may_use_tools(turn, key)
        completion = await _turn(loop, turn, tools=tools)
        # What a truncated turn calls may be half of what it meant.
        if tools and completion.tool_calls and completion.outcome not in (Outcome.TRUNCATED, Outcome.WINDOW):
            await _execute(loop, turn, completion)
            continue
        output = read_output(agent.output, completion.text)
        if output is not None:
            return output
        if loop.repaired or completion.outcome in FINAL:
            loop.ctx.trouble.unusable[work.place] = unusable_sentence(completion, loop.output_cap)
            return None
        _ask_to_repair(loop, completion)
    return None


async def _turn(loop: _Loop[OutputT], turn: int, *, tools: bool) -> Completion:
    ctx = loop.ctx
    key = f"{loop.work.place}/chat/{turn}"
    for said in await ctx.heard.since_last_look(f"{loop.work.place}/{turn}", key):
        loop.messages.append({"role": "user", "content": json.dumps({"asker_adds": said.text}, ensure_ascii=False)})
    if loop.work.overhear and tools:
        loop.messages.extend(await loop.work.overhear(turn))

    def announce(completion: Completion) -> Sequence[Event]:
        return loop.work.announce(turn, completion.tool_calls)

    completion = await chat(ctx, key, _request(loop, tools=tools), Hearing(announce, loop.waiting))
    if completion.outcome is not Outcome.TRUNCATED or loop.lengthened or _at_most(loop, completion):
        return completion
    if read_output(loop.agent.output, completion.text) is not None:
        return completion
    return await _longer(loop, key, completion, tools=tools)


def _request(loop: _Loop[OutputT], *, tools: bool) -> ChatRequest:
    limits = loop.ctx.services.limits
    return ChatRequest(
        run_id=loop.ctx.run.run_id,
        agent=loop.agent.role,
        model=loop.work.model or limits.model_for(loop.agent.role),
        messages=tuple(loop.messages),
        tools=tuple(loop.work.tools.specs) if tools else (),
        output=output_schema(loop.agent.output),
        max_output_tokens=loop.output_cap,
        temperature=loop.agent.temperature,
        timeout_seconds=max(min(limits.call_seconds, loop.left), 0.001),
        bound_by="THREADWORK_CALL_SECONDS" if limits.call_seconds <= loop.left else loop.bound_by,
    )


def _at_most(loop: _Loop[OutputT], completion: Completion) -> bool:
    """Whether the endpoint takes no larger cap."""
    return completion.output_cap is not None and completion.output_cap < loop.output_cap


async def _longer(loop: _Loop[OutputT], key: str, cut: Completion, *, tools: bool) -> Completion:
    """Once more with twice the cap, which reasoning alone may have eaten; the first where there is no second."""
    loop.lengthened = True
    request = _request(loop, tools=tools)
    try:
        request = replace(request, max_output_tokens=2 * loop.output_cap)
        longer = await chat(loop.ctx, f"{key}/longer", request, Hearing(waiting=loop.waiting))
    except (BudgetRefused, ModelFailed):
        return cut
    loop.output_cap *= 2
    return longer


async def _execute(loop: _Loop[OutputT], turn: int, completion: Completion) -> None:
    calls = completion.tool_calls[:MAX_CALLS_A_TURN]
    results = await side_by_side(
        _tool_step(loop, f"{loop.work.place}/tool/{turn}.{n}", call) for n, call in enumerate(calls, start=1)
    )
    said = {"role": "assistant", "content": completion.text or None, "tool_calls": _wire(calls)}
    loop.messages.append({**completion.kept, **said})
    for call, result in zip(calls, results, strict=True):
        loop.messages.append({"role": "tool", "tool_call_id": call.call_id, "content": result.content})
        remember(loop.ctx, result)
        loop.results_seen[call.name, call.arguments, result.content] += 1
    loop.tool_failures += sum(result.failed for result in results)


async def _tool_step(loop: _Loop[OutputT], key: str, call: ToolCall) -> ToolResult:
    async def execute() -> ToolResult:
        return await loop.work.tools.execute(call)

    request = f"{call.name} {call.arguments}"
    if fee := loop.work.tools.fee(call.name):
        return await paid_step(loop.ctx, key, fee, execute=execute, request=request)
    return await loop.ctx.journal.step(key, execute, returns=ToolResult, operation="execute_tool", request=request)


def _wire(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [
        {
            **call.extra,
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in calls
    ]


def _ask_to_repair(loop: _Loop[OutputT], completion: Completion) -> None:
    loop.repaired = True
    loop.messages.append({"role": "assistant", "content": completion.text[:8000] or "(empty)"})
    loop.messages.append(
        {
            "role": "user",
            "content": "Your answer could not be used because it does not fit the schema. Answer again with one JSON "
            f"object that fits this schema: {json.dumps(output_schema(loop.agent.output).schema)}",
        }
    )


_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


def read_output(output: type[OutputT], text: str) -> OutputT | None:
    """The output where `text` is, or wraps, one JSON object that fits; else what the plain forms say, else None."""
    fenced = _FENCED.search(text)
    candidates = [text, fenced.group(1) if fenced else "", text[text.find("{") : text.rfind("}") + 1]]
    for candidate in candidates:
        try:
            return output.model_validate(clean_json(json.loads(candidate)))
        except (ValueError, ValidationError, RecursionError):
            continue
    return output.from_plain(text)
