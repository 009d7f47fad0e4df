"""The texts that runs quote from, kept by their content hash for as long as a run needs them."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from storage.engine.database import Database
from storage.engine.tables import source_texts


async def texts_of(db: Database, content_hashes: Collection[str]) -> Mapping[str, str]:
    """By content hash, those that are there; also of documents that were changed or removed since."""
    wanted = select(source_texts.c.content_hash, source_texts.c.text).where(
        source_texts.c.content_hash.in_(sorted(content_hashes))
    )
    if not content_hashes:
        return {}
    return {row.content_hash: row.text for row in await db.read(lambda conn: conn.execute(wanted).all())}
