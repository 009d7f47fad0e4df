"""What a person reads when the database itself says no."""

import sqlite3

from sqlalchemy.exc import OperationalError

from orchestration.values.errors import OperatorError


class DatabaseRefused(OperatorError):
    """The database refused. Look at the disk's free space and at who else holds the file open."""


def refusal(error: BaseException) -> BaseException:
    """The same error, or a sentence where it comes from the disk, the file or another program."""
    cause = error.orig if isinstance(error, OperationalError) else error
    if not isinstance(cause, sqlite3.OperationalError):
        return error
    reason = str(cause)
    remedy = _REMEDIES.get(reason, "Check the log and the disk.")
    refused = DatabaseRefused(f"The database refused: {reason}. {remedy}")
    refused.__cause__ = error
    return refused


def not_opened(name: str, reason: object) -> OperatorError:
    """The same for a file that could not even be opened."""
    remedy = _TO_OPEN.get(str(reason), "Check DATABASE_URL.")
    return OperatorError(f"The database {name} cannot be opened: {reason}. {remedy}")


_TO_OPEN = {
    "database or disk is full": "Free up disk space, then start again.",
    "disk I/O error": "Check that its disk is not full. DATABASE_URL names the file.",
    "unable to open database file": "Give this user write access to its folder, or name another file in DATABASE_URL.",
}
_REMEDIES = {
    "database or disk is full": "Free up disk space, then ask again.",
    "database is locked": "Another program has locked the file: close it, then ask again.",
    "attempt to write a readonly database": "Give this user write access to the file and its folder.",
}
