"""Amounts of money as people type them."""

from pydantic import TypeAdapter, ValidationError

from bot.setup.setting_values import NanoUsd
from orchestration.values.errors import AskerError


def nano_usd(text: str, what: str) -> int:
    """Raises an AskerError that names `what`, the option or argument."""
    try:
        return TypeAdapter[int](NanoUsd).validate_python(text)
    except ValidationError:
        raise AskerError(f"{what}: {text} is not an amount in US dollars. Write for example 0.50.") from None
