"""What a request is booked at: by its reported usage, or by its text where that measures nothing; at most its hold."""

import logging
from dataclasses import replace

from orchestration.money.budget import Measured
from orchestration.money.prices import Price, Prices
from orchestration.values.domain import Usage
from orchestration.values.ports import Completion, Hold, Settlement

log = logging.getLogger(__name__)

LEAST_SHARE = 16
"""No tokenizer makes less than one token of so many characters."""


def charge(prices: Prices, hold: Hold, measured: Measured, completion: Completion) -> Settlement:
    usage = completion.usage
    estimated = usage is None or _too_little(usage, completion, measured)
    if usage is None or estimated:
        usage = Usage(measured.estimated_input_tokens, estimated_output(completion))
    cost, price = prices.cost(hold.model, completion.model, usage)
    settlement = _settlement(hold, usage, price, cost=cost, estimated=estimated)
    answered = replace(settlement, model_returned=completion.model, raw_usage=completion.raw_usage)
    return answered if cost <= hold.amount_nano_usd else _held(answered, hold, measured)


def _too_little(usage: Usage, completion: Completion, measured: Measured) -> bool:
    """Only what an endpoint reported can be wrong."""
    return bool(completion.raw_usage) and usage.input_tokens * LEAST_SHARE < measured.spoken


def charge_for_input(hold: Hold, measured: Measured, price: Price) -> Settlement:
    """Of a request that failed after its input may have been read."""
    usage = Usage(input_tokens=measured.estimated_input_tokens)
    return _settlement(hold, usage, price, cost=min(price.cost(usage), hold.amount_nano_usd), estimated=True)


def estimated_output(completion: Completion) -> int:
    """Of the text, about four bytes a token; thoughts are output too."""
    text = completion.text + "".join(call.name + call.arguments for call in completion.tool_calls)
    return (len(text.encode("utf-8", "replace")) + completion.thought_bytes) // 4 + 1


def _held(settlement: Settlement, hold: Hold, measured: Measured) -> Settlement:
    """The whole hold: nobody can have used more than was sent and asked for."""
    log.warning(
        "a usage beyond its hold is booked as the whole hold, marked estimated",
        extra={
            "run_id": hold.run_id,
            "agent": hold.agent,
            "model": hold.model,
            "hold_id": hold.hold_id,
            "reported": dict(settlement.raw_usage),
            "cost_nano_usd": settlement.cost_nano_usd,
            "hold_nano_usd": hold.amount_nano_usd,
        },
    )
    usage = settlement.usage
    possible = Usage(
        min(usage.input_tokens, measured.input_upper_bound),
        min(usage.output_tokens, measured.output_cap),
        min(usage.cache_read_tokens, measured.input_upper_bound),
    )
    return replace(settlement, cost_nano_usd=hold.amount_nano_usd, usage=possible, estimated=True)


def _settlement(hold: Hold, usage: Usage, price: Price, *, cost: int, estimated: bool) -> Settlement:
    return Settlement(
        hold_id=hold.hold_id,
        cost_nano_usd=cost,
        usage=usage,
        estimated=estimated,
        input_nano_usd_per_million=price.input,
        output_nano_usd_per_million=price.output,
        cache_read_nano_usd_per_million=price.cache_read,
        price_source=price.source,
    )
