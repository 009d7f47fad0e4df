"""Whether revising pays: over the runs of an installation, not only within one."""

from typing import Any

from orchestration.values.domain import Critique, Draft, Note, NoteKind, Verdict
from orchestration.values.events import CritiqueReady, DraftReady
from storage.runs.revisions import RevisionRecord, revisions


async def versions(house: Any, a_step: Any, *notes: int | None, cost: int = 0) -> None:
    """A run with so many versions; None where no critic read one."""
    run = await house.running()
    for version, count in enumerate(notes, start=1):
        step = a_step(run, f"v{version}/worker/s1/chat/1", cost_nano_usd=cost)
        await house.journal.record(step)
        events: list[Any] = [DraftReady(Draft(version, "Text.", (), ()))]
        if count is not None:
            found = tuple(Note(f"N{n}", NoteKind.VAGUE, f"note {n}") for n in range(count))
            events.append(CritiqueReady(Critique(version, Verdict.REVISE if found else Verdict.SHIP, found)))
        await house.log.emit(run, events)


async def test_without_a_revision_there_is_nothing_to_tell(house: Any, a_step: Any) -> None:
    await versions(house, a_step, 2, cost=5)
    assert RevisionRecord(0, 0, 0, 0) == await revisions(house.db)


async def test_every_later_version_is_compared_with_the_one_before_it(house: Any, a_step: Any) -> None:
    await versions(house, a_step, 2, 1, 1, cost=5)
    await versions(house, a_step, 3, 0, cost=7)
    await versions(house, a_step, None, 2, cost=100)
    assert RevisionRecord(4, 3, 2, 5 + 5 + 7 + 100) == await revisions(house.db)
