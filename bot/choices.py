"""Words that answer the price of a route: `start`, `cheaper`, `deeper` or the name of a strategy."""

from orchestration.consent import chosen
from orchestration.domain import Strategy
from orchestration.errors import AskerError
from orchestration.inquiry import Choice, ConsentAsked, Offer

WORDS = {
    **dict.fromkeys(("start", "yes", "yes please", "ok", "okay", "go", "go ahead", "do it"), Choice.START),
    "cheaper": Choice.CHEAPER,
    "deeper": Choice.DEEPER,
}
_NONE = {
    Choice.CHEAPER: "There is no cheaper way: this is the cheapest there is.",
    Choice.DEEPER: "There is no deeper way: this is the most thorough there is.",
    Choice.CHANGE: "That strategy is not on offer here.",
}


def choice_of(words: str) -> tuple[Choice, Strategy | None] | None:
    """None where the words are something else."""
    said = " ".join(words.lower().strip(" .!,").split())
    if said in WORDS:
        return WORDS[said], None
    return (Choice.CHANGE, Strategy(said)) if said in set(Strategy) else None


def taken_up(asked: ConsentAsked, choice: Choice, strategy: Strategy | None = None) -> Offer:
    """The offer that the choice means, else an AskerError that says why there is none."""
    offer = chosen(asked, choice, strategy)
    if offer is None:
        raise AskerError(_NONE[choice])
    return offer
