"""What an endpoint reports to have counted, under the names that endpoints use."""

from collections.abc import Mapping
from typing import Any

from orchestration.values.domain import Usage

MOST_TOKENS = 1_000_000_000
"""No request uses so many: a number beyond it is no count."""
_INPUT = ("prompt_tokens", "input_tokens", "prompt_eval_count")
_OUTPUT = ("completion_tokens", "output_tokens", "eval_count")
_DETAILS_IN = ("prompt_tokens_details", "input_tokens_details")
_DETAILS_OUT = ("completion_tokens_details", "output_tokens_details")
_CACHED = ("prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens")


def usage_of(raw: Mapping[str, Any] | None) -> Usage | None:
    """None where it is missing, zero or nonsense: then the call is priced by its text."""
    if not raw:
        return None
    try:
        fresh, out = _first(raw, _INPUT), _first(raw, _OUTPUT)
        cached = _first(_details(raw, _DETAILS_IN), ("cached_tokens",)) or _first(raw, _CACHED) or 0
        thoughts = _first(_details(raw, _DETAILS_OUT), ("reasoning_tokens",)) or _first(raw, ("reasoning_tokens",)) or 0
        total = _first(raw, ("total_tokens",)) or 0
    except ValueError:
        return None
    if not fresh or out is None or cached > fresh:
        return None
    # Some count thoughts as part of the output, some apart from it; a larger total says which.
    apart = thoughts > out or (thoughts and total >= fresh + out + thoughts)
    return Usage(fresh, out + thoughts if apart else out, cached)


def _details(raw: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    return next((raw[name] for name in names if isinstance(raw.get(name), dict)), {})


def _first(raw: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    """Raises ValueError for what is there and is no count."""
    value = next((raw[name] for name in names if raw.get(name) is not None), None)
    return None if value is None else _count(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no count")
    number = float(value) if isinstance(value, float | str) else value
    if not 0 <= number <= MOST_TOKENS or number != int(number):
        raise ValueError("no count")
    return int(number)
