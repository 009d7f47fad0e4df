"""The deterministic critic: what code finds in a draft, as notes that name the report they are about.

In this order: every sentence cited · every cited source read in this run · every quote in its source, and no number or
date against it · one note with all that the sources say little about · every thing that the question compares. The
first two say that there is no evidence at all, the others ask to look again. Other contradictions are not among them
unless a model was asked: counting words does not see those.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from orchestration.evidence.citations import cited_ids, looks_like_id, plain, statements
from orchestration.evidence.figures import figures_of
from orchestration.evidence.quotes import NOT_THERE
from orchestration.evidence.sentence import Sentence
from orchestration.rules import things
from orchestration.values.domain import (
    Claim,
    Draft,
    Entailment,
    Note,
    NoteKind,
    Support,
    WorkerReport,
)

LISTED, DOUBTED = 3, 10
"""Claims that a note names, and those that the one note of doubtful claims does."""
SHORT = 120


def found_notes(
    draft: Draft, question: str = "", *, judged: bool = False, read: bool = False, sources_wanted: int = 1
) -> list[Note]:
    """One note a report and kind of finding; the answer's own sentences only where they are not a report's.

    A judge weighs in words of its own (`judged`): there the answer's sentences are its own. Where a model
    has read the claims (`read`), what only counting speaks against is left to it. `sources_wanted` is how many
    independent sources the channel's policy asks of a claim.
    """
    return [
        *(note for report in draft.reports for note in _on_report(report)),
        *_doubtful(draft.reports, read=read),
        *_thin(draft, sources_wanted),
        *(() if judged else _on_answer(draft)),
        *_without_evidence(draft, things(question)),
    ]


def _on_report(report: WorkerReport) -> Iterator[Note]:
    about = report.subtask_id
    claimed = [plain(claim.text) for claim in report.claims]
    uncited = [s.text for s in statements(report.summary) if not s.has_source and not _is_of(s.text, claimed)]
    yield from _note("No source is given for", uncited, about)
    known = {source.source_id for source in report.sources}
    unread = [i for i in cited_ids(report.summary) if looks_like_id(i) and i not in known]
    unknown = [claim.text for claim in report.claims if claim.support is Support.UNCITED]
    yield from _note("The cited source was not read in this run", unknown or unread, about)
    for reason, claims in _by(report.claims, _reason).items():
        yield from _note(reason, claims, about)
    yield from _judged(report.claims, about)


def _is_of(sentence: str, claimed: Sequence[str]) -> bool:
    """A source after several sentences covers each of them where all are one claim."""
    return any(sentence in text for text in claimed)


def _doubtful(reports: Sequence[WorkerReport], *, read: bool) -> Iterator[Note]:
    """One note for the whole draft; it is about a report where that is the only one with a doubt."""
    found = {}
    for report in reports:
        claims = [] if read else [claim.text for claim in report.claims if _is_doubted(claim)]
        certain = [doubt for doubt in report.doubts if not (read and doubt.endswith("”"))]
        sentences = [doubt for doubt in certain if not any(text.rstrip(". ") in doubt for text in claims)]
        if claims or sentences:
            found[report.subtask_id] = [*map(_short, claims), *sentences]
    about = next(iter(found)) if len(found) == 1 else None
    listed = [text for texts in found.values() for text in texts]
    yield from _note("The sources may not say this", listed, about, quoted=False, most=DOUBTED)


def _thin(draft: Draft, wanted: int) -> Iterator[Note]:
    """One is always there where a claim is quoted."""
    for report in draft.reports if wanted > 1 else ():
        thin = [claim.text for claim in report.claims if 0 < claim.independent_sources < wanted]
        yield from _note(
            f"Fewer than the {wanted} independent sources that this channel asks for", thin, report.subtask_id
        )


def _judged(claims: Sequence[Claim], about: str) -> Iterator[Note]:
    """What a model said of the claims that it was given."""
    for claim in claims:
        if claim.entailment is Entailment.CONTRADICTED:
            text = f"The quote contradicts this: {_short(claim.text)}. {claim.entailment_reason}".strip()
            yield Note("", NoteKind.CONTRADICTION, text, about)
        elif claim.entailment is Entailment.UNSUPPORTED:
            text = f"The quote does not support this: {_short(claim.text)}. {claim.entailment_reason}".strip()
            yield Note("", NoteKind.UNSUPPORTED, text, about)


def _on_answer(draft: Draft) -> Iterator[Note]:
    """Sentences that a synthesizer or judge wrote: cited, and with no number that no report has."""
    own = {s.text for report in draft.reports for s in statements(report.summary)}
    read = "\n".join(
        text for r in draft.reports for text in (r.title, r.summary, *(f"{c.text} {c.quote}" for c in r.claims))
    )
    opening = re.split(r"^#{2,6} |^\*\*The reports disagree", draft.answer, maxsplit=1, flags=re.MULTILINE)[0]
    written = [s for s in statements(opening) if s.text not in own and not s.text.startswith("*")]
    written = [s for s in written if not any(s.text in text for text in own)]
    written = [s for s in written if not any(s.text in gap for gap in draft.gaps)]
    if len(draft.reports) > 1:
        yield from _note("No source is given for", [s.text for s in written if not s.cites], None)
    there = figures_of(read)
    new = {s.text: [f.text for f in figures_of(s.text) if not (f.small or any(map(f.agrees, there)))] for s in written}
    added = [f"{_short(text)}: {', '.join(figures)}" for text, figures in new.items() if figures]
    yield from _note("The answer has a number that no report has", added, None, quoted=False)


def _without_evidence(draft: Draft, entities: Sequence[str]) -> Iterator[Note]:
    """Of what the question compares, what no cited sentence and no quoted claim mentions.

    A note is about the report that was to look into it. Nothing where there is no source at all: the answer itself
    leads with that.
    """
    if not entities or not draft.sources:
        return
    titles = {report.subtask_id: report.title for report in draft.reports}
    said = [s.text for report in draft.reports for s in statements(report.summary) if s.has_source]
    said += [f"{titles[r.subtask_id]} {c.text} {c.quote}" for r in draft.reports for c in r.claims if _is_quoted(c)]
    known = Sentence("\n".join([*said, *(source.title for source in draft.sources)])).keys
    for entity in entities:
        if not (keys := Sentence(entity).keys) <= known:
            own = (subtask_id for subtask_id, title in titles.items() if keys <= Sentence(title).keys)
            yield Note("", NoteKind.MISSING, f"{entity}: no sentence with a source mentions it.", next(own, None))


def _by(claims: Iterable[Claim], sentence: Callable[[Claim], str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim in claims:
        if text := sentence(claim):
            found.setdefault(f"{text[:1].upper()}{text[1:]}", []).append(claim.text)
    return found


def _reason(claim: Claim) -> str:
    return (claim.reason or NOT_THERE) if claim.support is Support.UNQUOTED else ""


def _is_doubted(claim: Claim) -> bool:
    """Not where a model judged the claim: it has read what counting can only count."""
    judged = claim.entailment not in (None, Entailment.NOT_VERIFIED)
    return bool(claim.doubt) and _is_quoted(claim) and not judged


def _note(
    sentence: str, texts: Sequence[str], about: str | None, *, quoted: bool = True, most: int = LISTED
) -> Iterator[Note]:
    if texts:
        listed = "; ".join(_short(text) if quoted else text[: 3 * SHORT] for text in texts[:most])
        more = f" and {len(texts) - most} more" if len(texts) > most else ""
        yield Note("", NoteKind.UNSUPPORTED, f"{sentence}: {listed}{more}.", about)


def _is_quoted(claim: Claim) -> bool:
    return claim.support is Support.QUOTED


def _short(text: str) -> str:
    return f"“{text if len(text) <= SHORT else text[: SHORT - 1] + '…'}”"
