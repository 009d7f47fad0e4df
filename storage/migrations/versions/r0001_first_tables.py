"""The first tables, and the two full-text indexes over chunks with the triggers that keep them in step."""

from alembic import op

from storage.tables import metadata

revision = "0001"
down_revision = None

INDEXES = {"chunks_porter": "porter unicode61", "chunks_unicode": "unicode61"}


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    for name, tokenizer in INDEXES.items():
        _index_chunks(name, tokenizer)


def _index_chunks(name: str, tokenizer: str) -> None:
    """The text stays in `chunks` alone; the index must be told the old text when it goes."""
    insert = f"INSERT INTO {name}(rowid, breadcrumb, text) VALUES (new.id, new.breadcrumb, new.text);"
    forget = f"INSERT INTO {name}({name}, rowid, breadcrumb, text) VALUES ('delete', old.id, old.breadcrumb, old.text);"
    op.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5"
        f"(breadcrumb, text, content='chunks', content_rowid='id', tokenize='{tokenizer}')"
    )
    op.execute(f"CREATE TRIGGER {name}_inserted AFTER INSERT ON chunks BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER {name}_deleted AFTER DELETE ON chunks BEGIN {forget} END")
    op.execute(f"CREATE TRIGGER {name}_updated AFTER UPDATE ON chunks BEGIN {forget} {insert} END")
