"""What a thread has read that is not public: after that, what leaves could give it away."""

import json

from sqlalchemy import BindParameter, Connection, and_, bindparam, not_, or_, select

from storage.engine.codec import unpacked
from storage.engine.prepared import Prepared
from storage.engine.tables import runs, steps

LOOKED_FOR = _MARKED, _ORIGIN = ('"private":true', '"origin":"')
"""In a step's result, by SQL. In JSON a tool's own words have their quotes escaped, so these find the fields alone."""


def read_private(conn: Connection, run_id: str) -> bool:
    """Whether a run of the same thread has read what is not public, other than from a tool server."""
    return _READ_PRIVATE.first(conn, {"run": run_id}) is not None


def read_from(conn: Connection, run_id: str) -> frozenset[str]:
    """The tool servers that showed a run of the same thread something."""
    return frozenset(json.loads(unpacked(result))["origin"] for (result,) in _READ_FROM.all(conn, {"run": run_id}))


_RUN: BindParameter[str] = bindparam("run")
_OTHER = runs.alias()
# What a tool showed, and an earlier answer that was taken over; two comparisons, since a prepared IN has no length.
_READING = or_(steps.c.operation == "execute_tool", steps.c.operation == "retrieval")
_FROM_A_SERVER = steps.c.result.like(f"%{_ORIGIN}%")
_PRIVATE = (
    select(steps.c.result)
    .select_from(runs)
    .join(_OTHER, and_(*(_OTHER.c[name] == runs.c[name] for name in ("team_id", "channel_id", "thread_ts"))))
    .join(steps, steps.c.run_id == _OTHER.c.run_id)
    .where(runs.c.run_id == _RUN, _READING, steps.c.result.like(f"%{_MARKED}%"))
)
_READ_PRIVATE = Prepared(_PRIVATE.where(not_(_FROM_A_SERVER)).limit(1))
_READ_FROM = Prepared(_PRIVATE.where(_FROM_A_SERVER))
