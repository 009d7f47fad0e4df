"""On how many independent sources each claim rests."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from orchestration.evidence.citations import Statement
from orchestration.evidence.independence import independent
from orchestration.evidence.sentence import Sentence
from orchestration.values.domain import Claim, Support, WorkerReport

SAME = 0.6
"""Share of telling words from which two claims state the same, or a sentence states a claim."""
_NUMBER = re.compile(r"\d+")


def backed(reports: Sequence[WorkerReport]) -> tuple[WorkerReport, ...]:
    """The reports with, in each quoted claim, the number of sources of its own kind that state it.

    Counted are the sources of quoted claims that say the same, and those that `seconded` has found.
    """
    claims = [claim for report in reports for claim in report.claims]
    said = {text: _Said.of(text) for text in {claim.text for claim in claims}}
    sources = [source for report in reports for source in report.sources]
    group = {source_id: ids[0] for ids in independent(sources) for source_id in ids}

    def groups(claim: Claim) -> frozenset[str]:
        own, ids = said[claim.text], {claim.source_id, *claim.also_in}
        for other in claims:
            if other.support is Support.QUOTED and own.same(said[other.text]):
                ids.update((other.source_id, *other.also_in))
        return frozenset(group[source_id] for source_id in ids if source_id in group)

    def counted(claim: Claim) -> Claim:
        return replace(claim, independent_sources=len(groups(claim))) if claim.support is Support.QUOTED else claim

    return tuple(replace(report, claims=tuple(map(counted, report.claims))) for report in reports)


def seconded(claims: Sequence[Claim], found: Sequence[Statement], says: Callable[[str, str], bool]) -> list[Claim]:
    """Each quoted claim with the sources that a sentence saying it cites besides, where their text says it too.

    `says` is asked with a source id and the claim's text: an id after a sentence costs a model nothing.
    """
    cited = [(_Said.of(statement.text), statement.cites) for statement in found if len(statement.cites) > 1]
    return [_seconded(claim, cited, says) if claim.support is Support.QUOTED else claim for claim in claims]


def _seconded(
    claim: Claim, cited: Sequence[tuple["_Said", tuple[str, ...]]], says: Callable[[str, str], bool]
) -> Claim:
    own = _Said.of(claim.text)
    others = {i for said, ids in cited if claim.source_id in ids and own.same(said) for i in ids} - {claim.source_id}
    return replace(claim, also_in=tuple(sorted(i for i in others if says(i, claim.text))))


@dataclass(frozen=True)
class _Said:
    """A claim's or a sentence's text, read once for all that it is compared with."""

    words: frozenset[str]
    numbers: frozenset[str]
    capitalised: frozenset[str]
    """Of its words those that may be names."""

    @classmethod
    def of(cls, text: str) -> "_Said":
        sentence = Sentence(text)
        return cls(sentence.keys, frozenset(_NUMBER.findall(text)), sentence.capitalised)

    def same(self, other: "_Said") -> bool:
        """The same words for the most part, the same numbers and the same names."""
        ours, theirs = self.words, other.words
        if not ours or not theirs or len(ours & theirs) < SAME * len(ours | theirs) or self.numbers != other.numbers:
            return False
        return self.capitalised <= theirs and other.capitalised <= ours
