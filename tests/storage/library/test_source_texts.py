from typing import Any

from storage.library.source_texts import texts_of


async def test_only_texts_that_are_there_come_back(db: Any) -> None:
    assert {} == await texts_of(db, ["unknown"])
    assert {} == await texts_of(db, [])
