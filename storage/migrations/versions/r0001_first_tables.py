"""The first tables, and the full-text indexes over chunks with the triggers that keep them in step."""

from alembic import op

from storage.tables import metadata

revision = "0001"
down_revision = None

INDEXES = {
    "chunks_porter": ("porter unicode61", ("breadcrumb", "text")),
    "chunks_unicode": ("unicode61", ("breadcrumb", "text")),
    "chunks_grams": ("unicode61", ("grams",)),
}


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    for name, (tokenizer, columns) in INDEXES.items():
        _index_chunks(name, tokenizer, columns)


def _index_chunks(name: str, tokenizer: str, columns: tuple[str, ...]) -> None:
    """The text stays in `chunks` alone; the index must be told the old text when it goes."""
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
    insert = f"INSERT INTO {name}(rowid, {names}) VALUES (new.id, {new});"
    forget = f"INSERT INTO {name}({name}, rowid, {names}) VALUES ('delete', old.id, {old});"
    op.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5({names}, content='chunks', content_rowid='id', tokenize='{tokenizer}')"
    )
    op.execute(f"CREATE TRIGGER {name}_inserted AFTER INSERT ON chunks BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER {name}_deleted AFTER DELETE ON chunks BEGIN {forget} END")
    op.execute(f"CREATE TRIGGER {name}_updated AFTER UPDATE ON chunks BEGIN {forget} {insert} END")
