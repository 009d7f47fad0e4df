"""What the outbox sends arrives once, in order, at Slack's pace: the real client against the simulator."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import new_file
import pytest
from bench import CountingIds
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import RandomIds
from bot.outgoing.blocks.elements import actions, button, section
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.fitting import REFUSED, SHORTENED
from bot.outgoing.outbox import ATTEMPTS, RECENT_SECONDS, NotSent, Outbox
from bot.outgoing.own_messages import OwnMessages
from bot.simulator import Simulator
from bot.simulator.files import FileStore
from orchestration.values.domain import Conversation, Question
from storage.engine.database import Database
from storage.engine.opening import open_database
from storage.runs.runs import Runs
from storage.threads.posts import Post, Posts

CHANNEL = "C0RESEARCH"


@dataclass
class HandClock:
    """Stands still until a test, or a sleep, moves it."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Mail:
    """A run's thread, and an outbox that can be replaced by that of a next process."""

    slack: Simulator
    database: Database
    clock: HandClock
    client: AsyncWebClient
    posts: Posts
    outbox: Outbox
    run_id: str
    thread_ts: str
    channel_id: str = CHANNEL
    cursor: int = 0

    async def put(self, slot: str, *blocks: dict[str, Any], text: str = "words", **more: Any) -> None:
        self.cursor += 1
        payload = {"text": text, "blocks": list(blocks) or [section(f"{slot}: {text}")], **more}
        place = (self.slack.team_id, self.channel_id, self.thread_ts)
        await self.posts.put(self.cursor, [Post(self.run_id, slot, *place, payload)])

    async def pass_time(self, seconds: float, step: float = 0.5) -> None:
        end = self.clock.seconds + seconds
        while self.clock.seconds < end:
            await self.outbox.send_due()
            self.clock.seconds += step
        await self.outbox.send_due()

    def restart(self) -> None:
        """What a new process knows: only what the database and Slack know."""
        self.posts = Posts(self.database, self.clock)
        self.outbox = outbox_of(self.slack, self.posts, self.client, self.clock, self.database)

    def replies(self) -> list[dict[str, Any]]:
        return self.slack.thread(CHANNEL, self.thread_ts)[1:]

    def slots(self) -> list[str]:
        return [m["metadata"]["event_payload"]["slot"] for m in self.replies() if "metadata" in m]

    def calls(self, method: str) -> list[Any]:
        return [call for call in self.slack.calls if call.method == method]

    async def state(self, slot: str) -> str:
        return next(row.state for row in await self.posts.of(self.run_id) if row.post.slot == slot)


def outbox_of(slack: Simulator, posts: Posts, client: AsyncWebClient, clock: HandClock, database: Database) -> Outbox:
    return Outbox(posts, client, clock=clock, database=database, bot_id="B0DEMO")


@pytest.fixture
async def mail(slack: Simulator, tmp_path: Path) -> AsyncIterator[Mail]:
    clock = HandClock()
    new_file.lay(tmp_path / "posts.db")
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'posts.db'}", clock=clock)
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, timeout=60)
    thread_ts = await slack.post("U0ANA", CHANNEL, "a question")
    place = Conversation(slack.team_id, CHANNEL, thread_ts)
    runs = Runs(database, clock, CountingIds())
    run, _ = await runs.create(Question("a question", place, "U0ANA"), key="k", budget_nano_usd=1)
    posts = Posts(database, clock)
    outbox = outbox_of(slack, posts, client, clock, database)
    yield Mail(slack, database, clock, client, posts, outbox, run.run_id, thread_ts)
    await database.close()


async def test_messages_arrive_in_order_three_at_once_and_then_one_a_second(mail: Mail) -> None:
    for slot in ("board", "report/v1/s1", "report/v1/s2", "answer/v1", "notes/v1"):
        await mail.put(slot)
    await mail.outbox.send_due()
    assert mail.slots() == ["board", "report/v1/s1", "report/v1/s2"]
    await mail.pass_time(2.0)
    assert mail.slots() == ["board", "report/v1/s1", "report/v1/s2", "answer/v1", "notes/v1"]


