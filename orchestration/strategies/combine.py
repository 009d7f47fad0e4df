"""Assembles a draft from worker reports, by code: no model call, nothing lost, numbers in place of source ids."""

from collections.abc import Sequence

from orchestration.domain import Draft, WorkerReport
from orchestration.evidence import numbered, retrieved_nothing, source_order

NO_EVIDENCE = "No source was found for this, so there is no answer to rely on."


def combine(reports: Sequence[WorkerReport], *, version: int = 1, changed: Sequence[str] = ()) -> Draft:
    """A section a report, in the order of the plan; a failed worker is named as a gap."""
    usable = [report for report in reports if report.summary.strip()]
    text = usable[0].summary.strip() if len(reports) == len(usable) == 1 else "\n\n".join(map(section, usable))
    return assemble(reports, text, version=version, changed=changed)


def assemble(reports: Sequence[WorkerReport], text: str, *, version: int, changed: Sequence[str] = ()) -> Draft:
    """The draft whose text carries source ids, with them numbered and the gaps named."""
    sources = source_order(reports, [text])
    order = {source.source_id: n for n, source in enumerate(sources, start=1)}
    body = numbered(text, order)
    if retrieved_nothing(reports):
        body = f"{NO_EVIDENCE}\n\n{body}".strip()
    return Draft(
        version=version,
        answer=body,
        reports=tuple(reports),
        claims=tuple(claim for report in reports for claim in report.claims),
        sources=sources,
        changed=tuple(changed),
        gaps=tuple(_gap(report) for report in reports if report.error),
    )


def section(report: WorkerReport) -> str:
    return f"## {report.title}\n\n{report.summary.strip()}"


def _gap(report: WorkerReport) -> str:
    return f"{report.title}: {report.error}"
