"""What a request says, read from its wire-format messages: the task, and the passages that tools brought so far."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.values.domain import Passage
from orchestration.values.ports import ChatRequest, Message
from orchestration.values.text import clean

LINE = re.compile(r"^(?:-\s+)?(?:\*\*(?P<label>[^*\n]{1,300}):\*\*\s*)?(?P<text>\S.*)$")


@dataclass(frozen=True, slots=True)
class Reading:
    task: Mapping[str, Any]
    passages: tuple[Passage, ...]
    searched: int
    """How many tool calls were made before."""
    turn: int
    """How many completions came before this one."""
    added: tuple[str, ...] = ()
    """What the asker said while the agent worked."""

    def text(self, *path: str) -> str:
        """A string of the task, `""` where it is missing or something else."""
        value: Any = self.task
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return clean(value) if isinstance(value, str) else ""

    def items(self, name: str) -> list[Mapping[str, Any]]:
        value = self.task.get(name)
        return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def read(request: ChatRequest) -> Reading:
    asked = [message for message in request.messages if message.get("role") == "user"]
    replies = [message for message in request.messages if message.get("role") == "assistant"]
    found: dict[str, Passage] = {}
    for message in request.messages:
        if message.get("role") == "tool":
            for passage in passages(content(message)):
                found.setdefault(passage.chunk_id, passage)
    return Reading(
        task=_task(content(asked[0]) if asked else ""),
        passages=tuple(found.values()),
        searched=sum(len(message.get("tool_calls") or ()) for message in replies),
        turn=len(replies),
        added=tuple(filter(None, (_added(content(message)) for message in asked[1:]))),
    )


def _added(text: str) -> str:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    adds = said.get("asker_adds") if isinstance(said, dict) else None
    return clean(adds).strip()[:500] if isinstance(adds, str) else ""


def content(message: Message) -> str:
    value = message.get("content")
    return value if isinstance(value, str) else ""


def _task(text: str) -> Mapping[str, Any]:
    try:
        task = json.loads(text)
    except (ValueError, RecursionError):
        task = None
    return task if isinstance(task, dict) else {"question": text}


def passages(result: str) -> Iterator[Passage]:
    """Of one tool result; an error has none, and of a result that was cut short the whole passages count."""
    try:
        data = json.loads(result)
    except (ValueError, RecursionError):
        data = {"passages": list(_whole_objects(result))}
    listed: Sequence[Any] = data.get("passages") or () if isinstance(data, dict) else ()
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and all(
            isinstance(item.get(name), str) for name in ("chunk_id", "source_id", "text")
        ):
            yield _passage(item)


def _passage(item: Mapping[str, Any]) -> Passage:
    breadcrumb = item.get("breadcrumb")
    return Passage(
        chunk_id=clean(item["chunk_id"]),
        source_id=clean(item["source_id"]),
        breadcrumb=clean(breadcrumb) if isinstance(breadcrumb, str) else "",
        text=clean(item["text"]),
        score=0.0,
    )


def _whole_objects(result: str) -> Iterator[Any]:
    # Inside a JSON string the quote is escaped, so a passage's own text cannot pass for a passage.
    for start in re.finditer(r'\{"chunk_id"', result):
        try:
            yield json.JSONDecoder().raw_decode(result, start.start())[0]
        except (ValueError, RecursionError):
            return


def lines(summary: str) -> Iterator[tuple[str, str]]:
    """Of a report of this model's own: label and text of each."""
    for line in summary.splitlines():
        if found := LINE.match(line.strip()):
            yield found["label"] or "", found["text"]