async def test_where_threads_wait_boards_and_answers_of_all_go_before_anybodys_progress(mail: Mail) -> None:
    runs, threads = Runs(mail.database, mail.clock, RandomIds()), [mail.thread_ts]
    ids = [mail.run_id]
    for n in (2, 3):
        threads.append(await mail.slack.post("U0ANA", CHANNEL, f"question {n}"))
        question = Question("?", Conversation(mail.slack.team_id, CHANNEL, threads[-1]), "U0ANA")
        run, _ = await runs.create(question, key=f"k{n}", budget_nano_usd=1)
        ids.append(run.run_id)
    for mail.run_id, mail.thread_ts in zip(ids, threads, strict=True):
        for slot in ("board", "report/v1/s1", "answer/v1", "notes/v1"):
            await mail.put(slot)
    await mail.pass_time(12.0)
    posted = [call.args["metadata"] for call in mail.calls("chat.postMessage")]
    kinds = [metadata["event_payload"]["slot"].split("/")[0] for metadata in posted]
    assert kinds == ["board", "answer"] * 3 + ["notes"] * 3 + ["report"] * 3


async def test_every_post_has_text_and_metadata_and_unfurls_nothing(mail: Mail) -> None:
    await mail.put("board", text="")
    await mail.outbox.send_due()
    [call] = mail.calls("chat.postMessage")
    assert call.args["text"] and not call.args["unfurl_links"] and not call.args["unfurl_media"]
    assert call.args["metadata"] == {
        "event_type": "threadwork_post",
        "event_payload": {"run_id": mail.run_id, "slot": "board"},
    }


async def test_edits_of_a_board_are_coalesced_and_the_final_state_is_always_sent(mail: Mail) -> None:
    await mail.put("board", text="0", live=True)
    for number in range(1, 20):
        await mail.pass_time(0.5)
        await mail.put("board", text=str(number), live=True)
    await mail.put("board", text="final", live=False)
    await mail.pass_time(4)
    edits = mail.calls("chat.update")
    # 13.5 seconds: the first edit after one second, the next ones three apart.
    assert len(edits) <= 5
    assert mail.replies()[0]["text"] == "final" and edits[-1].args["text"] == "final"


async def test_an_unchanged_board_is_not_edited(mail: Mail) -> None:
    await mail.put("board")
    await mail.pass_time(5)
    await mail.put("board")
    await mail.pass_time(5)
    assert mail.calls("chat.update") == []


async def test_nothing_is_posted_before_the_time_that_a_429_names(mail: Mail) -> None:
    mail.slack.faults.rate_limit("chat.postMessage", retry_after=7)
    await mail.put("board")
    await mail.put("answer/v1")
    await mail.outbox.send_due()
    await mail.pass_time(6)
    assert len(mail.calls("chat.postMessage")) == 1 and mail.slots() == []
    await mail.pass_time(2)
    assert mail.slots() == ["board", "answer/v1"]


async def test_a_post_whose_reply_was_lost_is_found_and_not_sent_again(mail: Mail) -> None:
    mail.slack.faults.drop_reply("chat.postMessage")
    await mail.put("answer/v1")
    await mail.pass_time(10)
    assert mail.slots() == ["answer/v1"]
    assert len(mail.calls("chat.postMessage")) == 1 and mail.calls("conversations.replies")
    assert await mail.state("answer/v1") == "sent"


async def test_a_post_that_failed_unclearly_and_is_not_there_is_sent_again(mail: Mail) -> None:
    mail.slack.faults.fail("chat.postMessage", "internal_error")
    await mail.put("answer/v1")
    await mail.pass_time(10)
    assert mail.slots() == ["answer/v1"] and len(mail.calls("chat.postMessage")) == 2


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_crash_while_sending_posts_once(mail: Mail, arrived: bool) -> None:
    await mail.put("answer/v1")
    [row] = await mail.posts.unsent()
    assert await mail.posts.claim(row)
    if arrived:
        await mail.client.chat_postMessage(
            channel=CHANNEL,
            thread_ts=mail.thread_ts,
            text="words",
            metadata={
                "event_type": "threadwork_post",
                "event_payload": {"run_id": mail.run_id, "slot": "answer/v1"},
            },
        )
    mail.restart()
    await mail.pass_time(5)
    assert mail.slots() == ["answer/v1"] and await mail.state("answer/v1") == "sent"


async def test_only_our_own_bots_message_counts_as_ours(mail: Mail) -> None:
    await mail.put("answer/v1")
    await mail.outbox.send_due()
    wanted = {"run_id": mail.run_id, "slot": "answer/v1"}
    assert await OwnMessages(mail.client, "B0DEMO").message(CHANNEL, mail.thread_ts, wanted)
    assert await OwnMessages(mail.client, "B0OTHER").message(CHANNEL, mail.thread_ts, wanted) is None


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel"])
async def test_a_place_that_is_gone_is_given_up_and_holds_up_nothing(mail: Mail, error: str) -> None:
    mail.slack.faults.fail("chat.postMessage", error)
    await mail.put("board")
    await mail.put("answer/v1")
    await mail.pass_time(60, step=2)
    assert await mail.state("board") == "failed" and mail.slots() == ["answer/v1"]
    assert len(mail.calls("chat.postMessage")) == 2


