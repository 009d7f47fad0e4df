"""The budgets that keep us below Slack's limits."""

from bot.outgoing.pace import EDIT_SECONDS, FIRST_EDIT_SECONDS, RESERVED, UPDATES_BURST, Pace


def test_three_posts_go_at_once_and_then_one_a_second() -> None:
    pace = Pace()
    for _ in range(3):
        assert pace.before_post("C1", 0.0) == 0
        pace.posted("C1", 0.0)
    assert pace.before_post("C1", 0.0) == 1.0
    assert pace.before_post("C1", 1.0) == 0
    assert pace.before_post("C2", 0.0) == 0


def test_a_board_is_edited_a_second_after_it_was_posted_and_then_every_three() -> None:
    pace = Pace()
    pace.posted("C1", 0.0, board="r_1")
    assert pace.before_update("T1", 0.0, board="r_1", live=True) == FIRST_EDIT_SECONDS
    pace.updated("T1", 1.0, board="r_1")
    assert pace.before_update("T1", 1.0, board="r_1") == EDIT_SECONDS
    assert pace.before_update("T1", 1.0, board="r_2", live=True) == 0


def test_running_boards_leave_some_edits_to_decisions() -> None:
    pace = Pace()
    for _ in range(UPDATES_BURST - RESERVED):
        assert pace.before_update("T1", 0.0, live=True) == 0
        pace.updated("T1", 0.0)
    assert pace.before_update("T1", 0.0, live=True) > 0
    assert pace.before_update("T1", 0.0) == 0


def test_a_closed_method_stays_closed_until_its_time() -> None:
    pace = Pace()
    pace.close("chat.postMessage", 30.0)
    pace.close("chat.postMessage", 10.0)
    assert pace.before_post("C1", 5.0) == 25.0
    assert pace.before_update("T1", 5.0) == 0
    assert pace.before_post("C1", 31.0) == 0
