"""What a person reads when the database itself says no."""

import sqlite3

from sqlalchemy.exc import OperationalError

from orchestration.errors import OperatorError


class DatabaseRefused(OperatorError):
    """The database refused. Look at the disk's free space and at who else holds the file open."""


def refusal(error: BaseException) -> BaseException:
    """The same error, or a sentence where it comes from the disk, the file or another program."""
    cause = error.orig if isinstance(error, OperationalError) else error
    if not isinstance(cause, sqlite3.OperationalError):
        return error
    reason = str(cause)
    remedy = _REMEDIES.get(reason, "Look at the log and at the disk.")
    refused = DatabaseRefused(f"The database refused: {reason}. {remedy}")
    refused.__cause__ = error
    return refused


_REMEDIES = {
    "database or disk is full": "Make room on its disk, then ask again.",
    "database is locked": "Another program holds the file: end it, then ask again.",
    "attempt to write a readonly database": "Let this user write the file and its folder.",
}
