"""Whether revising pays: what a version changed, what it cost, and what the critic still had to say."""

from orchestration.values.domain import Critique, Draft, Note, NoteKind, Verdict
from storage.runs.rounds import rounds


def draft(version: int) -> Draft:
    return Draft(version, f"answer {version}", (), (), changed=(f"change {version}",))


def critique(version: int, notes: int) -> Critique:
    found = tuple(Note(f"N{n}", NoteKind.VAGUE, f"note {n}") for n in range(notes))
    return Critique(version, Verdict.REVISE if notes else Verdict.SHIP, found)


def test_a_first_draft_is_no_round() -> None:
    assert [] == rounds([draft(1)], [critique(1, 2)], [("v1/worker/s1/chat/1", 5)], by_itself={}, by_person={})


def test_each_round_says_who_began_it_for_which_notes_and_whether_they_became_fewer() -> None:
    found = rounds(
        [draft(1), draft(2), draft(3)],
        [critique(1, 2), critique(2, 1), critique(3, 1)],
        [],
        by_itself={2: ("N1", "N2")},
        by_person={3: ("N1",)},
    )
    assert [("itself", ["N1", "N2"], 2, 1, True), ("person", ["N1"], 1, 1, False)] == [
        (r["by"], r["note_ids"], r["notes_before"], r["notes_after"], r["fewer_notes"]) for r in found
    ]
    assert [["change 2"], ["change 3"]] == [r["changed"] for r in found]


def test_a_version_costs_its_own_steps_and_not_those_of_version_twenty() -> None:
    costs = [("v1/supervisor/chat/1", 7), ("v2/worker/s1/chat/1", 1_000_000), ("v20/critic/chat/1", 9), ("odd", 3)]
    (found,) = rounds([draft(1), draft(2)], [], costs, by_itself={}, by_person={2: ()})
    assert ("0.001000", None) == (found["cost_usd"], found["fewer_notes"])
