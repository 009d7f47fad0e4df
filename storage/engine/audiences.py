"""What everyone in a conversation may see, as a condition of SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_

from orchestration.values.ports import Audience
from storage.engine.tables import documents

EVERY_TEAM = "*"
"""The team whose documents all teams see, such as the demo's handbook."""

PUBLIC = "public"
"""The visibility of what anybody in the world may know."""

visible: ColumnElement[bool] = and_(
    documents.c.team_id.in_(bindparam("team_ids", expanding=True)),
    or_(
        and_(documents.c.channel_id.is_(None), bindparam("team_wide", type_=Integer) == 1),
        documents.c.channel_id == bindparam("channel_id"),
        documents.c.document_id.in_(bindparam("shared", expanding=True)),
    ),
)


def audience_values(audience: Audience) -> dict[str, Any]:
    """For the parameters of `visible`."""
    return {
        "team_ids": (audience.team_id, EVERY_TEAM),
        "channel_id": "" if audience.strangers else audience.channel_id,
        "team_wide": int(not audience.strangers),
        "shared": audience.document_ids,
    }
