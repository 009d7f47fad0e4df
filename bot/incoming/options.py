"""Words at the end of a question that are options: `--strategy debate --budget 0.50`."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation, Overflow

from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError

KNOWN = ("--strategy", "--budget")
NANO = 10**9

# Phones write — or – for --; prose has dashes too, so such a one counts only before a known name. A name alone at the
# end counts as well: its value was forgotten.
_TAIL = re.compile(
    r"(?:^|\s)(?:--(?P<any>[a-zA-Z][\w-]*)|[—–]{1,2}(?P<known>strategy|budget))(?:(?:\s*=\s*|\s+)(?P<value>[\w.,$€-]+))?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Options:
    strategy: Strategy | None = None
    budget_nano_usd: int | None = None


def read(text: str) -> tuple[str, Options]:
    """The text without the options at its end. An unknown one raises an AskerError that names the known ones."""
    options = Options()
    while tail := _TAIL.search(text):
        name = (tail["any"] or tail["known"]).lower()
        text = text[: tail.start()].rstrip()
        if name == "strategy":
            options = replace(options, strategy=_strategy(tail["value"]))
        elif name == "budget":
            options = replace(options, budget_nano_usd=_budget(tail["value"]))
        else:
            known = " and ".join(f"`{option}`" for option in KNOWN)
            raise AskerError(
                f"I do not know the option `--{name}`. The options are {known}; "
                "if it belongs to the question, put it in `backticks`."
            )
    return text, options


def _strategy(value: str | None) -> Strategy | None:
    wanted = (value or "").lower()
    if wanted == "auto":
        return None
    if wanted in set(Strategy):
        return Strategy(wanted)
    choices = ", ".join(["auto", *Strategy])
    raise AskerError(f"`--strategy` takes one of {choices}, for example `--strategy {Strategy.SINGLE}`.")


def _budget(value: str | None) -> int:
    try:
        usd = Decimal((value or "").strip("$€").replace(",", "."))
        nano = usd * NANO
    except (InvalidOperation, Overflow):
        raise AskerError("`--budget` takes dollars, for example `--budget 0.50`.") from None
    if not nano.is_finite() or nano <= 0 or nano != nano.to_integral_value():
        raise AskerError("`--budget` takes dollars above zero, for example `--budget 0.50`.")
    return int(nano)
