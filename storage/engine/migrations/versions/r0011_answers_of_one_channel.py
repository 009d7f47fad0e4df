"""Answers that rest on what only their own channel may see: no other channel is shown them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("final_answers", sa.Column("channel_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE final_answers SET channel_only = true WHERE EXISTS (SELECT 1 FROM sources s WHERE s.run_id = "
        "final_answers.run_id AND (EXISTS (SELECT 1 FROM documents d WHERE d.document_id = s.source_id AND "
        "d.visibility = 'channel') OR EXISTS (SELECT 1 FROM pages p WHERE p.page_id = s.source_id AND "
        "p.team_id IS NOT NULL)))"
    )
