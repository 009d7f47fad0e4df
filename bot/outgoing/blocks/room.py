"""Room in a budget: the form of *Top up*, and how a thread says that a cap was changed."""

from typing import Any

from bot.outgoing.blocks.amounts import band, money
from bot.outgoing.blocks.elements import context, section, words
from bot.outgoing.blocks.mrkdwn import escape
from orchestration.values.interventions import CapChanged
from storage.money.budgets import Bound
from storage.runs.top_ups import Needed

CHOICES = 3
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


def _limit(nano: int | None) -> str:
    return "unlimited" if nano is None else money(nano)


def _round_up(nano: int) -> int:
    """The next 1, 2 or 5 of a power of ten."""
    power = int("1".ljust(len(str(nano)), "0"))
    return next(step * power for step in (1, *_STEPS) if step * power >= nano)
