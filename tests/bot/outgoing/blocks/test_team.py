"""A run's people are called by their names, on the board, in the notes and in the terminal."""

import json

import pytest
from run_story import Story, bill

from bot.outgoing.blocks.board import board, headline, standing
from bot.outgoing.blocks.notes import notes
from bot.terminal.progress import lines
from orchestration.values import events as ev
from orchestration.values.domain import Strategy


@pytest.mark.parametrize(
    ("strategy", "title"),
    [
        (Strategy.SUPERVISOR, "Supervisor · 3 workers — "),
        (Strategy.SEQUENTIAL, "Sequential · 3 stages — "),
        (Strategy.FANOUT, "Fanout · 3 specialists — "),
        (Strategy.DEBATE, "Debate · 2 sides — "),
    ],
)
def test_the_title_calls_the_members_by_their_name(strategy: Strategy, title: str) -> None:
    assert headline(Story().asked().started().routed(strategy).planned().view()).startswith(title)


def test_stages_are_numbered_and_nobody_else() -> None:
    for strategy in (Strategy.SEQUENTIAL, Strategy.FANOUT):
        tasks = board(Story().asked().started().routed(strategy).planned().view(), bill()).blocks[0]["tasks"]
        numbered = strategy is Strategy.SEQUENTIAL
        assert [task["title"] for task in tasks] == [
            f"{n}. {title}" if numbered else title for n, title in enumerate(("FastAPI", "Flask", "Django"), start=1)
        ]


@pytest.mark.parametrize(
    ("strategy", "said"), [(Strategy.FANOUT, "Merging the specialists' reports"), (Strategy.DEBATE, "The judge weighs")]
)
def test_once_all_reports_are_in_it_says_who_works_on_them(strategy: Strategy, said: str) -> None:
    story = Story().asked().started().routed(strategy).planned().reported(1).reported(2).reported(3)
    assert said in standing(story.view())


def test_a_pipelines_notes_are_its_inspectors() -> None:
    story = Story().to_review(notes=1).routed(Strategy.SEQUENTIAL)
    view = story.view()
    assert notes(view, view.versions[-1]).text.startswith("The inspector has 1 note on version 1")
    assert "The inspector of draft 1: 1 note." in lines(view)


def test_what_workers_share_is_shown_while_they_work() -> None:
    story = Story().asked().started().routed().planned().reported(1)
    shown = json.dumps(board(story.tell(ev.FindingShared(1, "s1", "FastAPI", ("a", "b"))).view(), bill()).blocks)
    assert "Shared with other workers: 2 findings of FastAPI" in shown