async def test_an_edit_of_a_deleted_message_is_given_up(mail: Mail) -> None:
    await mail.put("board")
    await mail.outbox.send_due()
    await mail.client.chat_delete(channel=CHANNEL, ts=mail.replies()[0]["ts"])
    await mail.put("board", text="new")
    await mail.pass_time(60, step=2)
    assert len(mail.calls("chat.update")) == 1 and await mail.state("board") == "failed"


async def test_an_error_that_stays_is_tried_a_bounded_number_of_times(mail: Mail) -> None:
    mail.slack.faults.fail("chat.postMessage", "no_permission", times=50)
    await mail.put("board")
    await mail.pass_time(600, step=10)
    assert len(mail.calls("chat.postMessage")) == ATTEMPTS and await mail.state("board") == "failed"


async def test_a_post_waits_for_a_token_that_slack_takes(mail: Mail) -> None:
    mail.slack.faults.fail("chat.postMessage", "token_revoked", times=2 * ATTEMPTS)
    await mail.put("board")
    await mail.pass_time(30 * ATTEMPTS, step=10)
    assert mail.slots() == ["board"]


async def test_what_comes_later_waits_for_what_failed(mail: Mail) -> None:
    mail.slack.faults.fail("chat.postMessage", "invalid_auth")
    await mail.put("board")
    await mail.put("answer/v1")
    await mail.outbox.send_due()
    assert mail.slots() == []
    await mail.pass_time(10)
    assert mail.slots() == ["board", "answer/v1"]


async def test_another_channel_does_not_wait(mail: Mail) -> None:
    mail.slack.faults.fail("chat.postMessage", "channel_is_slow")
    await mail.put("board")
    await mail.outbox.send_due()
    mail.channel_id, mail.thread_ts = "C0MARKET", await mail.slack.post("U0ANA", "C0MARKET", "another")
    await mail.put("other")
    await mail.outbox.send_due()
    assert mail.slack.thread("C0MARKET", mail.thread_ts)[1:]


async def test_a_refused_layout_becomes_words_that_keep_their_buttons(mail: Mail) -> None:
    stop = actions(button("Stop", "stop", "r_1"))
    await mail.put("board", {"type": "unheard_of"}, stop, text="what it says")
    await mail.pass_time(5)
    [message] = mail.replies()
    assert [block["type"] for block in message["blocks"]] == ["section", "context", "actions"]
    assert message["blocks"][0]["text"]["text"] == "what it says"
    assert message["blocks"][1]["elements"][0]["text"] == REFUSED


async def test_too_much_is_shortened_with_a_sentence(mail: Mail) -> None:
    stop = actions(button("Stop", "stop", "r_1"))
    await mail.put("answer/v1", *[section("x" * 2_900) for _ in range(60)], stop, text="y" * 50_000)
    await mail.pass_time(2)
    [message] = mail.replies()
    assert message["blocks"][-1]["type"] == "actions"
    assert message["blocks"][-2]["elements"][0]["text"] == SHORTENED


async def test_a_file_is_shared_once_even_where_the_reply_was_lost(mail: Mail) -> None:
    mail.slack.faults.drop_reply("files.completeUploadExternal")
    file = {"name": "answer-v1.md", "title": "Answer", "content": "# All of it"}
    await mail.put("answer/v1/file", section("-"), file=file)
    await mail.pass_time(10)
    [message] = mail.replies()
    assert [f["name"] for f in message["files"]] == [f"{mail.run_id}-answer-v1.md"]
    assert await mail.state("answer/v1/file") == "sent"


async def test_a_reply_with_a_known_key_is_not_said_again_also_after_a_restart(mail: Mail) -> None:
    message = SlackMessage("Passed on.", [section("Passed on.")])
    first = await mail.outbox.reply(CHANNEL, message, key="said/1", thread_ts=mail.thread_ts)
    mail.restart()
    again = await mail.outbox.reply(CHANNEL, message, key="said/1", thread_ts=mail.thread_ts)
    assert again == first and len(mail.replies()) == 1
    assert await mail.outbox.reply(CHANNEL, message, key="said/2", thread_ts=mail.thread_ts) != first


