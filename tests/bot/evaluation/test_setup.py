"""What an evaluation is: the same conditions find the same runs, other ones find none of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import limits_of
from bot.evaluation.setup import Setup, chosen_strategies, library_pages, model_name, spots, team_of
from bot.evaluation.suite import HANDBOOK, read_suite
from bot.setup.settings import Settings
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError
from orchestration.values.limits import Limits

ROW = '{{"id": "{id}", "question": "?", "kind": "fact", "expects": [{{"any_of": ["x"]}}]}}\n'


def test_the_single_agent_is_always_among_them_as_the_baseline() -> None:
    assert (Strategy.SINGLE, Strategy.DEBATE) == chosen_strategies(" Debate ")
    assert tuple(Strategy) == chosen_strategies(None)
    with pytest.raises(AskerError, match=r"'swarm' is not a strategy\. Choose from single, supervisor"):
        chosen_strategies("single,swarm")


def test_every_task_runs_by_every_strategy_before_any_runs_again(setup: Setup) -> None:
    order = [spot.thread for spot in spots(replace(setup, runs=2))]
    assert ["a/single/1", "a/debate/1", "b/single/1", "b/debate/1", "a/single/2"] == order[:5]
    assert 8 == len(set(order))


def test_what_may_change_an_answer_makes_another_evaluation(setup: Setup, tmp_path: Path) -> None:
    def team(changed: Setup = setup, **settings: Any) -> str:
        configured = Settings(_env_file=None, **settings)
        return team_of(changed, configured, limits_of(configured))

    (tmp_path / "other.jsonl").write_text(ROW.format(id="c"), encoding="utf-8")
    (tmp_path / "page.md").write_text("# Page\n", encoding="utf-8")
    endpoint = {"openai_base_url": "http://127.0.0.1:1/v1", "model": "m1"}
    names = [
        team(),
        team(replace(setup, suite=read_suite(tmp_path / "other.jsonl"))),
        team(replace(setup, library=tmp_path)),
        team(worker_iterations=3),
        team(**endpoint),
        team(**endpoint | {"model": "m2"}),
    ]
    assert 6 == len(set(names))
    assert team() == team(replace(setup, runs=9, strategies=(Strategy.SINGLE,), at_once=4, budget_nano_usd=1))


def test_the_licence_of_the_pages_is_no_page() -> None:
    assert "LICENSE.md" not in [path.name for path in library_pages(HANDBOOK)]
    assert len(library_pages(HANDBOOK)) > 20


def test_the_model_is_named_with_the_roles_that_have_another() -> None:
    assert "m1" == model_name(Limits(model="m1", model_by_role={"worker": "m1"}))
    assert "m1 (critic: m2)" == model_name(Limits(model="m1", model_by_role={"critic": "m2"}))


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    path = tmp_path / "suite.jsonl"
    path.write_text(ROW.format(id="a") + ROW.format(id="b"), encoding="utf-8")
    return Setup(read_suite(path), HANDBOOK, (Strategy.SINGLE, Strategy.DEBATE), 1)
