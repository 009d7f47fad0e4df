"""Room in a budget: the form of *Top up*, and how a thread says that a cap was changed."""

from collections.abc import Sequence
from typing import Any

from bot.outgoing.blocks.amounts import band, money
from bot.outgoing.blocks.elements import (
    Span,
    context,
    line,
    listed,
    moment,
    person,
    place,
    rich,
    section,
    span,
    words,
)
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from orchestration.values.interventions import CapChanged
from storage.money.budgets import Bound, BudgetChange, BudgetRow
from storage.money.periods import RUN
from storage.runs.top_ups import Needed

CHOICES = 3
LONGEST_LIST = 30
_STEPS = (2, 5, 10)
_OWNERS = {
    "global": "The installation's budget",
    "team": "The team's budget",
    "channel": "This channel's budget",
    "user": "The asker's budget",
    "run": "The run's budget",
}


def top_up_form(needed: Needed, *, most: int | None) -> dict[str, Any]:
    """The modal `top_up_form`; with `most` the asker's, whose amounts end there."""
    low, high = needed.rest_nano_usd
    expected = f"The rest is expected to cost about {band(low, high)}." if high else ""
    limited = f"You can raise it to {money(most)}; a budget owner can raise it further." if most is not None else ""
    options = [{"text": words(f"Add {money(nano)}", 75), "value": str(nano)} for nano in amounts(needed, most)]
    choice = {"type": "radio_buttons", "action_id": "amount", "options": options, "initial_option": options[0]}
    other = {"type": "plain_text_input", "action_id": "other", "placeholder": words("0.50", 150)}
    return {
        "type": "modal",
        "callback_id": "top_up_form",
        "private_metadata": f"{needed.run.run_id}:{needed.run.epoch}",
        "title": words("Top up", 24),
        "submit": words("Top up", 24),
        "close": words("Cancel", 24),
        "blocks": [
            section(escape(f"{state(needed.bound)} {expected}".strip())),
            {"type": "input", "block_id": "amount", "label": words("How much to add", 2000), "element": choice},
            {
                "type": "input",
                "block_id": "other",
                "optional": True,
                "label": words("Another amount, in dollars", 2000),
                "element": other,
            },
            context(" ".join(filter(None, [limited, "The run goes on where it stopped; nothing is paid twice."]))),
        ],
    }


def amounts(needed: Needed, most: int | None) -> list[int]:
    """Round ones, the first enough for what the rest is expected to cost; at most up to `most` in all."""
    left = needed.bound.left_nano_usd or 0
    wanted = max(needed.least_nano_usd, needed.rest_nano_usd[1] - left)
    found = [_round_up(wanted)]
    while len(found) < CHOICES:
        found.append(_round_up(found[-1] + 1))
    if most is None:
        return found
    room = most - (needed.bound.cap.limit or 0)
    return [nano for nano in found if nano < room] + [room]


def state(bound: Bound) -> str:
    """`The run's budget is $0.01; $0.0004 is left.`"""
    cap = bound.cap
    during = f" for {cap.period}" if cap.period else ""
    return f"{named(cap.scope)}{during} is {_limit(cap.limit)}; {_limit(bound.left_nano_usd)} is left."


def named(scope: str) -> str:
    return _OWNERS[scope.partition(":")[0]]


def changed(event: CapChanged) -> str:
    """In Slack's text: `Topped up by @ana: the run's budget is now $1.00 (it was $0.50).`"""
    name = named(event.scope)
    before, after = _limit(event.before_nano_usd), _limit(event.after_nano_usd)
    return f"Topped up by <@{event.user_id}>: {name[0].lower()}{name[1:]} is now {after} (it was {before})."


def budget_list(
    bounds: Sequence[Bound],
    *,
    owners: str = "",
    rows: Sequence[BudgetRow] = (),
    changes: Sequence[BudgetChange] = (),
) -> SlackMessage:
    """What binds the viewer here; with `owners` for a member, else also what is set in the team and who changed it."""
    parts = [line(span("What holds for you here", "bold")), listed(bound_spans(bounds, all_left=not owners))]
    if rows:
        parts += [line(span("Set in this workspace", "bold")), listed([_row(row) for row in rows[:LONGEST_LIST]])]
    if changes:
        parts += [line(span("Last changes", "bold")), listed([_change(change) for change in changes])]
    note = (
        f"{owners[:1].upper()}{owners[1:]} can change these."
        if owners
        else "`/research budget set WHO USD [day|month]`"
    )
    return SlackMessage("What may be spent, and by whom", [rich(*parts), context(escape(note))])


def bound_spans(bounds: Sequence[Bound], *, all_left: bool) -> list[list[Span]]:
    """A line for each cap; what is left of a team's or channel's is for owners alone."""
    lines = []
    for bound in bounds:
        cap = bound.cap
        kind = cap.scope.partition(":")[0]
        left = all_left or kind == "user"
        rest = f", {_limit(bound.left_nano_usd)} left" if left and cap.limit is not None else ""
        name = "Your budget" if kind == "user" else named(cap.scope)
        lines.append([span(f"{name} for {cap.period}: {_limit(cap.limit)}{rest}")])
    return lines


def limit_words(row: BudgetRow | None) -> str:
    if row is None:
        return "not set"
    return _of(row.period, row.limit_nano_usd)


def _row(row: BudgetRow) -> list[Span]:
    return [*_who(row.scope), span(f": {_of(row.period, row.limit_nano_usd)}, set by "), *_by(row.set_by)]


def _change(change: BudgetChange) -> list[Span]:
    before = _of(change.before_period, change.before_nano_usd)
    after = _of(change.period, change.limit_nano_usd)
    return [
        moment(change.at),
        span(" "),
        *_by(change.by),
        span(": "),
        *_who(change.scope),
        span(f" {before} → {after}"),
    ]


def _who(scope: str) -> list[Span]:
    kind, _, name = scope.partition(":")
    part = name.partition("/")[2]
    shown = {"user": person, "channel": place}.get(kind)
    return [shown(part)] if shown and part else [span("run " + name if kind == "run" else kind)]


def _by(who: str) -> list[Span]:
    return [person(who)] if who.startswith(("U", "W")) else [span(plain(who, 60))]


def _of(period: str, nano: int | None) -> str:
    if not period or nano is None:
        return "no limit"
    return money(nano) if period == RUN else f"{money(nano)} a {period}"


def _limit(nano: int | None) -> str:
    return "unlimited" if nano is None else money(nano)


def _round_up(nano: int) -> int:
    """The next 1, 2 or 5 of a power of ten."""
    power = int("1".ljust(len(str(nano)), "0"))
    return next(step * power for step in (1, *_STEPS) if step * power >= nano)
