"""Money, time and counts as people read them in Slack."""

from decimal import ROUND_HALF_EVEN, Decimal

from orchestration.values.inquiry import EarlierEstimates
from storage.money.amounts import dollars

_CENT = Decimal("0.01")


def money(nano: int) -> str:
    """Exact, so that the lines of a bill add up."""
    return dollars(nano)


def about(nano: int, digits: int = 2) -> str:
    """Where the whole number would say too much: `$0.0021`, `$0.34`; from a dollar on, cents."""
    amount = Decimal(nano).scaleb(-9)
    if amount == 0:
        return "$0"
    unit = _CENT if amount >= 1 else Decimal(1).scaleb(amount.adjusted() + 1 - digits)
    whole, _, decimals = f"{amount.quantize(unit, ROUND_HALF_EVEN):f}".partition(".")
    return f"${whole}.{decimals.rstrip('0'):0<2}"


def band(low_nano: int, high_nano: int) -> str:
    """`$0.002–0.006`, or one amount where both ends look the same."""
    low, high = about(low_nano), about(high_nano)
    return low if low == high else f"{low}–{high.removeprefix('$')}"


def off_by(earlier: EarlierEstimates) -> str:
    """`off by 18% in 34 runs`: what the estimates before this one were worth."""
    return f"off by {earlier.error:.0%} in {counted(earlier.runs, 'run')}"


def duration(seconds: float) -> str:
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 worker`, `3 workers`, `1,200 tokens`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def bar(part: int, whole: int, width: int = 10) -> str:
    """How much of something is used, for those who like to see it."""
    filled = 0 if whole <= 0 else min(width, -(-part * width // whole))
    return "▰" * filled + "▱" * (width - filled)
