"""Who clicks, when, and with whom at the same time: one decision is taken and everybody hears what became of theirs."""

import asyncio
from typing import Any

from office import Office
from transcript import ANA, BEN, CHLOE, DAN, Talk, answered, filled, pressed, said, told

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"


async def reviews(office: Office, talk: Talk) -> list[tuple[str, str]]:
    async with office.services() as services:
        from storage.runs.show import show

        shown = await show(services.database, talk.run_ids[0])
    return [(review["user_id"], review["decision"]) for review in shown["reviews"]]


async def test_of_two_people_who_click_at_once_one_decides_and_the_other_is_told(office: Office, talk: Talk) -> None:
    async with office.bot(reviewers=("anyone",), worker_posts="off"):
        await talk.play(said(ANA, QUESTION), answered("notes/v1", "Approve"))
        message = talk.find("notes/v1")
        assert message is not None
        clicks = [talk.slack.click(who, talk.channel, message["ts"], "approve") for who in (ANA, BEN, CHLOE)]
        assert all(outcome.ok for outcome in await asyncio.gather(*clicks))

        def all_told() -> bool:
            return all(talk.slack.ephemerals(who) for who in (ANA, BEN, CHLOE))

        await talk.until(all_told, "an answer to every click")
        await talk.play(answered("notes/v1", "Approved by"), answered("board", "Approved"))
    answers = [talk.slack.ephemerals(who)[-1]["text"] for who in (ANA, BEN, CHLOE)]
    assert sorted(answer.split(":")[0].split(".")[0] for answer in answers) == [
        "Approved",
        "Version 1 is already decided",
        "Version 1 is already decided",
    ]
    assert len(await reviews(office, talk)) == 1


async def test_only_who_asked_decides_and_the_others_learn_who_that_is(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, QUESTION),
            pressed(BEN, "approve", "notes/v1"),
            told(BEN, "You may not decide on this draft: only @ana, who asked, may."),
            pressed(DAN, "request_revisions", "notes/v1"),
            told(DAN, "You may not decide"),
            pressed(ANA, "approve", "notes/v1"),
            told(ANA, "Approved."),
        )
    assert await reviews(office, talk) == [(ANA, "approve")]
    assert talk.slack.open_views(DAN) == []


async def test_a_draft_that_is_not_wanted_is_discarded(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, QUESTION),
            pressed(ANA, "discard", "notes/v1"),
            told(ANA, "Discarded. The text stays in the thread"),
            answered("notes/v1", "Discarded by", without=("Approve",)),
            answered("board", "Discarded"),
        )
    assert await reviews(office, talk) == [(ANA, "discard")]


async def test_a_form_that_was_open_while_another_decided_says_so_at_its_field(office: Office, talk: Talk) -> None:
    async with office.bot(reviewers=("anyone",), worker_posts="off"):
        await talk.play(said(ANA, QUESTION), pressed(BEN, "request_revisions", "notes/v1"))
        await talk.until(lambda: talk.slack.open_views(BEN), "the form")
        await talk.play(pressed(ANA, "request_revisions", "notes/v1"), filled(ANA, "N1"), told(ANA, "Revisions"))
        view = talk.slack.open_views(BEN)[-1]
        late = await talk.slack.submit_view(BEN, view["id"], {"notes": {"notes": ["N1"]}})
        await talk.play(answered("notes/v2", "Approve"))
    assert late.errors == {"comment": "Version 1 is already decided: @ana requested revisions of it."}
    assert await reviews(office, talk) == [(ANA, "request_revisions")]


async def test_a_button_that_somebodys_screen_still_shows_names_the_newest_version(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, QUESTION), answered("notes/v1", "Approve"))
        stale: dict[str, Any] = dict(talk.find("notes/v1") or {})
        await talk.play(pressed(ANA, "request_revisions"), filled(ANA, "N1"), answered("notes/v2", "Approve"))
        talk.slack.workspace.replace(talk.slack.channel(ANA, talk.channel), stale)
        await talk.play(
            pressed(ANA, "approve", "notes/v1"),
            told(ANA, "Version 1 is already decided: you requested revisions of it."),
            pressed(ANA, "approve", "notes/v2"),
            told(ANA, "Approved."),
        )
    assert await reviews(office, talk) == [(ANA, "request_revisions"), (ANA, "approve")]


async def test_buttons_work_in_another_process_of_the_bot(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, QUESTION), answered("notes/v1", "Approve"))
    async with office.bot(worker_posts="off"):
        await talk.play(pressed(ANA, "approve", "notes/v1"), told(ANA, "Approved."), answered("board", "Approved"))
