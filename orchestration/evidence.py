"""Claims, quotes and numbered sources, checked by code: a claim points at a page that was really read.

What is covered: the source was retrieved in this run, and the quote stands in its stored text. What is not: whether
the quote supports the claim; that is the critic's and the reader's business.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.context import RunContext
from orchestration.domain import Claim, Note, NoteKind, Source, Support, WorkerReport
from orchestration.text import INVISIBLE, cut

SHORTEST_QUOTE = 8
"""Characters after folding; a shorter quote stands in nearly every page and proves nothing."""

_SEEN_BY_NOBODY = dict.fromkeys(INVISIBLE)
_FOLDED = _SEEN_BY_NOBODY | str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u200c\u200d"),
        "…": "...",
    }
)
_SPACE = re.compile(r"\s+")
_MARK = re.compile(r"[*_`]+")
CITED = re.compile(r"\[([A-Za-z0-9_.:#\-]{2,80}(?:\s*[,;]\s*[A-Za-z0-9_.:#\-]{2,80})*)\](?!\()")


def folded(text: str) -> str:
    """Text with what copying changes taken out: white space, quotation marks, dashes, emphasis marks and case."""
    return _SPACE.sub(" ", _MARK.sub("", text.translate(_FOLDED))).strip().casefold()


@dataclass(frozen=True, slots=True)
class Evidence:
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]


async def check(ctx: RunContext, place: str, summary: str, stated: Sequence[Claim]) -> Evidence:
    """One journalled look at the stored texts: a replay sees the same evidence even if a document changed since."""
    cited = {claim.source_id for claim in stated} | set(cited_ids(summary))
    wanted = sorted(cited & ctx.sources_read)

    async def look() -> Evidence:
        found = await ctx.sources(wanted) if wanted else ()
        texts = {source.source_id: text for source, text in found}
        claims = supported(stated, texts)
        return Evidence(tuple(claims), tuple(source for source, _ in found))

    request = [summary, *(f"{claim.source_id} {claim.quote}" for claim in stated)]
    return await ctx.step(f"{place}/evidence", look, returns=Evidence, operation="retrieval", request=request)


def supported(stated: Sequence[Claim], texts: Mapping[str, str]) -> list[Claim]:
    """Each claim with its support; `texts` are the stored texts of what this run retrieved, by source id."""
    pages = {source_id: folded(text) for source_id, text in texts.items()}
    return [replace(claim, support=_support(claim.quote, pages.get(claim.source_id))) for claim in stated]


def _support(quote: str, page: str | None) -> Support:
    if page is None:
        return Support.UNCITED
    wanted = folded(quote)
    return Support.QUOTED if len(wanted) >= SHORTEST_QUOTE and wanted in page else Support.UNQUOTED


def cited_ids(markdown: str) -> list[str]:
    """Ids in square brackets, in the order of their first mention."""
    found = [part.strip() for group in CITED.findall(markdown) for part in re.split(r"[,;]", group)]
    return list(dict.fromkeys(found))


def numbered(markdown: str, order: Mapping[str, int]) -> str:
    """`[source_id]` as `[n]`; an id that was not retrieved becomes `[?]`, ordinary brackets stay."""

    def number(match: re.Match[str]) -> str:
        ids = [part.strip() for part in re.split(r"[,;]", match[1])]
        known = [str(order[i]) for i in dict.fromkeys(ids) if i in order]
        if known:
            return "".join(f"[{n}]" for n in known)
        return "[?]" if all(_looks_like_id(i) for i in ids) else match[0]

    return CITED.sub(number, markdown)


def _looks_like_id(text: str) -> bool:
    return text.startswith(("d_", "w_"))


def source_order(reports: Iterable[WorkerReport], texts: Sequence[str]) -> tuple[Source, ...]:
    """The sources that the texts or claims cite, numbered by first mention; the same page counts once."""
    reports = list(reports)
    known = {source.source_id: source for report in reports for source in report.sources}
    mentioned = [i for text in texts for i in cited_ids(text)]
    mentioned += [claim.source_id for report in reports for claim in report.claims]
    return tuple(known[i] for i in dict.fromkeys(mentioned) if i in known)


def found_notes(reports: Iterable[WorkerReport]) -> list[Note]:
    """The deterministic critic: claims without a quote that stands in their page, one note a report and kind."""
    notes = []
    for report in reports:
        for support, sentence in _SENTENCES.items():
            claims = [claim.text for claim in report.claims if claim.support is support]
            if claims:
                listed = "; ".join(_short(text) for text in claims[:3])
                more = f" and {len(claims) - 3} more" if len(claims) > 3 else ""
                notes.append(Note("", NoteKind.UNSUPPORTED, f"{sentence}: {listed}{more}.", report.subtask_id))
    return notes


_SENTENCES = {
    Support.UNQUOTED: "The quote does not stand word for word in the cited page",
    Support.UNCITED: "The cited page was not read in this run",
}


def _short(text: str) -> str:
    return f"“{cut(text, 120)}”"


def retrieved_nothing(reports: Collection[WorkerReport]) -> bool:
    return not any(report.sources for report in reports)
