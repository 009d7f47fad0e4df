"""On how many independent sources each claim rests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from orchestration.domain import Claim, Source, Support, WorkerReport
from orchestration.evidence.citations import Statement, statements
from orchestration.evidence.independence import independent
from orchestration.evidence.likeness import words_of
from orchestration.evidence.names import Known, names_in

SAME = 0.6
"""Share of telling words from which two claims state the same, or a sentence states a claim."""
_NUMBER = re.compile(r"\d+")


def backed(reports: Sequence[WorkerReport], sources: Sequence[Source]) -> tuple[Claim, ...]:
    """The reports' claims, each quoted one with the number of sources of its own kind that state it.

    Counted are the sources of quoted claims that say the same, and those that a sentence saying it cites besides.
    """
    claims = [claim for report in reports for claim in report.claims]
    said = [statement for report in reports for statement in statements(report.summary)]
    group = {source_id: ids[0] for ids in independent(sources) for source_id in ids}
    return tuple(
        replace(claim, independent_sources=len(_groups(claim, claims, said, group)))
        if claim.support is Support.QUOTED
        else claim
        for claim in claims
    )


def _groups(
    claim: Claim, claims: Sequence[Claim], said: Sequence[Statement], group: Mapping[str, str]
) -> frozenset[str]:
    ids = {claim.source_id}
    for other in claims:
        if other.source_id not in ids and other.support is Support.QUOTED and same(claim.text, other.text):
            ids.add(other.source_id)
    for statement in said:
        if claim.source_id in statement.cites and same(claim.text, statement.text):
            ids.update(statement.cites)
    return frozenset(group[source_id] for source_id in ids if source_id in group)


def same(one: str, other: str) -> bool:
    """The same words for the most part, the same numbers and the same names."""
    ours, theirs = words_of(one), words_of(other)
    if not ours or not theirs or set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)):
        return False
    if not (Known(one).has_all(names_in(other)) and Known(other).has_all(names_in(one))):
        return False
    return len(ours & theirs) / len(ours | theirs) >= SAME
