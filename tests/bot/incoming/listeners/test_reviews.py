"""Buttons: the first click wins, every click is answered, and who may click is checked when it happens."""

import asyncio
from typing import Any

import pytest

from orchestration.values.domain import Decision, Run, RunStatus
from orchestration.values.events import Reviewed

CHANNEL = "C0RESEARCH"


async def drafted(desk: Any, **options: Any) -> Run:
    run = await desk.run_of(await desk.ask("Compare A and B"))
    return await desk.drafted(run, **options)


async def reviews(desk: Any, run: Run) -> list[Decision]:
    events = [stored.event for stored in await desk.services.events.of(run.run_id)]
    return [event.review.decision for event in events if isinstance(event, Reviewed)]


async def status(desk: Any, run: Run) -> RunStatus:
    return (await desk.services.runs.get(run.run_id)).status


async def test_the_one_who_asked_approves(desk: Any) -> None:
    run = await drafted(desk)
    message = await desk.buttons(run, "approve")
    assert (await desk.slack.click("U0ANA", CHANNEL, message, "approve")).ok
    await desk.whispered("U0ANA", "Approved. The answer is final.")
    assert await status(desk, run) is RunStatus.COMPLETE


@pytest.mark.parametrize("action", ["approve", "request_revisions", "discard"])
async def test_somebody_else_is_told_who_may_decide(desk: Any, action: str) -> None:
    run = await drafted(desk)
    message = await desk.buttons(run, action)
    assert (await desk.slack.click("U0BEN", CHANNEL, message, action)).ok
    assert "only @ana, who asked, may" in await desk.whispered("U0BEN", "You may not decide on this draft")
    assert await status(desk, run) is RunStatus.AWAITING_REVIEW
    assert desk.slack.open_views("U0BEN") == []


async def test_anyone_is_any_member_but_no_guest(open_desk: Any) -> None:
    desk = await open_desk(reviewers=("anyone",))
    run = await drafted(desk)
    message = await desk.buttons(run, "approve")
    await desk.slack.click("U0DAN", CHANNEL, message, "approve")
    await desk.whispered("U0DAN", "no guests")
    await desk.slack.click("U0CHLOE", CHANNEL, message, "approve")
    await desk.whispered("U0CHLOE", "Approved.")
    assert await status(desk, run) is RunStatus.COMPLETE


async def test_reviewers_can_be_named_by_person_and_by_group(open_desk: Any) -> None:
    desk = await open_desk(reviewers=("U0CHLOE", "S0LEADS"))
    first, second = await drafted(desk), await drafted(desk)
    message = await desk.buttons(first, "approve")
    await desk.slack.click("U0BEN", CHANNEL, message, "approve")
    await desk.whispered("U0BEN", "Approved.")
    message = await desk.buttons(second, "discard")
    await desk.slack.click("U0DAN", CHANNEL, message, "discard")
    await desk.whispered("U0DAN", "only @chloe, the user group S0LEADS may")
    await desk.slack.click("U0CHLOE", CHANNEL, message, "discard")
    await desk.whispered("U0CHLOE", "Discarded.")
    assert (await status(desk, first), await status(desk, second)) == (RunStatus.COMPLETE, RunStatus.DISCARDED)


async def test_of_two_clicks_at_once_one_wins_and_the_other_is_told(open_desk: Any) -> None:
    desk = await open_desk(reviewers=("anyone",))
    run = await drafted(desk)
    message = await desk.buttons(run, "approve", "discard")
    await asyncio.gather(
        desk.slack.click("U0ANA", CHANNEL, message, "approve"),
        desk.slack.click("U0BEN", CHANNEL, message, "discard"),
        desk.slack.click("U0ANA", CHANNEL, message, "approve"),
    )

    def all_answered() -> bool:
        return len(desk.slack.ephemerals("U0ANA")) == 2 and len(desk.slack.ephemerals("U0BEN")) == 1

    await desk.slack.until(all_answered)
    assert len(await reviews(desk, run)) == 1
    texts = [m["text"] for m in [*desk.slack.ephemerals("U0ANA"), *desk.slack.ephemerals("U0BEN")]]
    assert len([text for text in texts if text.startswith(("Approved.", "Discarded."))]) == 1
    assert len([text for text in texts if "is already decided" in text]) == 2


