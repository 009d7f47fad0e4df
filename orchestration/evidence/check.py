"""Each claim against the stored text it points at, without a model: read in this run, quoted word for word, and no
number or name that the passage or page does not have.

What is not covered: whether the quote supports the claim, and whether the source is right. The first is the critic's
business and, with THREADWORK_VERIFY, the verifier's; the second is the reader's.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from orchestration.context.run_context import RunContext
from orchestration.evidence import likeness, rule
from orchestration.evidence.addresses import without_invented
from orchestration.evidence.backing import seconded
from orchestration.evidence.citations import Statement, cited_ids, statements
from orchestration.evidence.figures import missing_figures
from orchestration.evidence.independence import sketch
from orchestration.evidence.names import Known, capitalised, names_in
from orchestration.evidence.passages import around, trail
from orchestration.evidence.quotes import Misquote, Page, Span
from orchestration.values.domain import Claim, Source, Support, WorkerReport

NOT_READ = "its source was not read in this run"
SHORT = 10_000
"""Characters of a text that is kept as it was read; 32 of these take 20 MB."""
MISATTRIBUTED = "the quote stands in another source that was read, not in this one"


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
    known: Known
    sentences: tuple[str, ...]

    @classmethod
    def of(cls, text: str, head: str = "") -> "Read":
        page = Page(text)
        return cls(page, head, Known(f"{head}\n{page.text}"), tuple(likeness.sentences_of(page.text)))

    @cached_property
    def capitals(self) -> frozenset[str]:
        return capitalised([self.page.text])

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
    seen = capitalised([asked]).union(*(r.capitals for r in read.values()))
    found = statements(clean)

    def says(source_id: str, text: str) -> bool:
        own = read.get(source_id)
        return own is not None and _says(own, text, seen)

    return Evidence(
        tuple(seconded(checked(claims, read, seen), found, says)),
        tuple(replace(s, sketch=read[s.source_id].sketch) for s in sources),
        clean,
        tuple(_doubts(found, read, seen)),
    )


def _says(own: Read, text: str, seen: frozenset[str]) -> bool:
    """As far as counting tells: all of its numbers and names, and most of its words in a few sentences."""
    if rule.unsaid(text, f"{own.head}\n{own.page.text}", own.known, seen):
        return False
    rarity = likeness.Rarity.of(own.sentences)
    return not rule.unlike(text, own.sentences, rarity, likeness.compare(text, own.sentences, rarity, seen))


def supported(stated: Sequence[Claim], texts: Mapping[str, str]) -> list[Claim]:
    """Each claim with its support; `texts` are the stored texts of what this run retrieved, by source id."""
    read = read_all(texts)
    return checked(stated, read, frozenset[str]().union(*(r.capitals for r in read.values())))


def checked(stated: Sequence[Claim], read: Mapping[str, Read], seen: frozenset[str]) -> list[Claim]:
    """`seen` are names as `names.capitalised` finds them in the question and in what was read."""
    rarity = likeness.Rarity.of(sentence for r in read.values() for sentence in r.sentences)
    found = []
    for claim in stated:
        own = read.get(claim.source_id)
        if own is None:
            found.append(replace(claim, support=Support.UNCITED, reason=NOT_READ))
            continue
        span = own.page.find(claim.quote)
        if isinstance(span, Misquote):
            elsewhere = any(isinstance(r.page.find(claim.quote), Span) for r in read.values() if r is not own)
            reason = MISATTRIBUTED if elsewhere else span.reason
            found.append(replace(claim, support=Support.UNQUOTED, reason=reason))
            continue
        found.append(_compared(claim, own, span, seen, rarity=rarity))
    return found


def _compared(claim: Claim, own: Read, span: Span, seen: frozenset[str], *, rarity: likeness.Rarity) -> Claim:
    """A claim whose quote stands: what of it the passage around the quote does not say."""
    above = trail(own.page.text, span.start)
    passage = "\n".join((own.head, *above, around(own.page.text, span)))
    wrong = [
        *rule.unsaid(claim.text, passage, own.known, seen),
        *rule.misquoted(claim.text, own.page),
        *rule.torn(claim.text, own.page, span),
    ]
    evidence = [claim.quote, *own.sentences]
    found = likeness.compare(claim.text, evidence, rarity, seen)
    weak = [] if wrong else rule.unlike(claim.text, evidence, rarity, found)
    return replace(
        claim,
        support=Support.UNQUOTED if wrong else Support.QUOTED,
        reason="; ".join(doubt.sentence for doubt in wrong),
        place=" › ".join(above[1:] if above and own.head.startswith(above[0]) else above),
        likeness=round(found.score, 3),
        doubt=weak[0].sentence if weak else "",
    )


def _doubts(found: Sequence[Statement], read: Mapping[str, Read], seen: frozenset[str]) -> list[str]:
    """Sentences whose numbers or names stand nowhere in the sources they cite."""
    doubts = []
    for statement in found:
        cited = [read[source_id] for source_id in statement.cites if source_id in read]
        if not cited:
            continue
        lacking = [missing_figures(statement.text, f"{r.head}\n{r.page.text}") for r in cited]
        figures = [text for text in lacking[0] if all(text in others for others in lacking)]
        names = [n for n in names_in(statement.text, seen) if not any(r.known.has(n) for r in cited)]
        if missing := [*figures, *names]:
            listed = ", ".join(missing[:3])
            doubts.append(f"“{statement.text}”: what it cites does not have {listed}")
    return doubts


def retrieved_nothing(reports: Collection[WorkerReport]) -> bool:
    return not any(report.sources for report in reports)


def without_sources(reports: Iterable[WorkerReport]) -> list[WorkerReport]:
    """Reports that say something and rest on nothing that was read."""
    return [report for report in reports if report.summary.strip() and not report.sources]
