"""Claims judged against their quotes by a model, as THREADWORK_VERIFY says: none, a sample, or all.

Only claims whose quote was found are judged: what is not quoted is marked already. What cannot be judged, for money,
time, the model or its reply, is `not_verified` and said so, never taken for verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from orchestration.agents.loop import Work, invoke
from orchestration.agents.outcome import UNREADABLE
from orchestration.context.run_context import RunContext
from orchestration.evidence.check import stored
from orchestration.evidence.figures import figures_of
from orchestration.evidence.passages import around
from orchestration.evidence.quotes import Page
from orchestration.roles.verifier import BATCH, VERIFIER, can_judge, sample_size, verdicts_of, verifier_task
from orchestration.values.domain import Claim, Draft, Entailment, Support
from orchestration.values.errors import BudgetRefused, ModelFailed
from orchestration.values.limits import Limits
from orchestration.values.setbacks import Degraded, Saving
from orchestration.values.side_by_side import side_by_side

CANNOT_JUDGE = "the offline model quotes and cannot judge"
NO_MONEY = "the budget had no room for it"
SILENT = "the model said nothing about it"

Said = Mapping[Claim, tuple[Entailment, str]]


async def verified(ctx: RunContext, draft: Draft) -> Draft:
    """The draft with what a model says of its new claims; those of untouched reports keep their verdicts."""
    chosen = to_verify(draft, ctx.services.limits, ctx.run.run_id)
    if not chosen:
        return draft
    if can_judge(ctx.services.limits) and ctx.spent.economy.verify:
        said = await _said(ctx, draft, chosen)
    else:
        why = NO_MONEY if can_judge(ctx.services.limits) else CANNOT_JUDGE
        said = dict.fromkeys(chosen, (Entailment.NOT_VERIFIED, why))

    def judged(claim: Claim) -> Claim:
        return replace(claim, entailment=said[claim][0], entailment_reason=said[claim][1]) if claim in said else claim

    reports = tuple(replace(report, claims=tuple(map(judged, report.claims))) for report in draft.reports)
    return replace(draft, reports=reports, gaps=(*draft.gaps, *_not_verified(said)))


def to_verify(draft: Draft, limits: Limits, run_id: str) -> list[Claim]:
    """A sample takes claims with numbers first, then by a hash, the same in every replay."""
    if limits.verify == "quotes":
        return []
    new = [claim for report in draft.reports for claim in report.claims if report.version == draft.version]
    quoted = list(dict.fromkeys(claim for claim in new if claim.support is Support.QUOTED))
    if limits.verify == "all":
        return quoted
    ordered = sorted(quoted, key=lambda claim: (not figures_of(claim.text), _lot(run_id, claim)))
    return sorted(ordered[: sample_size(len(quoted))], key=quoted.index)


def _lot(run_id: str, claim: Claim) -> bytes:
    return sha256(f"{run_id}\0{claim.text}\0{claim.quote}".encode("utf-8", "replace")).digest()


async def _said(ctx: RunContext, draft: Draft, chosen: Sequence[Claim]) -> Said:
    pairs = list(zip(chosen, await _passages(ctx, draft, chosen), strict=True))
    groups = [pairs[first : first + BATCH] for first in range(0, len(pairs), BATCH)]
    found = await side_by_side(_batch(ctx, group, number) for number, group in enumerate(groups, start=1))
    return {claim: verdict for said in found for claim, verdict in said.items()}


async def _batch(ctx: RunContext, group: Sequence[tuple[Claim, str]], number: int) -> Said:
    work = Work(f"v{ctx.version}/verifier/{number}")
    task = verifier_task([claim for claim, _ in group], [passage for _, passage in group])
    try:
        output = await invoke(ctx, VERIFIER, task, work)
        why = SILENT if output else ctx.trouble.unusable.get(work.place, UNREADABLE)
    except TimeoutError:
        output, why = None, "time was up"
    except ModelFailed as error:
        output, why = None, error.sentence
    except BudgetRefused as refusal:
        output, why = None, NO_MONEY
        sentence = f"Claims are not verified by a model. {refusal.sentence}"
        await ctx.emit(Degraded(ctx.version, Saving.NO_VERIFICATION, sentence))
    verdicts = verdicts_of(output) if output else {}
    silence = (Entailment.NOT_VERIFIED, why)
    return {claim: verdicts.get(n, silence) for n, (claim, _) in enumerate(group, start=1)}


async def _passages(ctx: RunContext, draft: Draft, claims: Sequence[Claim]) -> tuple[str, ...]:
    """What is around each quote, nothing where the text was changed after it was read.

    A step, so that a replay asks the same even if a document has changed since.
    """
    read = {source.source_id: source.content_hash for report in draft.reports for source in report.sources}

    async def look() -> tuple[str, ...]:
        found = await stored(ctx, sorted({claim.source_id for claim in claims}))
        pages = {s.source_id: Page(text) for s, text in found if s.content_hash == read.get(s.source_id)}
        return tuple(_around(pages.get(claim.source_id), claim) for claim in claims)

    request = [f"{claim.source_id} {claim.quote}" for claim in claims]
    key = f"v{ctx.version}/verifier/passages"
    return await ctx.journal.step(key, look, returns=tuple[str, ...], operation="retrieval", request=request)


def _around(page: Page | None, claim: Claim) -> str:
    span = page.span_of(claim) if page else None
    return around(page.text, span).strip() if page and span else ""


def _not_verified(said: Said) -> list[str]:
    reasons = [why for entailment, why in said.values() if entailment is Entailment.NOT_VERIFIED]
    if not reasons:
        return []
    whole = "Claims were" if len(reasons) == len(said) else f"{len(reasons)} of {len(said)} claims were"
    return [f"{whole} not verified by a model: {reasons[0].rstrip('.')}."]
