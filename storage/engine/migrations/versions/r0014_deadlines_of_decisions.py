"""Drafts and paused runs expire; what was waiting before counts from this upgrade."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("runs", sa.Column("waits_since", sa.String(27), nullable=True))
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    waiting = sa.text("UPDATE runs SET waits_since = :now WHERE status IN ('awaiting_review', 'paused')")
    op.get_bind().execute(waiting, {"now": now})
