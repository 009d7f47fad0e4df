"""Who somebody is, as Slack says, asked once a minute."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def test_a_profile_is_read_once_a_minute(desk: Any) -> None:
    people = desk.door.people
    assert (await people.person("U0ANA")).is_admin
    assert (await people.person("U0ANA")).name == "ana"
    assert len([call for call in desk.slack.calls if call.method == "users.info"]) == 1


async def test_a_guest_is_no_full_member(desk: Any) -> None:
    assert not (await desk.door.people.person("U0DAN")).is_full_member
    assert (await desk.door.people.person("U0BEN")).is_full_member


async def test_whom_slack_does_not_know_is_of_another_organisation(desk: Any) -> None:
    stranger = await desk.door.people.person("U0ELSEWHERE")
    assert stranger.is_external and not stranger.is_full_member
    refusal = await desk.door.permissions.asking("U0ELSEWHERE")
    assert "not people of other organisations" in refusal


async def test_a_profile_that_cannot_be_read_is_no_reason_to_let_somebody_in(desk: Any) -> None:
    desk.slack.faults.fail("users.info", "internal_error")
    with pytest.raises(SlackApiError):
        await desk.door.permissions.asking("U0BEN")
    assert await desk.door.permissions.asking("U0BEN") is None


async def test_a_place_says_whether_the_bot_is_in_it(desk: Any) -> None:
    places = {channel: await desk.door.people.place(channel) for channel in ("C0RESEARCH", "C0STRATEGY", "D0ANA")}
    assert all(place.is_joined for place in places.values())
    assert [place.is_private for place in places.values()] == [False, True, True]
    assert not (await desk.door.people.place("C0UNKNOWN")).is_joined


async def test_budget_owners_are_admins_or_those_who_are_named(open_desk: Any) -> None:
    desk = await open_desk()
    assert [await desk.door.permissions.owns_budgets(user) for user in ("U0ANA", "U0BEN")] == [True, False]
    await desk.close()
    desk = await open_desk(budget_owners=("U0CHLOE", "S0LEADS"))
    owns = [await desk.door.permissions.owns_budgets(user) for user in ("U0ANA", "U0BEN", "U0CHLOE", "U0DAN")]
    assert owns == [True, True, True, False]