@pytest.mark.parametrize(
    "fault",
    [
        lambda faults: faults.drop_reply("chat.postMessage"),
        lambda faults: faults.rate_limit("chat.postMessage", retry_after=1),
        lambda faults: faults.fail("chat.postMessage", "fatal_error"),
    ],
)
async def test_a_reply_arrives_once_through_one_fault(mail: Mail, fault: Callable[[Any], None]) -> None:
    fault(mail.slack.faults)
    await mail.outbox.reply(CHANNEL, SlackMessage("Hello", [section("Hello")]), key="k", thread_ts=mail.thread_ts)
    assert len(mail.replies()) == 1


async def test_a_reply_that_cannot_be_said_raises_a_sentence(mail: Mail) -> None:
    with pytest.raises(NotSent, match="Slack did not accept the message"):
        await mail.outbox.reply("C0NOWHERE", SlackMessage("Hello", []), key="k")


async def test_an_ephemeral_that_fails_is_only_logged(mail: Mail) -> None:
    await mail.outbox.ephemeral(CHANNEL, "U0NOBODY", SlackMessage("Hello", [section("Hello")]))
    await mail.outbox.ephemeral(CHANNEL, "U0ANA", SlackMessage("<!channel>", [section("Hello <!here>")]))
    [whisper] = mail.slack.ephemerals("U0ANA")
    assert "<!" not in str(whisper)


async def test_a_view_with_a_spent_trigger_raises_a_sentence(mail: Mail) -> None:
    with pytest.raises(NotSent):
        await mail.outbox.open_view(
            "1.2.x", {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
        )


async def test_the_home_tab_is_published(mail: Mail) -> None:
    await mail.outbox.publish_home("U0ANA", {"type": "home", "blocks": [section("Hello")]})
    [call] = mail.calls("views.publish")
    assert call.ok


async def test_edits_of_a_workspace_stay_below_fifty_a_minute(mail: Mail) -> None:
    slots = [f"slot/{n}" for n in range(30)]
    for slot in slots:
        await mail.put(slot)
    await mail.pass_time(40)
    for text in ("a", "b", "c"):
        for slot in slots:
            await mail.put(slot, text=text)
        await mail.pass_time(20)
    assert 0 < len(mail.calls("chat.update")) <= 50


async def test_an_outage_of_half_an_hour_loses_no_message(mail: Mail) -> None:
    mail.slack.faults.http_status("chat.postMessage", 502, times=2_000)
    await mail.put("answer/v1")
    await mail.pass_time(1_800, step=30)
    assert mail.slots() == [] and await mail.state("answer/v1") == "pending"
    mail.slack.faults.clear()
    await mail.pass_time(60)
    assert mail.slots() == ["answer/v1"]


async def test_an_upload_that_was_refused_is_tried_again(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    receive, refused = FileStore.receive, ["busy"]

    def reluctant(store: FileStore, ticket: str, data: bytes) -> str | None:
        return refused.pop() if refused else receive(store, ticket, data)

    monkeypatch.setattr(FileStore, "receive", reluctant)
    file = {"name": "answer-v1.md", "title": "Answer", "content": "# All of it"}
    await mail.put("answer/v1/file", section("-"), file=file)
    await mail.pass_time(10)
    assert not refused and await mail.state("answer/v1/file") == "sent"


async def test_a_reply_in_doubt_is_not_said_again_before_it_was_looked_for(mail: Mail) -> None:
    mail.clock.seconds += RECENT_SECONDS
    mail.slack.faults.drop_reply("chat.postMessage")
    mail.slack.faults.fail("conversations.replies", "internal_error")
    message = SlackMessage("Hello", [section("Hello")])
    with pytest.raises(NotSent):
        await mail.outbox.reply(CHANNEL, message, key="k", thread_ts=mail.thread_ts)
    await mail.outbox.reply(CHANNEL, message, key="k", thread_ts=mail.thread_ts)
    assert len(mail.replies()) == 1


async def test_a_reply_does_not_sit_out_a_long_429_but_is_said_after_it(mail: Mail) -> None:
    mail.slack.faults.rate_limit("chat.postMessage", retry_after=60)
    message = SlackMessage("Hello", [section("Hello")])
    for _ in range(2):
        with pytest.raises(NotSent) as raised:
            await mail.outbox.reply(CHANNEL, message, key="k", thread_ts=mail.thread_ts)
        assert raised.value.passing
    assert len(mail.calls("chat.postMessage")) == 1 and mail.clock.seconds < 5
    mail.clock.seconds += 60
    await mail.outbox.reply(CHANNEL, message, key="k", thread_ts=mail.thread_ts)
    assert len(mail.replies()) == 1
