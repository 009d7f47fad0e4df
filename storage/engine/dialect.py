"""The one place that knows which database's `INSERT … ON CONFLICT` is spoken."""

from sqlalchemy.dialects.sqlite import insert

__all__ = ["insert"]
