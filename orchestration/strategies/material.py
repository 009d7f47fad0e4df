"""The documents that came with a question, as a task names them."""

from dataclasses import dataclass
from typing import Any

from orchestration.context.run_context import RunContext
from orchestration.roles.document import PARTS, asks_for_analysis


@dataclass(frozen=True, slots=True)
class SharedDocument:
    source_id: str
    title: str


async def material(ctx: RunContext, place: str, *, parts: bool = False) -> dict[str, Any]:
    """What goes into a task; with `parts` also what a document analysis consists of. Empty without documents."""
    question = ctx.run.question
    if not question.document_ids:
        return {}

    async def look() -> tuple[SharedDocument, ...]:
        found = await ctx.services.library.sources(question.document_ids, ctx.audience)
        return tuple(SharedDocument(source.source_id, source.title) for source, _ in found)

    known = await ctx.journal.step(
        f"{place}/documents",
        look,
        returns=tuple[SharedDocument, ...],
        operation="retrieval",
        request=list(question.document_ids),
    )
    task: dict[str, Any] = {"documents": [{"source_id": d.source_id, "title": d.title} for d in known]}
    if parts and asks_for_analysis(question):
        task["parts"] = [{"title": part.title, "instructions": part.instructions} for part in PARTS]
    return task
