"""What the offline planner declares, and what its workers fill in."""

from collections.abc import Callable
from typing import Any

import pytest

from orchestration.llm.offline.fields import declared, staged

Search = Callable[[str], list[Any]]


@pytest.mark.parametrize(
    ("step", "names"),
    [
        ("Find the release date and the licence of Flask", ["release date", "licence"]),
        ("Look up the maintainers of Django", ["maintainers"]),
        ("Find out what Flask is about.\nEntities: Flask\nAspects: testing; deployment", ["testing", "deployment"]),
        ("Find how SQLite write-ahead logging works on network file systems", []),
        ("Compare both and recommend one", []),
    ],
)
def test_a_step_declares_the_things_that_it_says_to_find(step: str, names: list[str]) -> None:
    assert names == declared(step)


def test_the_last_stage_declares_nothing() -> None:
    stages = staged([("One", "Find the licence of Flask"), ("Two", "Find the licence of Django")])
    assert [["licence"], None] == [stage.get("fields") for stage in stages]


async def test_a_planner_declares_fields_only_for_stages(converse: Callable[..., Any], handbook: Search) -> None:
    question = "First find the write-ahead log file and the checkpoint of SQLite, then say who should use it"
    planned = await converse("planner", handbook).ask({"question": question, "wanted": "stages"})
    assert ["write-ahead log file", "checkpoint"] == planned["subtasks"][0]["fields"]
    planned = await converse("planner", handbook).ask({"question": question, "wanted": "specialists"})
    assert not any("fields" in subtask for subtask in planned["subtasks"])


async def test_a_worker_fills_a_field_with_a_sentence_on_it_and_leaves_what_it_does_not_find_empty(
    converse: Callable[..., Any], handbook: Search
) -> None:
    subtask = {
        "subtask_id": "s1",
        "title": "SQLite",
        "instructions": "Find the checkpoint and the annual revenue of SQLite write-ahead logging",
        "fields": ["checkpoint", "annual revenue"],
    }
    worker = converse("worker", handbook)
    found = await worker.ask({"subtask": subtask, "given": []})
    checkpoint, revenue = found["fields"]
    assert "checkpoint" in checkpoint["value"].lower() and ["d_sqlite-write-ahead-log"] == checkpoint["source_ids"]
    assert any(checkpoint["value"] in " ".join(p.text.split()) for p in worker.passages.values())
    assert {"name": "annual revenue", "value": "", "source_ids": []} == revenue


async def test_without_declared_fields_a_worker_fills_none(converse: Callable[..., Any], handbook: Search) -> None:
    subtask = {"subtask_id": "s1", "title": "SQLite", "instructions": "How does SQLite write-ahead logging work?"}
    assert {"summary", "claims"} == set(await converse("worker", handbook).ask({"subtask": subtask}))
