"""A draft that nobody decides on: one reminder to who asked, then its time is over, also where the bot was down."""

from datetime import UTC, datetime, timedelta
from typing import Any

from office import Office
from sqlalchemy import update
from transcript import ANA, BEN, Talk, answered, pressed, said, told

from storage.engine.tables import runs

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"


async def waited(office: Office, days: float) -> None:
    """As if the run had waited so long, with no bot there to see it."""
    since = datetime.now(UTC) - timedelta(days=days)

    def work(conn: Any) -> None:
        conn.execute(update(runs).values(ended_at=since))

    async with office.services() as services:
        await services.database.write(work)


async def test_a_draft_is_reminded_of_once_expires_and_can_be_opened_again(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(said(ANA, QUESTION), answered("notes/v1", "Approve", "Request revisions", "Discard"))
    await waited(office, 1.5)
    async with office.bot(worker_posts="off"):
        await talk.play(
            answered("reminder/1", ANA, "It expires on"),
            answered("notes/v1", "Approve"),
        )
    await waited(office, 7.5)
    async with office.bot(worker_posts="off"):
        await talk.play(
            answered("ended/1", "Nobody decided within 7 days.", "Go on"),
            answered("board", "Expired"),
            answered("notes/v1", without=("Approve", "Discard")),
            pressed(ANA, "retry", "ended/1"),
            answered("notes/v1", "Approve", "Discard"),
            pressed(ANA, "approve", "notes/v1"),
            told(ANA, "Approved."),
            answered("board", "Approved"),
        )
    async with office.services() as services:
        found = await services.events.of(talk.run_ids[0])
    assert [type(stored.event).__name__ for stored in found].count("ReviewReminded") == 1


async def test_a_draft_is_discarded_next_to_approve_and_by_nobody_else(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, QUESTION),
            answered("notes/v1", "Discard"),
            pressed(BEN, "discard", "notes/v1"),
            told(BEN, "You may not decide on this draft"),
            pressed(ANA, "discard", "notes/v1"),
            told(ANA, "Discarded."),
            answered("notes/v1", "Discarded by", without=("Approve",)),
            answered("board", "Discarded"),
        )
