"""Drafts with claims of the test's choice."""

from collections.abc import Iterable
from dataclasses import replace

from orchestration.values.domain import Claim, Draft, Source, WorkerReport


def claiming(claims: Iterable[Claim], sources: Iterable[Source] = (), *, answer: str = "", version: int = 1) -> Draft:
    """Of one report."""
    report = WorkerReport("s1", "Part", "", claims=tuple(claims), sources=tuple(sources), version=version)
    return Draft(version, answer, (report,), report.sources)


def with_claims(draft: Draft, claims: Iterable[Claim]) -> Draft:
    """All of them in its first report."""
    first, *others = draft.reports
    return replace(
        draft, reports=(replace(first, claims=tuple(claims)), *(replace(report, claims=()) for report in others))
    )
