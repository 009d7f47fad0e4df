"""The tables of what searching by meaning needs; everything in them can be made again from the chunks."""

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, String, Table, UniqueConstraint

from storage.engine.columns import Number, metadata

vectors = Table(
    "vectors",
    metadata,
    # Never given twice: `document_vectors.newest_id` is compared with what a process has in memory.
    Column("id", Number, primary_key=True),
    Column("chunk_id", String, ForeignKey("chunks.chunk_id", ondelete="CASCADE"), nullable=False),
    Column("model", String, nullable=False),
    # float32, little-endian, of length 1.
    Column("vector", LargeBinary, nullable=False),
    UniqueConstraint("chunk_id", "model"),
    sqlite_autoincrement=True,
)

document_vectors = Table(
    "document_vectors",
    metadata,
    Column("document_id", String, ForeignKey("documents.document_id", ondelete="CASCADE"), primary_key=True),
    Column("model", String, nullable=False),
    Column("newest_id", Number, nullable=False),
    # Every chunk of the document has its vector.
    Column("complete", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
