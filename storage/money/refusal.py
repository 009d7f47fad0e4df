"""What a person reads when a budget says no; it needs no model and names who can act."""

from zoneinfo import ZoneInfo

from storage.money.amounts import dollars
from storage.money.budgets import Cap
from storage.money.periods import period_of


def sentence(cap: Cap, *, spent: int, held: int, asked: int, zone: ZoneInfo) -> str:
    kind = cap.scope.partition(":")[0]
    limit = dollars(cap.limit or 0)
    during = f" for {cap.period}" if cap.period else ""
    return (
        f"{_OWNERS[kind]} budget{during} is {limit}, {dollars(spent)} is spent and {dollars(held)} is held by running "
        f"calls; this call could cost {dollars(asked)}. {_remedy(cap, zone)}"
    )


def _remedy(cap: Cap, zone: ZoneInfo) -> str:
    if not cap.period:
        return f"A budget owner can raise it in the thread or with `threadwork budget set {cap.scope} USD`."
    resets = period_of(cap.period, zone).end.astimezone(zone)
    # The library's is a share of its team's.
    scope = cap.scope.replace("library:", "team:", 1)
    return (
        f"It resets on {resets:%Y-%m-%d %H:%M %Z}; a budget owner can raise it with "
        f"`threadwork budget set {scope} USD`."
    )


_OWNERS = {
    "global": "The installation's",
    "team": "The team's",
    "channel": "The channel's",
    "user": "Your own",
    "run": "The run's",
    "library": "The library's share of the team's",
}
