"""Pages and questions in other languages: what search ranks first is what the answer quotes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from orchestration.llm.offline.quoting import findings, next_queries
from orchestration.llm.offline.reading import Reading
from orchestration.values.domain import Passage
from orchestration.values.ports import Audience
from storage.engine.opening import open_database
from storage.library.library import Library

SETS = json.loads(Path(__file__).with_name("languages.json").read_text(encoding="utf-8"))
HITS, CAP = 6, 8000
HERE = Audience("T1", "C1")


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    database = await open_database(f"sqlite:///{tmp_path}/pages.db", clock=SystemClock())
    yield Library(database, SystemClock())
    await database.close()


async def quoted(library: Library, question: str) -> list[str]:
    """The sources of the claims, in their order."""
    searches: list[tuple[str, tuple[Passage, ...]]] = []
    for turn in range(5):
        reading = Reading({"question": question}, tuple(searches), turn)
        queries = next_queries(reading, whole=True)
        if not queries:
            return [claim["source_id"] for claim in findings(reading, CAP, whole=True)["claims"]]
        searches += [(query, tuple(await library.search(query, HERE, HITS))) for query in queries]
    raise AssertionError("It went on searching.")


@pytest.mark.parametrize("language", SETS)
async def test_the_page_that_search_ranks_first_is_quoted_first(language: str, library: Library) -> None:
    for name in SETS:  # all of them in one library, as an international team has it
        for title, text in SETS[name]["pages"].items():
            await library.add(team_id="T1", channel_id=None, title=title, text=text, url="", source="")
    right = 0
    for question in SETS[language]["questions"]:
        best = (await library.search(question, HERE, 1))[0].source_id
        right += (await quoted(library, question))[:1] == [best]
    assert right >= 8
