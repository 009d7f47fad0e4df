"""A conversation with the offline model as the agent loop has it: tool calls are answered from a small index."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.llm.offline import OfflineModel
from orchestration.values.domain import Passage
from orchestration.values.ports import ChatRequest, Completion, Message

HANDBOOK = Path(__file__).parents[4] / "bot" / "simulator" / "handbook"
TOOLS: Sequence[Mapping[str, Any]] = (
    {"type": "function", "function": {"name": "search_docs", "description": "", "parameters": {"type": "object"}}},
)
HITS = 6

Search = Callable[[str], list[Passage]]
Task = Mapping[str, Any]


def pages(folder: Path) -> list[Passage]:
    found = []
    for path in sorted(folder.glob("*.md")):
        title, *sections = re.split(r"^## ", path.read_text().removeprefix("# "), flags=re.MULTILINE)
        name = title.splitlines()[0]
        for n, section in enumerate(sections):
            heading, _, text = section.partition("\n")
            found.append(Passage(f"{path.stem}#{n}", f"d_{path.stem}", f"{name} › {heading}", text.strip(), 0.0))
    return found


def index(passages: Iterable[Passage]) -> Search:
    kept = list(passages)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE chunks USING fts5(breadcrumb, text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO chunks VALUES (?, ?)", [(p.breadcrumb, p.text) for p in kept])

    def search(query: str) -> list[Passage]:
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query)[:40])
        if not match:
            return []
        rows = database.execute(
            "SELECT rowid, -bm25(chunks, 3, 1) FROM chunks WHERE chunks MATCH ? ORDER BY 2 DESC LIMIT ?", (match, HITS)
        )
        return [replace(kept[rowid - 1], score=score) for rowid, score in rows]

    return search


def result(passages: Iterable[Passage]) -> str:
    names = ("chunk_id", "source_id", "breadcrumb", "text", "score")
    return json.dumps({"passages": [{name: getattr(p, name) for name in names} for p in passages]}, ensure_ascii=False)


def request(role: str, messages: Sequence[Message], *, tools: bool, most: int = 2000) -> ChatRequest:
    return ChatRequest(
        run_id="r_1",
        agent=role,
        model="offline",
        messages=tuple(messages),
        tools=TOOLS if tools else (),
        max_output_tokens=most,
    )


class Conversation:
    """Every completion of one agent, and its output decoded."""

    def __init__(self, role: str, search: Search) -> None:
        self.role, self.search = role, search
        self.completions: list[Completion] = []
        self.queries: list[str] = []
        self.passages: dict[str, Passage] = {}

    async def ask(self, task: Task, *, iterations: int = 6, most: int = 2000) -> dict[str, Any]:
        messages: list[Message] = [
            {"role": "system", "content": "Work."},
            {"role": "user", "content": json.dumps(task, ensure_ascii=False)},
        ]
        for turn in range(iterations + 1):
            asked = request(self.role, messages, tools=turn < iterations, most=most)
            completion = await OfflineModel().complete(asked)
            self.completions.append(completion)
            if not completion.tool_calls:
                output: dict[str, Any] = json.loads(completion.text)
                return output
            self._execute(completion, messages)
        raise AssertionError("It went on calling tools that it no longer had.")

    def _execute(self, completion: Completion, messages: list[Message]) -> None:
        calls = [
            {"id": c.call_id, "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
            for c in completion.tool_calls
        ]
        messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        for call in completion.tool_calls:
            query = json.loads(call.arguments)["query"]
            self.queries.append(query)
            found = self.search(query)
            self.passages |= {p.chunk_id: p for p in found}
            messages.append({"role": "tool", "tool_call_id": call.call_id, "content": result(found)})


@pytest.fixture(scope="session")
def handbook() -> Search:
    return index(pages(HANDBOOK))


@pytest.fixture(name="pages_of")
def _pages_of() -> Callable[[Path], list[Passage]]:
    return pages


@pytest.fixture
def converse() -> Callable[[str, Search], Conversation]:
    return Conversation


@pytest.fixture(name="index_of")
def _index_of() -> Callable[[Iterable[Passage]], Search]:
    return index