async def test_a_button_of_an_older_version_names_the_newest(desk: Any) -> None:
    run = await drafted(desk)
    message = await desk.buttons(run, "approve")
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "request_revisions"), "request_revisions")
    view = desk.slack.open_views("U0ANA")[-1]
    await desk.slack.submit_view("U0ANA", view["id"], {"notes": {"notes": ["N1"]}})
    again = await desk.drafted(run, version=2)
    await desk.slack.click("U0ANA", CHANNEL, message, "approve")
    await desk.whispered("U0ANA", "Version 1 is already decided: you requested revisions of it.")
    assert await status(desk, again) is RunStatus.AWAITING_REVIEW


async def test_buttons_work_after_a_restart(open_desk: Any) -> None:
    before = await open_desk()
    message = await before.buttons(await drafted(before), "approve")
    await before.close()
    desk = await open_desk()
    await desk.slack.click("U0ANA", CHANNEL, message, "approve")
    await desk.whispered("U0ANA", "Approved.")


async def test_a_button_of_another_channel_is_refused(desk: Any) -> None:
    run = await drafted(desk)
    posted = await desk.client.chat_postMessage(
        channel="C0MARKET",
        text="copied",
        blocks=[
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "approve",
                        "value": f"{run.run_id}:1",
                        "text": {"type": "plain_text", "text": "Approve"},
                    }
                ],
            }
        ],
    )
    await desk.slack.click("U0ANA", "C0MARKET", posted["ts"], "approve")
    await desk.whispered("U0ANA", "belongs to another conversation")
    assert await status(desk, run) is RunStatus.AWAITING_REVIEW


async def test_the_form_needs_a_note_or_words(desk: Any) -> None:
    run = await drafted(desk)
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "request_revisions"), "request_revisions")
    view = desk.slack.open_views("U0ANA")[-1]
    empty = await desk.slack.submit_view("U0ANA", view["id"], {"notes": {"notes": []}})
    assert empty.errors == {"comment": "Select a note, or write what to change."}
    assert await status(desk, run) is RunStatus.AWAITING_REVIEW


async def test_a_form_carries_the_ticked_notes_and_own_words(desk: Any) -> None:
    run = await drafted(desk)
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "request_revisions"), "request_revisions")
    view = desk.slack.open_views("U0ANA")[-1]
    values = {"notes": {"notes": ["N2"]}, "comment": {"comment": "In euros, please"}}
    assert (await desk.slack.submit_view("U0ANA", view["id"], values)).ok
    await desk.whispered("U0ANA", "Revisions requested.")
    events = [stored.event for stored in await desk.services.events.of(run.run_id)]
    (review,) = [event.review for event in events if isinstance(event, Reviewed)]
    assert (review.note_ids, review.comment, review.user_id) == (("N2",), "In euros, please", "U0ANA")
    assert await status(desk, run) is RunStatus.QUEUED


async def test_a_form_sent_twice_at_once_asks_once(desk: Any) -> None:
    run = await drafted(desk)
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "request_revisions"), "request_revisions")
    view = desk.slack.open_views("U0ANA")[-1]
    sent = [desk.slack.submit_view("U0ANA", view["id"], {"notes": {"notes": ["N2"]}}) for _ in range(2)]
    [refused] = [outcome for outcome in await asyncio.gather(*sent) if not outcome.ok]
    assert refused.errors == {"comment": "Version 1 is already decided: you requested revisions of it."}
    events = [stored.event for stored in await desk.services.events.of(run.run_id)]
    assert len([event for event in events if isinstance(event, Reviewed)]) == 1


