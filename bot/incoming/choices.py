"""Words that answer what a run asks: `start`, `cheaper`, `deeper` or a strategy; `reuse`, `refresh` or `again`."""

from orchestration.run.consent import chosen
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError
from orchestration.values.inquiry import Choice, ConsentAsked, Offer, Reuse

WORDS = {
    **dict.fromkeys(("start", "yes", "yes please", "ok", "okay", "go", "go ahead", "do it"), Choice.START),
    "cheaper": Choice.CHEAPER,
    "deeper": Choice.DEEPER,
}
_REUSE = {
    **dict.fromkeys(("reuse", "reuse it", "reuse that"), Reuse.REUSE),
    **dict.fromkeys(("refresh", "refresh it", "refresh what changed"), Reuse.REFRESH),
    **dict.fromkeys(("again", "new", "anew", "research again"), Reuse.AGAIN),
}
_NONE = {
    Choice.CHEAPER: "There is no cheaper option: this is the cheapest.",
    Choice.DEEPER: "There is no deeper option: this is the most thorough.",
    Choice.CHANGE: "That strategy is not available here.",
}


def choice_of(words: str) -> tuple[Choice, Strategy | None] | None:
    """None where the words are something else."""
    said = " ".join(words.lower().strip(" .!,").split())
    if said in WORDS:
        return WORDS[said], None
    return (Choice.CHANGE, Strategy(said)) if said in set(Strategy) else None


def reuse_of(words: str) -> Reuse | None:
    """What the words say to the offer of an earlier answer; None where they are something else."""
    said = " ".join(words.lower().strip(" .!,").split())
    return _REUSE.get(said)


def taken_up(asked: ConsentAsked, choice: Choice, strategy: Strategy | None = None) -> Offer:
    """The offer that the choice means, else an AskerError that says why there is none."""
    offer = chosen(asked, choice, strategy)
    if offer is None:
        raise AskerError(_NONE[choice])
    return offer
