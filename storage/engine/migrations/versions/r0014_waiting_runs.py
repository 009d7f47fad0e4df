"""Drafts and paused runs expire: one that waited before anybody could know that counts from now."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("runs", sa.Column("waits_from", sa.String(27)))
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    waiting = sa.text("UPDATE runs SET waits_from = :now WHERE status IN ('awaiting_review', 'paused')")
    op.execute(waiting.bindparams(now=now))
