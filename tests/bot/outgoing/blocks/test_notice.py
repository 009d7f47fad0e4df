"""How a run ended: going on is offered only where that could end in another way."""

import json

import pytest
from run_story import bill

from bot.outgoing.blocks.notice import ended
from bot.outgoing.view.run_view import Ending, RunView
from orchestration.values.domain import RunStatus


@pytest.mark.parametrize(("repeats", "offered"), [(False, True), (True, False)])
def test_going_on_is_not_offered_after_an_error_that_can_only_repeat(repeats: bool, offered: bool) -> None:
    ending = Ending(1, RunStatus.ERROR, "The model provider refused the key (HTTP 401).", repeats=repeats)
    shown = json.dumps(ended(RunView("r_1", status=RunStatus.ERROR, endings=(ending,)), ending, bill()).blocks)
    assert (offered, not offered) == ('"Go on"' in shown, "only bring the same" in shown)
    assert "refused the key" in shown
