"""The cheapest of the models that an installation has configured, for work that any of them can do."""

from contextlib import suppress

from orchestration.money.prices import Prices
from orchestration.values.errors import UnknownPrice
from orchestration.values.limits import Limits


def cheapest(prices: Prices, limits: Limits, role: str) -> str:
    """The role's own model, unless another one costs less a token.

    Compared by the worst case of one token in and one out: the highest rates of each. A model without a known price
    is no candidate, for nobody knows that it is cheap.
    """
    own = limits.model_for(role)
    configured = [own, limits.model, *limits.model_by_role.values(), limits.fallback_model]
    rates: dict[str, int] = {}
    for name in filter(None, configured):
        with suppress(UnknownPrice):
            price = prices.price(name)
            rates.setdefault(name, price.highest_input + price.highest_output)
    # The first of several as cheap, which is the role's own where it is among them.
    return min(rates, key=lambda name: rates[name], default=own)
