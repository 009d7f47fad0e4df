"""A tool is a typed async function: name, docstring and annotations become name, description and schema."""

import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from pydantic import ConfigDict, TypeAdapter, ValidationError, create_model

from orchestration.errors import ToolFailed
from orchestration.ports import ToolCall

RESULT_BYTES = 24_000
"""A result beyond this is cut: four such results still leave room in an ordinary context window."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """`content` is what the model sees; `source_ids` are the pages the run has read by this call."""

    content: str
    source_ids: tuple[str, ...] = ()
    failed: bool = False
    private: bool = False
    """Whether it shows what is not public; after that, nothing of the run may leave unless the policy says so."""
    addresses: tuple[str, ...] = ()
    """Web addresses that may be fetched because this result shows them."""
    origin: str | None = None
    """The server that showed it, where one did: what is private to it may be sent back there, and nowhere else."""
    tool: str = ""
    """The name it was called by; results of earlier versions do not say."""


class AnyTool(Protocol):
    """What an agent can call: a typed function of ours, or a tool that somebody else's server describes."""

    @property
    def name(self) -> str: ...

    @property
    def spec(self) -> Mapping[str, Any]:
        """Name, description and schema in the wire format of chat completions."""

    async def execute(self, arguments: str) -> ToolResult:
        """`arguments` is JSON as the model wrote it. Raises ToolFailed with what the model should change."""


class Tool:
    """One function with its description; a bound method, so that what it works on is not part of the schema."""

    def __init__(self, function: Callable[..., Awaitable[ToolResult]]) -> None:
        self.name = function.__name__
        self._function = function
        self._arguments, self.spec = _described(getattr(function, "__func__", function))

    async def execute(self, arguments: str) -> ToolResult:
        """Raises ToolFailed with what the model should change, for broken JSON and wrong types too."""
        try:
            parsed = self._arguments.validate_json(arguments or "{}")
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors(include_url=False)
            )
            raise ToolFailed(f"The arguments of {self.name} do not fit its schema: {problems}") from None
        result = await self._function(**{name: getattr(parsed, name) for name in type(parsed).model_fields})
        return _cut(result)


@cache
def _described(function: Callable[..., Awaitable[ToolResult]]) -> tuple[TypeAdapter[Any], Mapping[str, Any]]:
    """The arguments' type and the wire format's description; built once a function, for it costs milliseconds."""
    fields: dict[str, Any] = {
        name: (parameter.annotation, ... if parameter.default is inspect.Parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function, eval_str=True).parameters.items()
        if name != "self"
    }
    arguments = create_model(function.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)
    schema = {key: value for key, value in arguments.model_json_schema().items() if key != "title"}
    described = {"name": function.__name__, "description": inspect.getdoc(function) or "", "parameters": schema}
    return TypeAdapter(arguments), {"type": "function", "function": described}


def _cut(result: ToolResult) -> ToolResult:
    data = result.content.encode()
    if len(data) <= RESULT_BYTES:
        return result
    kept = data[:RESULT_BYTES].decode(errors="ignore")
    return replace(result, content=f"{kept}\n[cut: {len(data)} bytes were too many; ask for less]")


class Registry:
    """The tools one agent may use; fixed before anything untrusted is read."""

    def __init__(self, tools: Iterable[AnyTool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._tools)

    @property
    def specs(self) -> list[Mapping[str, Any]]:
        return [tool.spec for tool in self._tools.values()]

    def only(self, names: Iterable[str]) -> "Registry":
        """Those of the names that there are."""
        return Registry(self._tools[name] for name in names if name in self._tools)

    async def execute(self, call: ToolCall) -> ToolResult:
        """A failure is a result too: the model reads what went wrong and may try otherwise."""
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            return failure(f"There is no tool {call.name[:64]!r}. The tools are: {known}.")
        try:
            result = await tool.execute(call.arguments)
        except ToolFailed as error:
            result = failure(error.sentence)
        except Exception as error:  # a tool's fault is the model's business, never the run's end
            result = failure(f"{call.name} failed: {type(error).__name__}.")
        return replace(result, tool=tool.name)


def failure(sentence: str) -> ToolResult:
    return ToolResult(json.dumps({"error": sentence}, ensure_ascii=False), failed=True)
