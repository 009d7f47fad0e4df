"""Each claim against the stored text it points at, without a model: read in this run, quoted word for word, no number
or date that contradicts the passage quoted, and how much of it the text says.

What is not covered: whether the quote supports the claim, and whether the source is right. The first is the critic's
business and, with THREADWORK_VERIFY, the verifier's; the second is the reader's.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from orchestration.context.run_context import RunContext
from orchestration.evidence.addresses import without_invented
from orchestration.evidence.backing import seconded
from orchestration.evidence.citations import Statement, cited_ids, statements
from orchestration.evidence.independence import sketch
from orchestration.evidence.likeness import DOUBTED_BELOW, Sentences
from orchestration.evidence.passages import around, trail
from orchestration.evidence.quotes import Misquote, Page
from orchestration.evidence.rule import contradicted, misquoted
from orchestration.evidence.sentence import Sentence
from orchestration.values.domain import Claim, Source, Span, Support, WorkerReport

NOT_READ = "its source was not read in this run"
SHORT = 10_000
"""Characters of a text that is kept as it was read; 32 of these take 20 MB."""
DOUBTFUL = "the source says little about this"
MISATTRIBUTED = "the quote is in another source that was read, not in this one"


@dataclass(frozen=True, slots=True)
class Evidence:
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    summary: str | None = None
    """The summary without addresses that no source holds; None in steps of earlier versions."""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """A text as the check works with it."""

    page: Page
    head: str
    """Title and address, which name what a page is about without being part of it."""
    sentences: Sentences
    """The head first."""

    @classmethod
    def of(cls, text: str, head: str = "") -> "Read":
        page = Page(text)
        return cls(page, head, Sentences.of(head, page.text))

    @cached_property
    def sketch(self) -> str:
        return sketch(self.page.text)


@lru_cache(maxsize=32)
def _short(text: str, head: str) -> Read:
    """Kept for a while: the agents of a run, and the runs of a team, read the same pages."""
    return Read.of(text, head)


async def check(ctx: RunContext, place: str, summary: str, stated: Sequence[Claim]) -> Evidence:
    """One journalled look at the stored texts: a replay sees the same evidence even if a document changed since."""
    cited = {claim.source_id for claim in stated} | set(cited_ids(summary))
    wanted = sorted(cited & ctx.seen.sources)

    async def look() -> Evidence:
        found = await stored(ctx, wanted)
        texts = {source.source_id: text for source, text in found}
        heads = {source.source_id: f"{source.title} {source.url}" for source, _ in found}
        sources = [source for source, _ in found]
        asked = ctx.run.question.text
        # Long documents take their time, and other runs wait for the event loop.
        return await asyncio.to_thread(
            lambda: evidence_of(summary, stated, sources, read_all(texts, heads), asked=asked)
        )

    request = [summary, *(f"{claim.source_id} {claim.quote}" for claim in stated)]
    return await ctx.journal.step(f"{place}/evidence", look, returns=Evidence, operation="retrieval", request=request)


async def stored(ctx: RunContext, source_ids: Sequence[str]) -> Sequence[tuple[Source, str]]:
    """Each source with its stored text, as far as this conversation may see it."""
    return await ctx.sources(source_ids) if source_ids else ()


def read_all(texts: Mapping[str, str], heads: Mapping[str, str] | None = None) -> dict[str, Read]:
    return {
        source_id: (_short if len(text) <= SHORT else Read.of)(text, (heads or {}).get(source_id, ""))
        for source_id, text in texts.items()
    }


def evidence_of(
    summary: str, stated: Sequence[Claim], sources: Sequence[Source], read: Mapping[str, Read], *, asked: str = ""
) -> Evidence:
    """`asked` is the question: what it names or links to is nobody's invention."""
    known = [asked, *(r.page.text for r in read.values()), *(source.url for source in sources)]
    clean = without_invented(summary, known)
    claims = [replace(claim, text=without_invented(claim.text, known)) for claim in stated]
    found = statements(clean)

    def says(source_id: str, text: str) -> bool:
        own, statement = read.get(source_id), Sentence(text)
        return own is not None and own.sentences.says(statement) and not contradicted(statement, own.sentences.all)

    return Evidence(
        tuple(seconded(supported(claims, read), found, says)),
        tuple(replace(s, sketch=read[s.source_id].sketch) for s in sources),
        clean,
        tuple(_doubts(found, read)),
    )


def supported(stated: Sequence[Claim], read: Mapping[str, Read]) -> list[Claim]:
    """Each claim with its support; `read` are the stored texts of what this run retrieved, by source id."""
    return [_supported(claim, read) for claim in stated]


def _supported(claim: Claim, read: Mapping[str, Read]) -> Claim:
    own = read.get(claim.source_id)
    if own is None:
        return replace(claim, support=Support.UNCITED, reason=NOT_READ)
    span = own.page.find(claim.quote)
    if isinstance(span, Misquote):
        elsewhere = any(isinstance(r.page.find(claim.quote), Span) for r in read.values() if r is not own)
        return replace(claim, support=Support.UNQUOTED, reason=MISATTRIBUTED if elsewhere else span.reason)
    above = trail(own.page.text, span.start)
    passage = Sentences.of(own.head, *above, around(own.page.text, span))
    stated = Sentence(claim.text)
    wrong = contradicted(stated, passage.all) or misquoted(claim.text, own.page)
    score = own.sentences.likeness(stated)
    return replace(
        claim,
        support=Support.UNQUOTED if wrong else Support.QUOTED,
        reason=wrong,
        place=" › ".join(above[1:] if above and own.head.startswith(above[0]) else above),
        span=span,
        likeness=round(score, 3),
        doubt=DOUBTFUL if score < DOUBTED_BELOW and not wrong else "",
    )


def _doubts(found: Sequence[Statement], read: Mapping[str, Read]) -> list[str]:
    """Sentences that the sources they cite contradict or say little about."""
    doubts = []
    for statement in found:
        cited = [read[source_id].sentences for source_id in statement.cites if source_id in read]
        together = cited[0] if len(cited) == 1 else Sentences(tuple(one for some in cited for one in some.all))
        if cited and (why := _doubt(statement.text, together)):
            doubts.append(f"“{statement.text}”" + (f": {why}" if why != DOUBTFUL else ""))
    return doubts


def _doubt(text: str, sentences: Sentences) -> str:
    statement = Sentence(text)
    doubted = sentences.likeness(statement) < DOUBTED_BELOW
    return contradicted(statement, sentences.all) or (DOUBTFUL if doubted else "")


def retrieved_nothing(reports: Collection[WorkerReport]) -> bool:
    return not any(report.sources for report in reports)


def without_sources(reports: Iterable[WorkerReport]) -> list[WorkerReport]:
    """Reports that say something and rest on nothing that was read."""
    return [report for report in reports if report.summary.strip() and not report.sources]
