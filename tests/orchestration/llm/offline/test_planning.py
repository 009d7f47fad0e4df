import json

from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.planning import assigned, plan, route
from orchestration.llm.offline.reading import Reading
from orchestration.roles.supervisor import SupervisorOutput

CAP = 8000


def reading(question: str, most: int = 4) -> Reading:
    return Reading({"question": question, "earlier": [], "max_subtasks": most}, (), 0)


def titles(question: str, most: int = 4) -> list[str]:
    return [subtask["title"] for subtask in plan(reading(question, most), CAP)["subtasks"]]


def test_a_comparison_gets_a_subtask_for_each_entity_with_the_same_aspects() -> None:
    subtasks = plan(reading("Compare Flask and Django on testing."), CAP)["subtasks"]
    assert ["Flask", "Django"] == [subtask["title"] for subtask in subtasks]
    assert [(("Flask",), ("testing",)), (("Django",), ("testing",))] == [
        assigned(subtask["instructions"]) for subtask in subtasks
    ]


def test_more_entities_than_subtasks_share_them() -> None:
    assert ["A1, C1", "B1, D1"] == titles("Compare A1, B1, C1 and D1", most=2)


def test_several_questions_get_a_subtask_each() -> None:
    assert ["What is a checkpoint", "When does it run by default"] == titles(
        "What is a checkpoint? When does it run by default?"
    )


def test_a_list_of_points_gets_a_subtask_each() -> None:
    assert 3 == len(titles("Find out:\n- how leases work here\n- how holds are settled\n- who may raise a cap"))


def test_a_question_without_parts_still_gets_two_subtasks() -> None:
    assert ["What is stated", "Limits and dates"] == titles("How does WAL work")


def test_the_router_sends_a_comparison_to_the_supervisor_and_the_rest_to_one_agent() -> None:
    routes = [route(reading(question), CAP)["strategy"] for question in ("Flask vs Django", "How does WAL work?")]
    assert ["supervisor", "single"] == routes


@given(st.text(max_size=3000))
def test_any_question_gets_a_plan_that_fits_the_output_cap(question: str) -> None:
    written = json.dumps(plan(reading(question), CAP), ensure_ascii=False)
    subtasks = SupervisorOutput.model_validate(json.loads(written)).subtasks
    assert 1 <= len(subtasks) <= 4
    assert all(subtask.title and subtask.instructions for subtask in subtasks)
    assert len(written.encode(errors="replace")) <= CAP
