"""Where work is paused: no hold is opened there, so no call leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from orchestration.values.errors import WorkPaused
from storage.engine.prepared import Prepared
from storage.engine.tables import pauses

EVERYWHERE = "global"


@dataclass(frozen=True, slots=True)
class Pause:
    scope: str
    pause_id: str
    by: str
    reason: str
    at: datetime


def refuse_where_paused(conn: Connection, team_id: str, channel_id: str) -> None:
    """Raises WorkPaused."""
    scopes = scopes_of(team_id, channel_id)
    if found := _THERE.first(conn, dict(zip("gtc", scopes, strict=True))):
        raise WorkPaused(scope=found[0])


def paused_there(conn: Connection, team_id: str, channel_id: str) -> list[Pause]:
    """The widest first."""
    return _pauses(conn.execute(_ALL.where(pauses.c.scope.in_(scopes_of(team_id, channel_id)))))


def scopes_of(team_id: str, channel_id: str) -> tuple[str, str, str]:
    return EVERYWHERE, f"team:{team_id}", f"channel:{team_id}/{channel_id}"


def _pauses(rows: Iterable[tuple[str, str, str, str, datetime]]) -> list[Pause]:
    order = {"global": 0, "team": 1, "channel": 2}
    return sorted((Pause(*row) for row in rows), key=lambda pause: order[pause.scope.partition(":")[0]])


_THERE = Prepared(select(pauses.c.scope).where(pauses.c.scope.in_([bindparam(name) for name in "gtc"])))
_ALL = select(pauses.c.scope, pauses.c.pause_id, pauses.c.by, pauses.c.reason, pauses.c.at)
