"""Lines for a scripted model that several tests share: agents that search and cite, plans, verdicts."""

import json
from collections.abc import Callable
from typing import Any

from orchestration.llm.scripted import says
from orchestration.values.domain import Usage
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed, ToolCall

FLASK_QUOTE = "Flask was first released on 1 April 2010."
DJANGO_QUOTE = "Django was first released on 21 July 2005."
SHIP = says('{"verdict": "ship", "notes": []}')

Line = Callable[[ChatRequest], Completion]


def task(request: ChatRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.messages[1]["content"])
    return found


def title(request: ChatRequest) -> str:
    return str(task(request)["subtask"]["title"])


def searches(query: str) -> Completion:
    call = ToolCall("c1", "search_docs", json.dumps({"query": query}))
    return Completion("", (call,), "tool_calls", usage=Usage(100, 20))


def found(request: ChatRequest) -> str:
    """The source id of the best passage the agent was shown."""
    results = [json.loads(m["content"]) for m in request.messages if m["role"] == "tool"]
    return str(results[0]["passages"][0]["source_id"])


def reports(text: str, quote: str) -> Line:
    """A report that cites what was found."""

    def reply(request: ChatRequest) -> Completion:
        source = found(request)
        claims = [{"text": text, "source_id": source, "quote": quote}]
        return says(json.dumps({"summary": f"{text} [{source}]", "claims": claims}))

    return reply


def works(request: ChatRequest) -> Completion:
    """Searches for Django where its title says so, else for Flask; then reports under its own title."""
    name = title(request)
    if request.messages[-1]["role"] == "user":
        return searches(f"{'Django' if 'Django' in name else 'Flask'} first released")
    return reports(f"{name} has a date.", DJANGO_QUOTE if "Django" in name else FLASK_QUOTE)(request)


def fails_for(name: str) -> Line:
    """Works, unless the title is that one."""

    def reply(request: ChatRequest) -> Completion:
        if title(request) == name:
            raise down()
        return works(request)

    return reply


def down() -> ModelCallFailed:
    return ModelCallFailed("The endpoint is down.", billing="none", transient=False)


def plans(*titles: str) -> Completion:
    subtasks = [{"title": t, "instructions": f"Find out when {t} appeared."} for t in titles]
    return says(json.dumps({"subtasks": subtasks}))


def revise(*notes: tuple[str, str | None]) -> Completion:
    listed = [{"kind": "vague", "text": text, "subtask_id": subtask_id} for text, subtask_id in notes]
    return says(json.dumps({"verdict": "revise", "notes": listed}))


def synthesizes(answer: str, *conflicts: tuple[str, tuple[str, ...]]) -> Line:
    """`{s1}` in the answer becomes that report's first source id."""

    def reply(request: ChatRequest) -> Completion:
        cited = {r["subtask_id"]: cited_in(r["summary"]) for r in task(request)["reports"]}
        listed = [{"text": text, "subtask_ids": list(ids)} for text, ids in conflicts]
        return says(json.dumps({"answer": answer.format(**cited), "conflicts": listed}))

    return reply


def cited_in(summary: str) -> str:
    return f"[{summary.split('[')[1].split(']')[0]}]" if "[" in summary else ""
