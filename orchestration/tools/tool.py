"""A tool is a typed async function: name, docstring and annotations become name, description and schema."""

import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from pydantic import ConfigDict, TypeAdapter, ValidationError, create_model

from orchestration.money.fees import Fee
from orchestration.values.errors import ToolFailed, Withheld
from orchestration.values.ports import ToolCall
from orchestration.values.text import clean, clean_json, visible_json

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
    billing: str = "none"
    """What a tool with a fee has cost: `none` (provably nothing), `fee` or `unknown`."""
    withheld: bool = False
    """Whether nothing was sent because the run has read what is not public."""
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
            raise ToolFailed(f"The arguments for {self.name} do not fit its schema: {problems}") from None
        return await self._function(**{name: getattr(parsed, name) for name in type(parsed).model_fields})


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


def marked(result: ToolResult) -> ToolResult:
    """What the model is shown of a result: one JSON object that says what it is, without hidden text, cut to size.

    Inside JSON no text can end the mark around it.
    """
    whole = _json_object(result.content)
    if whole is None:
        whole = {"text": clean(result.content)}
    shown = _dumped(whole)
    size = len(shown.encode())
    if size > RESULT_BYTES:
        kept = str(whole.get("text", shown)).encode(errors="replace")[:RESULT_BYTES].decode(errors="ignore")
        shown = _dumped({"text": kept, "cut": f"{size} bytes were too many; ask for less"})
    return replace(result, content=shown)


def _dumped(whole: dict[str, Any]) -> str:
    return json.dumps({"untrusted": True} | visible_json(whole) | {"untrusted": True}, ensure_ascii=False)


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return clean_json(value) if isinstance(value, dict) else None


class Registry:
    """The tools one agent may use; fixed before anything untrusted is read."""

    def __init__(self, tools: Iterable[AnyTool], *, fees: Mapping[str, Fee] | None = None) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._fees = fees or {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._tools)

    @property
    def specs(self) -> list[Mapping[str, Any]]:
        return [tool.spec for tool in self._tools.values()]

    def only(self, names: Iterable[str]) -> "Registry":
        """Those of the names that there are."""
        return Registry((self._tools[name] for name in names if name in self._tools), fees=self._fees)

    def fee(self, name: str) -> Fee | None:
        """What a call of this tool costs on top; None where nothing."""
        return self._fees.get(name) if name in self._tools else None

    async def execute(self, call: ToolCall) -> ToolResult:
        """A failure is a result too: the model reads what went wrong and may try otherwise."""
        return marked(await self._execute(call))

    async def _execute(self, call: ToolCall) -> ToolResult:
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            return failure(f"There is no tool {call.name[:64]!r}. The tools are: {known}.")
        try:
            result = await tool.execute(call.arguments)
        except ToolFailed as error:
            failed = replace(failure(error.sentence), billing=error.billing, withheld=isinstance(error, Withheld))
        except Exception as error:  # a tool's fault is the model's business, never the run's end
            failed = replace(failure(f"{call.name} failed: {type(error).__name__}."), billing="unknown")
        else:
            return replace(result, tool=tool.name)
        return replace(failed, tool=tool.name)


def failure(sentence: str) -> ToolResult:
    return ToolResult(json.dumps({"error": sentence}, ensure_ascii=False), failed=True)
