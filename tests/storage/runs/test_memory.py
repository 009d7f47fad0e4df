"""The team's memory: which answers it keeps, and who finds them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.values.domain import (
    Conversation,
    Decision,
    Draft,
    Question,
    Review,
    RunStatus,
    Source,
)
from orchestration.values.events import DraftReady, ReviewAwaited, RunCompleted
from orchestration.values.ports import Audience, Page
from storage.library.library import Library
from storage.library.pages import Pages
from storage.runs.memory import Memory

HERE = Audience("T1", "C1")


@pytest.fixture
def memory(house: Any) -> Memory:
    return Memory(house.db, house.clock)


async def finished(
    house: Any, text: str, *, channel: str = "C1", sources: int = 1, review: bool = False, cites: str = ""
) -> str:
    """A run that ended with a draft; with `review` one that waits for a person. `cites` is a source of its own."""
    question = Question(text, Conversation("T1", channel, text), "U1", channel_is_public=channel == "COPEN")
    run, _ = await house.runs.create(question, key=text, budget_nano_usd=10**9)
    taken = await house.log.take_up(run.run_id)
    read = tuple(Source(f"d_{n}", "Page", "https://example.org", house.clock.now(), f"h{n}") for n in range(sources))
    if cites:
        read = (*read, Source(cites, "Own", "", house.clock.now(), "h"))
    await house.log.emit(taken, [DraftReady(Draft(1, f"An answer to {text}", (), read))])
    status = RunStatus.AWAITING_REVIEW if review else RunStatus.COMPLETE
    end = ReviewAwaited(1) if review else RunCompleted(1, approved=False)
    await house.log.finish(taken, status, [end], 1.0)
    return str(run.run_id)


async def found(memory: Memory, query: str, audience: Audience = HERE) -> list[str]:
    return [past.run_id for past in await memory.search(query, audience, 5)]


async def test_a_final_answer_is_found_in_its_channel_and_nowhere_else(house: Any, memory: Memory) -> None:
    run_id = await finished(house, "battery suppliers")
    assert [run_id] == await found(memory, "Who supplies a battery?")
    assert [] == await found(memory, "battery", Audience("T1", "C2"))
    assert [] == await found(memory, "battery", Audience("T2", "C1"))
    assert [] == list(await memory.sources([run_id], Audience("T1", "C2")))
    assert None is await memory.draft(run_id, Audience("T1", "C2"))


async def test_an_answer_of_an_open_channel_is_found_by_the_whole_team(house: Any, memory: Memory) -> None:
    run_id = await finished(house, "battery suppliers", channel="COPEN")
    assert [run_id] == await found(memory, "battery", Audience("T1", "C2"))
    assert [] == await found(memory, "battery", Audience("T2", "C2"))


async def test_what_rests_on_a_document_or_a_server_of_one_channel_is_found_in_that_channel_alone(
    house: Any, memory: Memory
) -> None:
    library, pages = Library(house.db, house.clock), Pages(house.db, house.clock)
    for_all = await library.add(team_id="T1", channel_id=None, title="All", text="For the whole team.")
    for_one = await library.add(team_id="T1", channel_id="COPEN", title="One", text="For this channel.")
    told = await pages.keep(Page("mcp:notes/find", "mcp:notes/find", "notes", "Told here."), Audience("T1", "COPEN"))
    anybody = await pages.keep(Page("https://example.org/a", "https://example.org/a", "A", "Anybody's."), None)
    shared = [
        await finished(house, "battery one", cites=for_all.document_id, channel="COPEN"),
        await finished(house, "battery two", cites=anybody.source_id, channel="COPEN"),
    ]
    kept = [
        await finished(house, "battery three", cites=for_one.document_id, channel="COPEN"),
        await finished(house, "battery four", cites=told.source_id, channel="COPEN"),
    ]
    kept.append(
        await finished(house, "battery five", cites=kept[0], channel="COPEN")
    )  # an answer that rests on such an answer
    await library.remove(for_one.document_id)
    assert {*shared, *kept} == set(await found(memory, "battery", Audience("T1", "COPEN")))
    assert set(shared) == set(await found(memory, "battery", Audience("T1", "C2")))
    assert None is await memory.draft(kept[0], Audience("T1", "C2"))


async def test_an_answer_without_a_source_is_not_remembered(house: Any, memory: Memory) -> None:
    await finished(house, "battery suppliers", sources=0)
    assert [] == await found(memory, "battery")


async def test_a_draft_is_remembered_once_somebody_approves_it(house: Any, memory: Memory) -> None:
    run_id = await finished(house, "battery suppliers", review=True)
    assert [] == await found(memory, "battery")
    await house.runs.review(run_id, Review("U1", Decision.APPROVE, house.clock.now(), 1))
    (past,) = await memory.search("battery", HERE, 5)
    assert (run_id, True) == (past.run_id, past.approved)


async def test_of_what_changed_it_names_other_texts_and_what_is_gone(house: Any, memory: Memory) -> None:
    gone = Source("d_gone", "Page", "", house.clock.now(), "h0")
    assert [gone] == list(await memory.changed([gone]))


async def test_an_earlier_answer_as_a_source_changes_only_with_its_version(house: Any, memory: Memory) -> None:
    run_id = await finished(house, "battery suppliers")
    ((source, _),) = await memory.sources([run_id], HERE)
    assert [] == list(await memory.changed([source]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(query=st.text(alphabet=st.characters()))
async def test_no_query_raises(memory: Memory, query: str) -> None:
    assert [] == await found(memory, query)
