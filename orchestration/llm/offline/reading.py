"""What a request says, read from its wire-format messages: the task, and the passages that tools brought so far."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestration.llm.offline.units import terms, vocabulary
from orchestration.values.domain import Passage
from orchestration.values.ports import ChatRequest, Message
from orchestration.values.text import clean

SPREAD = 0.5
"""Worth of a passage that search found only just, as a share of the best one's."""
EVERYWHERE = 0.001
"""Score of a word that is in every other passage."""
CITATION = re.compile(r"\[[\w.:#-]+(?:\s*[,;]\s*[\w.:#-]+)*\](?!\()")
LINE = re.compile(r"^(?:-\s+)?(?:\*\*(?P<label>[^*\n]{1,300}):\*\*\s*)?(?P<text>\S.*)$")


@dataclass(frozen=True, slots=True)
class Reading:
    task: Mapping[str, Any]
    searches: tuple[tuple[str, tuple[Passage, ...]], ...]
    """Each query with what it found, best first, as far as results have come."""
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

    @property
    def queries(self) -> list[str]:
        return [query for query, _ in self.searches]

    @property
    def documents(self) -> dict[str, str]:
        """What came with the question: titles by source id."""
        return {text_of(item, "source_id"): text_of(item, "title") for item in self.items("documents")}

    @property
    def scored(self) -> bool:
        """Whether results say how well they fit."""
        return any(passage.score > 0 for _, found in self.searches for passage in found)

    def score_of(self, term: str) -> float | None:
        """How well the library's best passage fits a search for this word alone; None where there was no such search.

        0 where no passage has it: an index by the forms of words may find what has another. What names many pages is
        found well by their titles and tells none of them apart.
        """
        for query, found in self.searches:
            if terms(query) == [term]:
                held = [p for p in found if term in vocabulary(p.breadcrumb) | vocabulary(p.text)]
                named = {p.source_id for p in held if term in vocabulary(p.breadcrumb.rpartition(" › ")[0])}
                best = max((p.score for p in held), default=0.0) if self.scored else 1.0
                return max(best, EVERYWHERE) / max(1, len(named)) if held else 0.0
        return None

    def found(self, queries: Iterable[str]) -> list[Passage]:
        """What these found, each once, with how well it fits among its likes: at most 1."""
        kept: dict[str, Passage] = {}
        for query in queries:
            passages = dict(self.searches).get(query, ())
            top = max((passage.score for passage in passages), default=0.0)
            for passage in passages:
                share = SPREAD + (1 - SPREAD) * passage.score / top if top > 0 else 1.0
                known = kept.get(passage.chunk_id)
                if known is None or known.score < share:
                    kept[passage.chunk_id] = replace(passage, score=share)
        return list(kept.values())


def text_of(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return clean(value) if isinstance(value, str) else ""


def read(request: ChatRequest) -> Reading:
    asked = [message for message in request.messages if message.get("role") == "user"]
    replies = [message for message in request.messages if message.get("role") == "assistant"]
    results = {m.get("tool_call_id"): content(m) for m in request.messages if m.get("role") == "tool"}
    calls = [call for message in replies for call in message.get("tool_calls") or ()]
    return Reading(
        task=_task(content(asked[0]) if asked else ""),
        searches=tuple((_query(call), tuple(passages(results.get(call["id"], "")))) for call in calls),
        turn=len(replies),
        added=tuple(filter(None, (_added(content(message)) for message in asked[1:]))),
    )


def _query(call: Mapping[str, Any]) -> str:
    try:
        return str(json.loads(call["function"]["arguments"])["query"])
    except (ValueError, KeyError, TypeError):
        return ""


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
    """Also as the last line below instructions, where an endpoint takes no message of the system's."""
    for part in (text, text.rpartition("\n")[2]):
        try:
            task = json.loads(part)
        except (ValueError, RecursionError):
            continue
        if isinstance(task, dict):
            return task
    return {"question": text}


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
        score=float(score) if isinstance(score := item.get("score"), (int, float)) and math.isfinite(score) else 0.0,
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
