"""The critic's notes, with the decision they ask for; later with who decided."""

from collections.abc import Sequence

from bot.outgoing.blocks.amounts import band, counted
from bot.outgoing.blocks.elements import (
    Span,
    actions,
    button,
    confirmation,
    context,
    line,
    moment,
    person,
    quoted,
    rich,
    section,
    span,
)
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.outgoing.blocks.team import team
from bot.outgoing.view.run_view import RunView, VersionView
from orchestration.values.domain import Decision, Note, Review, Route, RunStatus
from orchestration.values.inquiry import Offer

SHOWN = 15
FINAL = (
    "Found by automatic checks; no critic read the answer, and no decision is needed. *Request revisions* can fix them."
)
_DECIDED = {
    Decision.APPROVE: "✓ Approved by ",
    Decision.REQUEST_REVISIONS: "✎ Revisions requested by ",
    Decision.DISCARD: "✗ Discarded by ",
}


def notes(view: RunView, version: VersionView, *, deciders: str = "") -> SlackMessage:
    """`deciders` says who may decide, as a phrase: `the person who asked`."""
    found = version.critique.notes if version.critique else ()
    number = version.draft.version
    final = version.critique is not None and version.critique.final
    reviewer = "evidence check" if final else team(view.route).reviewer
    opening = f"The {reviewer} has {counted(len(found), 'note')} on version {number}"
    blocks: list[Block] = [section(f"*{opening}.*")]
    blocks += [context(FINAL)] if final else []
    blocks += [rich(*_note(view, note, version)) for note in found[:SHOWN]]
    if len(found) > SHOWN:
        blocks.append(context(f"and {len(found) - SHOWN} more: `threadwork show {view.run_id}` lists them all."))
    blocks += _decision(view, version, deciders)
    spoken = "; ".join(f"{note.note_id} {plain(note.text, 120)}" for note in found[:4])
    return SlackMessage(f"{opening}: {escape(spoken)}", blocks)


def decided(review: Review) -> list[Block]:
    """Who decided and when, in place of the buttons."""
    spans = [span(_DECIDED[review.decision], "bold"), person(review.user_id), span(" · "), moment(review.at)]
    said = [quoted(span(plain(review.comment, 600)))] if review.comment.strip() else []
    return [rich(line(*spans), *said)]


def titles(view: RunView) -> dict[str, str]:
    return {worker.subtask_id: plain(worker.title, 60) for worker in view.workers}


def _note(view: RunView, note: Note, version: VersionView) -> Sequence[Block]:
    about = titles(view).get(note.subtask_id or "", "")
    head = [span(note.note_id, "bold"), span(f"  {note.kind}", "italic")]
    # The critic often opens with the report's title; twice would be noise.
    head += [span(f" · {about}")] if about and not note.text.startswith(about) else []
    return [line(*head, *_fate(note, version), span("\n"), span(plain(note.text, 600)))]


def _fate(note: Note, version: VersionView) -> list[Span]:
    review = version.review
    if note.note_id in version.fixing:
        return [span(" · being fixed automatically", "bold")]
    if review is None or review.decision is not Decision.REQUEST_REVISIONS:
        return []
    return [span(" · to be fixed" if note.note_id in review.note_ids else " · waived", "bold")]


def _decision(view: RunView, version: VersionView, deciders: str) -> list[Block]:
    if version.review:
        return decided(version.review)
    if version.escalated:
        by = person(version.escalated.user_id)
        return [rich(line(span("More workers started by ", "bold"), by, span(f" · {_price(version.escalated.route)}")))]
    newest = view.newest
    if view.status is not RunStatus.AWAITING_REVIEW or not newest or newest.draft.version != version.draft.version:
        return []
    value = f"{view.run_id}:{version.draft.version}"
    approve = button("Approve", "approve", value, style="primary")
    who = [context(f"Can be decided by {escape(deciders)}.")] if deciders else []
    more = [button(_offer(version.offered), "escalate", value)] if version.offered else []
    ways = [approve, button("Request revisions", "request_revisions", value), _discard(value), *more]
    return [actions(*ways), *who]


def _discard(value: str) -> Block:
    text = "Nothing more is spent on it, and it is not remembered as an answer. Its text stays in the thread."
    sure = confirmation("Discard this draft?", text, confirm="Discard", deny="Keep")
    return button("Discard", "discard", value, confirm=sure)


def _offer(offer: Offer) -> str:
    """`Escalate: 2 more workers for about $0.02–0.07`."""
    return f"Escalate: {counted(offer.route.subtask_count, 'more worker')} for about {_price(offer.route)}"


def _price(route: Route) -> str:
    return band(route.estimate_low_nano_usd, route.estimate_high_nano_usd)
