"""The table of the tools that MCP servers offer."""

from sqlalchemy import Column, String, Table, Text

from storage.engine.columns import Instant, filled, metadata

mcp_tools = Table(
    "mcp_tools",
    metadata,
    Column("server", String, primary_key=True),
    # As the server calls it.
    Column("tool", String, primary_key=True),
    # new, pinned, changed
    Column("state", String, nullable=False),
    *filled(String, "seen_hash"),
    # JSON of an OfferedTool, for people who compare.
    *filled(Text, "seen"),
    Column("seen_at", Instant, nullable=False),
    Column("approved_hash", String),
    Column("approved", Text),
    Column("approved_at", Instant),
    *filled(String, "approved_by"),
)
"""How each tool was last described by its server, and what of that an operator approved."""
