"""The offer of an answer that the team has already: how old it is, where it was given, what it cost, what changed."""

from bot.outgoing.blocks.amounts import about, counted
from bot.outgoing.blocks.elements import (
    Span,
    actions,
    button,
    context,
    line,
    listed,
    person,
    place,
    quoted,
    rich,
    section,
    span,
)
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import plain
from bot.outgoing.view.run_view import Inquiry, RunView
from orchestration.values.domain import RunStatus
from orchestration.values.inquiry import EarlierAnswer, Reuse, ReuseChosen, ReuseOffered

LABELS = {
    Reuse.REUSE: "Reuse",
    Reuse.REFRESH: "Refresh what changed",
    Reuse.AGAIN: "Research again",
}
TITLE = "This was asked before"
_DONE = {
    Reuse.REUSE: "Reused by ",
    Reuse.REFRESH: "Refreshed by ",
    Reuse.AGAIN: "Researched again by ",
}
_WITHOUT_ANSWER = {
    RunStatus.EXPIRED: "Nobody answered in time.",
    RunStatus.CANCELLED: "The run was stopped.",
}
MOST_TITLES = 5


def reuse_offer(view: RunView, whole: Inquiry, asked: ReuseOffered) -> SlackMessage:
    earlier = asked.earlier
    blocks: list[Block] = [
        section(f"*{TITLE}*"),
        rich(line(*_facts(earlier)), quoted(span(plain(earlier.question, 600)))),
        rich(*_changed(earlier)),
    ]
    if whole.given is None and view.open_inquiry is whole:
        value = f"{view.run_id}:{asked.epoch}"
        ways = [way for way in LABELS if way is not Reuse.REFRESH or earlier.changed]
        buttons = [button(LABELS[way], f"reuse_{way}", value) for way in ways]
        refreshing = " Refreshing only costs what has to be looked up again." if earlier.changed else ""
        blocks += [actions(*buttons), context(f"Reusing is free.{refreshing}")]
    elif isinstance(whole.given, ReuseChosen):
        blocks.append(rich(line(span(_DONE[whole.given.choice], "bold"), person(whole.given.user_id))))
    else:
        blocks.append(context(_WITHOUT_ANSWER.get(view.status, "It was not answered.")))
    refresh = ", or refresh what changed" if earlier.changed else ""
    return SlackMessage(f"{TITLE}, {age(earlier)}: reuse the answer{refresh}?", blocks)


def offer_line(earlier: EarlierAnswer) -> str:
    """The same for a terminal."""
    how = "approved" if earlier.approved else "not reviewed"
    changed = counted(len(earlier.changed), "source")
    what = f"{changed} changed since." if earlier.changed else "None of its sources has changed."
    return f"{TITLE}, {age(earlier)}, {about(earlier.cost_nano_usd)}, {how} ({earlier.run_id}). {what}"


def age(earlier: EarlierAnswer) -> str:
    if earlier.days_ago == 0:
        return "today"
    return "yesterday" if earlier.days_ago == 1 else f"{earlier.days_ago} days ago"


def _facts(earlier: EarlierAnswer) -> list[Span]:
    how = "approved" if earlier.approved else "not reviewed"
    spent = f", {about(earlier.cost_nano_usd)}, {how}."
    return [span(f"Asked {age(earlier)} in "), place(earlier.channel_id), span(spent)]


def _changed(earlier: EarlierAnswer) -> list[Block]:
    if not earlier.changed:
        return [line(span("None of its sources has changed since."))]
    titles = [[span(plain(title, 150))] for title in earlier.changed[:MOST_TITLES]]
    more = len(earlier.changed) - MOST_TITLES
    rest = [line(span(f"and {more} more", "italic"))] if more > 0 else []
    number = counted(len(earlier.changed), "of its sources", "of its sources")
    return [line(span(f"{number} changed since, or may have:")), listed(titles), *rest]