async def test_a_final_answer_can_still_be_revised(desk: Any) -> None:
    run = await drafted(desk, notes=False)
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "request_revisions"), "request_revisions")
    view = desk.slack.open_views("U0ANA")[-1]
    values = {"comment": {"comment": "Shorter"}}
    assert (await desk.slack.submit_view("U0ANA", view["id"], values)).ok
    assert await status(desk, run) is RunStatus.QUEUED


async def test_a_form_that_comes_too_late_says_so_at_its_field(open_desk: Any) -> None:
    desk = await open_desk(reviewers=("anyone",))
    run = await drafted(desk)
    message = await desk.buttons(run, "request_revisions", "discard")
    await desk.slack.click("U0ANA", CHANNEL, message, "request_revisions")
    view = desk.slack.open_views("U0ANA")[-1]
    await desk.slack.click("U0BEN", CHANNEL, message, "discard")
    late = await desk.slack.submit_view("U0ANA", view["id"], {"notes": {"notes": ["N1"]}})
    assert late.errors == {"comment": "Version 1 is already decided: @ben discarded it."}


async def test_stop_is_for_who_asked_and_for_owners(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B", user="U0BEN"))
    message = await desk.buttons(run, "stop")
    await desk.slack.click("U0CHLOE", CHANNEL, message, "stop")
    await desk.whispered("U0CHLOE", "You may not stop or resume this run: @ben")
    await desk.slack.click("U0ANA", CHANNEL, message, "stop")
    await desk.whispered("U0ANA", "Stopped.")
    assert await status(desk, run) is RunStatus.CANCELLED
    await desk.slack.click("U0BEN", CHANNEL, message, "stop")
    await desk.whispered("U0BEN", "It had already ended: cancelled.")


async def test_a_stopped_run_is_taken_up_again_by_its_button_once(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B", user="U0BEN"))
    await desk.slack.click("U0BEN", CHANNEL, await desk.buttons(run, "stop"), "stop")
    await desk.whispered("U0BEN", "Stopped.")
    message = await desk.buttons(run, "retry")
    await desk.slack.click("U0CHLOE", CHANNEL, message, "retry")
    await desk.whispered("U0CHLOE", "resume this run: @ben")
    await desk.slack.click("U0BEN", CHANNEL, message, "retry")
    await desk.whispered("U0BEN", "Resumed.")
    assert await status(desk, run) is RunStatus.QUEUED
    await desk.slack.click("U0BEN", CHANNEL, message, "retry")
    await desk.whispered("U0BEN", "There is nothing to resume: the run is queued.")


async def test_of_two_who_press_go_on_or_stop_at_once_the_second_is_told_what_the_run_does_now(desk: Any) -> None:
    run = await desk.run_of(await desk.ask("Compare A and B", user="U0BEN"))
    message = await desk.buttons(run, "stop", "retry")
    for action, first, second in (
        ("stop", "Stopped.", "It had already ended: cancelled."),
        ("retry", "Resumed.", "There is nothing to resume: the run is queued."),
    ):
        await asyncio.gather(*(desk.slack.click(who, CHANNEL, message, action) for who in ("U0ANA", "U0BEN")))

        def told(first: str = first, second: str = second) -> bool:
            said = [m["text"] for who in ("U0ANA", "U0BEN") for m in desk.slack.ephemerals(who)]
            return any(text.startswith(first) for text in said) and second in said

        await desk.slack.until(told)


async def test_an_unknown_button_is_acknowledged_and_answered(desk: Any) -> None:
    run = await drafted(desk)
    message = await desk.buttons(run, "rate_five_stars")
    assert (await desk.slack.click("U0ANA", CHANNEL, message, "rate_five_stars")).ok
    await desk.whispered("U0ANA", "from another version of me")


async def test_where_the_form_does_not_open_the_click_is_answered(desk: Any) -> None:
    run = await drafted(desk)
    desk.slack.faults.fail("views.open", "expired_trigger_id")
    await desk.slack.click("U0ANA", CHANNEL, await desk.buttons(run, "request_revisions"), "request_revisions")
    await desk.whispered("U0ANA", "Slack did not accept the message")
