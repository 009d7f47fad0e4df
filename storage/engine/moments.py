"""Times as the contract's JSON writes them."""

from datetime import UTC, datetime


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
