"""The Home tab shows the viewer what is theirs to see."""

from typing import Any


async def test_home_shows_the_viewers_own_runs(desk: Any) -> None:
    await desk.run_of(await desk.ask("Compare A and B"))
    own = str((await desk.slack.open_home("U0ANA"))["blocks"])
    other = str((await desk.slack.open_home("U0BEN"))["blocks"])
    assert "Compare A and B" in own
    assert "Compare A and B" not in other


async def test_only_owners_see_the_teams_budget(desk: Any) -> None:
    assert "of $50.00 spent" in str((await desk.slack.open_home("U0ANA"))["blocks"])
    assert "of $50.00 spent" not in str((await desk.slack.open_home("U0BEN"))["blocks"])


async def test_a_home_that_slack_refuses_once_is_there_the_next_time(desk: Any) -> None:
    desk.slack.faults.fail("views.publish", "internal_error")
    await desk.slack.open_home("U0ANA")
    assert await desk.slack.open_home("U0ANA") is not None
