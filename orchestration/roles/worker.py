"""The worker researches one subtask; the single agent does the same with the whole question."""

from collections.abc import Collection, Sequence
from typing import Any

from orchestration.agents.agent import Agent, Output
from orchestration.roles.conversation import before
from orchestration.roles.fields import Filled, fields_of
from orchestration.values.domain import (
    Claim,
    Field,
    Note,
    Question,
    Subtask,
    Support,
)
from orchestration.values.roles import Role


class ClaimOutput(Output):
    text: str
    """One statement from the summary."""
    source_id: str
    """The source_id of the passage it is based on, as a tool returned it."""
    quote: str
    """A passage of that source, copied letter for letter, that shows the statement to be true."""


class FindingsOutput(Output):
    summary: str
    """Markdown. Put the source_id in square brackets after every statement: `[d_ab12]`. No URLs."""
    claims: list[ClaimOutput]
    """One for every statement in the summary."""


EVIDENCE_RULE = (
    "Search before you answer: use search_docs with several specific queries, fetch_chunk to read more of a passage, "
    "and your other tools where they fit the question better. State only what passages say, put the source_id in "
    "square brackets after each statement, and list each statement as a claim with a quote copied letter for letter. "
    "Say plainly what you did not find; never fill a gap from memory, and never write a URL. If the task names "
    "documents, they came with the question: base the answer on them first. If it names parts, give each its own "
    "heading. If it has notes, fix exactly what they name in the previous summary and keep the rest as it is."
)

SEARCH_RULE = (
    "If the library has no answer, or the task asks for something new or public, use web_search. Its snippets are "
    "hints, not sources: read a page with fetch_page and quote what you read there."
)
FETCH_RULE = "If the task gives a web address, read it with fetch_page and cite it by the source_id in the result."


ORDER_RULE = (
    "The web is switched off once you have read anything in the library that is not public: if you need the web, use "
    "it before search_docs."
)


def web_rules(tools: Collection[str], *, closing: bool) -> str:
    """What the prompt says about an agent's web tools; `closing` where reading private material ends them."""
    rules = [rule for name, rule in (("web_search", SEARCH_RULE), ("fetch_page", FETCH_RULE)) if name in tools]
    return " ".join([*rules, *([ORDER_RULE] if rules and closing else [])])


WORKER = Agent(
    role=Role.WORKER,
    instructions=f"You are a worker on a research team and do one subtask of a larger question. {EVIDENCE_RULE}",
    output=FindingsOutput,
    researches=True,
)

SINGLE = Agent(
    role=Role.SINGLE,
    instructions=f"You are a researcher and answer a question for a team. Lead with the answer. {EVIDENCE_RULE}",
    output=FindingsOutput,
    researches=True,
)


STAGE = Agent(
    role=Role.WORKER,
    instructions=(
        "You are a worker and do one stage of a larger piece of research. You see only your subtask and, in `given`, "
        "what earlier stages hand over. Build on it and do not repeat it; keep the source_id of anything you take from "
        f"it, and look up its quote yourself. {EVIDENCE_RULE}"
    ),
    output=FindingsOutput,
    researches=True,
)


class FieldedOutput(FindingsOutput):
    fields: Filled = ()
    """One for each name in the subtask's fields."""


FIELDED: Agent[FindingsOutput] = Agent(
    role=STAGE.role,
    instructions=(
        f"{STAGE.instructions} Later stages see only the fields that the subtask names: fill in each with what you "
        "found and its source_ids, and leave the value empty if you did not find it."
    ),
    output=FieldedOutput,
    researches=True,
)
"""A stage whose plan declares what it hands over."""


def worker_task(question: Question, subtask: Subtask) -> dict[str, Any]:
    return {"question": question.text, **before(question), **stage_task(subtask)}


def stage_task(subtask: Subtask) -> dict[str, Any]:
    """Without the question: a stage sees its own subtask and what it is handed."""
    shown = {"subtask_id": subtask.subtask_id, "title": subtask.title, "instructions": subtask.instructions}
    return {"subtask": {**shown, "fields": list(subtask.fields)} if subtask.fields else shown}


def revision_material(notes: Sequence[Note], previous: str) -> dict[str, Any]:
    """What a revision adds to a task."""
    return {"notes": [{"note_id": n.note_id, "kind": n.kind, "text": n.text} for n in notes], "previous": previous}


def fields_from(subtask: Subtask, findings: FindingsOutput | None, known: Collection[str]) -> tuple[Field, ...]:
    """What the subtask declares, all of it missing without findings; `known` are the sources that were read."""
    given = findings.fields if isinstance(findings, FieldedOutput) else ()
    return fields_of(subtask.fields, given, known)


def claims_of(findings: FindingsOutput) -> list[Claim]:
    """What was stated, none of it checked yet."""
    return [Claim(c.text, c.source_id, c.quote, Support.UNCITED) for c in findings.claims if c.text.strip()]
