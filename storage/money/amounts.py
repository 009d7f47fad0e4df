"""Integer nano-USD as people and programs read it; rounding happens here or nowhere."""

from decimal import Decimal

NANO = 1_000_000_000


def usd(nano: int) -> str:
    """Exact, with six decimals or as many more as it takes: `0.001250`."""
    amount = Decimal(nano).scaleb(-9)
    digits = max(6, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{digits}f}"


def dollars(nano: int) -> str:
    """For a sentence: whole cents as `$0.12`, smaller amounts exactly."""
    whole, _, decimals = usd(nano).partition(".")
    return f"${whole}.{decimals.rstrip('0'):0<2}"
