"""Assembles a draft from worker reports, by code: no model call, nothing lost, numbers in place of source ids."""

from collections.abc import Sequence

from orchestration.evidence.addresses import without_invented
from orchestration.evidence.backing import backed
from orchestration.evidence.check import retrieved_nothing, without_sources
from orchestration.evidence.citations import numbered, source_order, statements
from orchestration.strategies.shortfall import gap, no_evidence, unfinished, without_source
from orchestration.values.domain import Draft, WorkerReport

UNFOUNDED = "The following is not in any source that was read. Do not rely on it:"


def combine(reports: Sequence[WorkerReport], *, version: int = 1, changed: Sequence[str] = ()) -> Draft:
    """A section a report, in the order of the plan; a failed worker is named as a gap."""
    usable = [report for report in reports if report.summary.strip()]
    text = usable[0].summary.strip() if len(reports) == len(usable) == 1 else "\n\n".join(map(section, usable))
    return assemble(reports, text, version=version, changed=changed)


def assemble(reports: Sequence[WorkerReport], text: str, *, version: int, changed: Sequence[str] = ()) -> Draft:
    """The draft whose text carries source ids, with them numbered and the gaps named."""
    sources = source_order(reports, [text])
    order = {source.source_id: n for n, source in enumerate(sources, start=1)}
    body = numbered(without_invented(text, _read(reports)), order)
    nothing = retrieved_nothing(reports)
    missing = [] if nothing else [without_source(report) for report in without_sources(reports)]
    return Draft(
        version=version,
        answer="\n\n".join(filter(None, [unfinished(reports), _unfounded(reports, body) if nothing else body])),
        reports=backed(reports),
        sources=sources,
        changed=tuple(changed),
        gaps=(*(gap(report) for report in reports if report.error), *missing),
    )


def section(report: WorkerReport) -> str:
    return f"## {report.title}\n\n{report.summary.strip()}"


def _read(reports: Sequence[WorkerReport]) -> list[str]:
    """Where an address in the answer has to come from: the reports, whose own were looked up in the stored texts."""
    quotes = [claim.quote for report in reports for claim in report.claims]
    return [*(report.summary for report in reports), *quotes, *(s.url for r in reports for s in r.sources)]


def _unfounded(reports: Sequence[WorkerReport], body: str) -> str:
    """Leads with what was not found; what was written anyway follows as a quotation that nothing vouches for."""
    lead = no_evidence(reports)
    if not statements(body):
        return f"{lead}\n\n{body}".strip()
    quoted = "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    return f"{lead}\n\n{UNFOUNDED}\n\n{quoted}"
