"""Works one agent: chat → tool calls → results → … → output, within its own iterations, time and repairs."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from pydantic import ValidationError

from orchestration.agents.agent import Agent, OutputT, opening, output_schema
from orchestration.agents.chat import chat
from orchestration.context import RunContext
from orchestration.events import Event
from orchestration.ports import ChatRequest, Completion, Message, ToolCall
from orchestration.text import clean_json
from orchestration.tools.tool import Registry, ToolResult

MAX_TOOL_FAILURES = 2
"""After this many failed calls an agent has to answer with what it has."""
MAX_CALLS_A_TURN = 8
FINAL_SHARE = 0.6
"""Once this share of an agent's time is gone it gets no more tools: the rest is for its answer."""

NO_TOOLS = Registry(())


@dataclass(frozen=True, slots=True)
class Work:
    """One agent's commission: where in the journal it stands, its tools and its own limits."""

    place: str
    tools: Registry = NO_TOOLS
    iterations: int = 1
    seconds: float | None = None
    announce: Callable[[int, Sequence[ToolCall]], Sequence[Event]] = lambda turn, calls: ()
    overhear: Callable[[int], Awaitable[Sequence[Message]]] | None = None
    """What others found meanwhile; asked before a turn that still has tools to follow it up with."""


@dataclass(slots=True)
class _Loop(Generic[OutputT]):
    ctx: RunContext
    agent: Agent[OutputT]
    work: Work
    messages: list[Message]
    begun: float
    seconds: float
    tool_failures: int = 0
    repaired: bool = False

    @property
    def left(self) -> float:
        return self.ctx.remaining(self.begun + self.seconds)

    def may_use_tools(self, turn: int) -> bool:
        spent = 1 - self.left / self.seconds if self.seconds else 1
        return turn < self.work.iterations and self.tool_failures <= MAX_TOOL_FAILURES and spent < FINAL_SHARE


async def invoke(ctx: RunContext, agent: Agent[OutputT], task: Mapping[str, Any], work: Work) -> OutputT | None:
    """The agent's output, or None where it stayed unreadable after one repair round.

    Raises TimeoutError at the agent's or the run's deadline, and what `chat` raises.
    """
    seconds = min(work.seconds or ctx.services.limits.run_seconds, ctx.remaining(ctx.deadline))
    loop = _Loop(ctx, agent, work, opening(agent, task), ctx.services.clock.monotonic(), seconds)
    async with asyncio.timeout(seconds):
        # One turn more than tool rounds for the answer, and one for its repair.
        for turn in range(1, work.iterations + 3):
            completion = await _turn(loop, turn)
            if completion.tool_calls and loop.may_use_tools(turn):
                await _execute(loop, turn, completion)
                continue
            output = read_output(agent.output, completion.text)
            if output is not None or loop.repaired:
                return output
            _ask_to_repair(loop, completion)
    return None


async def _turn(loop: _Loop[OutputT], turn: int) -> Completion:
    ctx, agent = loop.ctx, loop.agent
    key = f"{loop.work.place}/chat/{turn}"
    for said in await ctx.steering(f"{loop.work.place}/{turn}", key):
        loop.messages.append({"role": "user", "content": json.dumps({"asker_adds": said.text}, ensure_ascii=False)})
    if loop.work.overhear and loop.may_use_tools(turn):
        loop.messages.extend(await loop.work.overhear(turn))
    limits = ctx.services.limits
    request = ChatRequest(
        run_id=ctx.run.run_id,
        agent=agent.role,
        model=limits.model_for(agent.role),
        messages=tuple(loop.messages),
        tools=tuple(loop.work.tools.specs) if loop.may_use_tools(turn) else (),
        output=output_schema(agent.output),
        max_output_tokens=limits.output_cap(agent.role),
        temperature=agent.temperature,
        timeout_seconds=max(min(limits.call_seconds, loop.left), 0.001),
    )
    return await chat(ctx, key, request, announce=lambda completion: loop.work.announce(turn, completion.tool_calls))


async def _execute(loop: _Loop[OutputT], turn: int, completion: Completion) -> None:
    calls = completion.tool_calls[:MAX_CALLS_A_TURN]
    results = await asyncio.gather(
        *(_tool_step(loop, f"{loop.work.place}/tool/{turn}.{n}", call) for n, call in enumerate(calls, start=1))
    )
    loop.messages.append({"role": "assistant", "content": completion.text or None, "tool_calls": _wire(calls)})
    for call, result in zip(calls, results, strict=True):
        loop.messages.append({"role": "tool", "tool_call_id": call.call_id, "content": result.content})
        loop.ctx.sources_read.update(result.source_ids)
    loop.tool_failures += sum(result.failed for result in results)


async def _tool_step(loop: _Loop[OutputT], key: str, call: ToolCall) -> ToolResult:
    async def execute() -> ToolResult:
        return await loop.work.tools.execute(call)

    return await loop.ctx.step(
        key,
        execute,
        returns=ToolResult,
        operation="execute_tool",
        request=f"{call.name} {call.arguments}",
    )


def _wire(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [
        {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]


def _ask_to_repair(loop: _Loop[OutputT], completion: Completion) -> None:
    loop.repaired = True
    why = "it was cut off at the output cap; be shorter" if completion.finish_reason == "length" else "it does not fit"
    loop.messages.append({"role": "assistant", "content": completion.text[:8000] or "(empty)"})
    loop.messages.append(
        {
            "role": "user",
            "content": f"Your answer could not be used: {why}. Answer again, with one JSON object of this schema and "
            f"nothing around it: {json.dumps(output_schema(loop.agent.output).schema)}",
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
