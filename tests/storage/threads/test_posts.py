"""The outbox's rows: what each slot should show, what Slack took, and what a restart finds."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from orchestration.values.domain import Run
from storage.threads.posts import Post, Posts


@pytest.fixture
async def run(house: Any) -> Run:
    created: Run = await house.ask()
    return created


@pytest.fixture
def posts(house: Any) -> Posts:
    return Posts(house.db, house.clock)


def post(run: Run, slot: str, text: str = "working") -> Post:
    place = run.question.conversation
    return Post(run.run_id, slot, place.team_id, place.channel_id, place.thread_ts, {"text": text, "blocks": []})


async def put_and_send(posts: Posts, wanted: Post, ts: str = "1.0") -> None:
    await posts.put(1, [wanted])
    row = (await posts.unsent())[-1]
    assert await posts.claim(row)
    await posts.sent(row, ts)


async def test_slots_are_sent_in_the_order_in_which_they_were_first_put(posts: Posts, run: Run) -> None:
    await posts.put(1, [post(run, "board"), post(run, "answer")])
    await posts.put(2, [post(run, "notes"), post(run, "board", "done")])
    assert ["board", "answer", "notes"] == [row.post.slot for row in await posts.unsent()]
    assert {"text": "done", "blocks": []} == (await posts.unsent())[0].post.payload


async def test_the_cursor_moves_with_what_was_put_and_never_back(posts: Posts, run: Run) -> None:
    assert await posts.cursor() == 0
    await posts.put(7, [post(run, "board")])
    await posts.put(3, [])
    assert await posts.cursor() == 7


async def test_a_post_that_cannot_be_kept_leaves_the_cursor_where_it_was(posts: Posts, run: Run) -> None:
    nobodys = replace(post(run, "board"), run_id="r_unknown")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await posts.put(7, [post(run, "answer"), nobodys])
    assert await posts.cursor() == 0
    assert await posts.unsent() == []


async def test_a_sent_post_knows_its_message(posts: Posts, run: Run) -> None:
    await put_and_send(posts, post(run, "board"), "5.5")
    assert await posts.unsent() == []
    [found] = await posts.of(run.run_id)
    assert (found.post.slot, found.state, found.sent_version, found.ts) == ("board", "sent", 1, "5.5")


async def test_the_same_payload_put_again_changes_nothing(posts: Posts, run: Run) -> None:
    await put_and_send(posts, post(run, "board"))
    await posts.put(2, [post(run, "board")])
    assert await posts.unsent() == []


async def test_a_changed_payload_of_a_sent_post_is_pending_as_an_update_of_its_message(posts: Posts, run: Run) -> None:
    await put_and_send(posts, post(run, "board"), "5.5")
    await posts.put(2, [post(run, "board", "done")])
    (row,) = await posts.unsent()
    assert (row.state, row.ts, row.version, row.sent_version) == ("pending", "5.5", 2, 1)
    assert not row.uncertain


async def test_what_changed_while_it_was_being_sent_is_pending_again(posts: Posts, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    (row,) = await posts.unsent()
    assert await posts.claim(row)
    await posts.put(2, [post(run, "board", "done")])
    assert await posts.unsent() == [], "it is in flight"
    await posts.sent(row, "5.5")
    (again,) = await posts.unsent()
    assert (again.ts, again.version, again.sent_version, again.post.payload["text"]) == ("5.5", 2, 1, "done")


async def test_only_one_of_two_claims_gets_the_row(posts: Posts, house: Any, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    (row,) = await posts.unsent()
    assert await Posts(house.db, house.clock).claim(row) is True
    assert await posts.claim(row) is False


async def test_a_claim_of_what_was_changed_meanwhile_is_refused(posts: Posts, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    (row,) = await posts.unsent()
    await posts.put(2, [post(run, "board", "newer")])
    assert await posts.claim(row) is False
    assert await posts.claim((await posts.unsent())[0]) is True


async def test_what_a_dead_process_was_sending_comes_back_uncertain(
    house: Any, posts: Posts, run: Run, path: Path, open_house: Callable[[Path], Awaitable[Any]]
) -> None:
    await put_and_send(posts, post(run, "board"), "5.5")
    await posts.put(2, [post(run, "board", "done"), post(run, "answer"), post(run, "notes")])
    board, answer, _ = await posts.unsent()
    assert await posts.claim(board) and await posts.claim(answer)
    after = await open_house(path)
    reborn = Posts(after.db, after.clock)
    rows = await reborn.unsent()
    # The board has its ts: updating it twice shows it once.
    assert [("board", False), ("answer", True), ("notes", False)] == [(r.post.slot, r.uncertain) for r in rows]
    assert await reborn.claim(rows[1])
    await reborn.sent(rows[1], "6.0")
    assert ["sent"] == [r.state for r in await reborn.of(run.run_id) if r.post.slot == "answer"]
    await after.db.close()


async def test_a_found_message_of_an_older_version_is_updated(posts: Posts, house: Any, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    assert await posts.claim((await posts.unsent())[0])
    reborn = Posts(house.db, house.clock)
    await reborn.put(2, [post(run, "board", "done")])
    (row,) = await reborn.unsent()
    assert (row.uncertain, row.version) == (True, 2)
    await reborn.sent(replace(row, version=1), "5.5")
    (row,) = await reborn.unsent()
    assert (row.uncertain, row.ts, row.state) == (False, "5.5", "pending")


async def test_a_failed_attempt_is_due_again_after_its_pause(posts: Posts, house: Any, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    (row,) = await posts.unsent()
    assert await posts.claim(row)
    await posts.failed(row, "ratelimited", retry=True, after_seconds=30)
    (row,) = await posts.unsent()
    assert (row.attempts, row.error, row.uncertain) == (1, "ratelimited", False)
    assert await posts.claim(row) is False
    house.clock.pass_(30)
    assert await posts.claim(row) is True


async def test_pauses_grow_where_slack_names_none(posts: Posts, house: Any, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    pauses = []
    for _ in range(8):
        (row,) = await posts.unsent()
        assert await posts.claim(row)
        await posts.failed(row, "timeout", retry=True)
        (row,) = await posts.unsent()
        pauses.append((row.next_attempt_at - house.clock.now()).total_seconds())
        house.clock.pass_(pauses[-1])
    assert [1, 2, 4, 8, 16, 32, 60, 60] == pauses


async def test_doubt_about_an_attempt_stays_until_the_message_was_sent(posts: Posts, house: Any, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    (row,) = await posts.unsent()
    assert await posts.claim(row)
    await posts.failed(row, "timeout", retry=True, uncertain=True)
    for _ in range(2):
        house.clock.pass_(60)
        (row,) = await posts.unsent()
        assert row.uncertain
        assert await posts.claim(row)
        await posts.failed(row, "looking it up failed", retry=True)


async def test_a_post_given_up_is_not_sent_again_until_it_is_put_anew(posts: Posts, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    (row,) = await posts.unsent()
    assert await posts.claim(row)
    await posts.failed(row, "channel_not_found", retry=False)
    await posts.put(2, [post(run, "board")])
    assert await posts.unsent() == []
    assert [("failed", "channel_not_found")] == [(r.state, r.error) for r in await posts.of(run.run_id)]
    await posts.put(3, [post(run, "board", "done")])
    assert ["done"] == [r.post.payload["text"] for r in await posts.unsent()]


async def test_text_that_no_database_could_write_is_kept_as_it_is(posts: Posts, run: Run) -> None:
    await posts.put(1, [post(run, "board", "a\ud800b\0c")])
    assert "a\ud800b\0c" == (await posts.unsent())[0].post.payload["text"]


@pytest.mark.sqlite
async def test_a_post_whose_outcome_could_not_be_kept_is_looked_for_and_not_lost(
    posts: Posts, house: Any, run: Run
) -> None:
    await posts.put(1, [post(run, "board")])
    [row] = await posts.unsent()
    assert await posts.claim(row)
    refuses = "CREATE TRIGGER refuses BEFORE UPDATE ON posts BEGIN SELECT RAISE(ABORT, 'no'); END"
    await house.db.write(lambda conn: conn.exec_driver_sql(refuses))
    with pytest.raises(IntegrityError):
        await posts.sent(row, "1.0")
    await house.db.write(lambda conn: conn.exec_driver_sql("DROP TRIGGER refuses"))
    [again] = await posts.unsent()
    assert again.uncertain


async def test_an_attempt_during_an_outage_does_not_count(posts: Posts, run: Run) -> None:
    await posts.put(1, [post(run, "board")])
    for _ in range(3):
        [row] = await posts.unsent()
        assert await posts.claim(row)
        await posts.postponed(row, "ratelimited", seconds=0.0)
    [row] = await posts.unsent()
    assert row.attempts == 0
