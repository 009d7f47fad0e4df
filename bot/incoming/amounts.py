"""Dollars as people type them."""

from decimal import Decimal, InvalidOperation, Overflow

NANO = 10**9
MOST = 10**9 * NANO


def nano_usd(text: str) -> int | None:
    """`$1,50` and `1.50` alike; None for what is no amount of at most a billion dollars, or below a billionth."""
    try:
        nano = Decimal(text.strip().strip("$€").strip().replace(",", ".")) * NANO
    except (InvalidOperation, Overflow):
        return None
    if not nano.is_finite() or abs(nano) > MOST or nano != nano.to_integral_value():
        return None
    return int(nano)
