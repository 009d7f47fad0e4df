"""Slack takes no message: what was paid for is kept, and only posted once it does."""

import json
from typing import Any

from model_server import Gate
from office import Office
from transcript import BEN, Talk, answered, buttons, said, words


async def test_a_channel_that_was_left_keeps_the_answer_for_its_asker_and_takes_it_later(
    office: Office, talk: Talk
) -> None:
    async with office.bot():
        office.model.before_reply = gate = Gate("single")
        await talk.play(said(BEN, "When was Flask first released?"), answered("board", "Single"))
        await gate.reached()
        members = talk.slack.workspace.channels[talk.channel].members
        members.remove(talk.slack.bot_user_id)
        gate.opened.set()
        direct = talk.slack.workspace.dm_of(BEN)
        assert direct is not None

        def told() -> list[dict[str, Any]]:
            return [m for m in talk.slack.workspace.in_channel(direct.id) if "post_again" in buttons(m)]

        await talk.until(told, "the answer for the asker alone")
        await talk.until(lambda: len(talk.slack.workspace.in_channel(direct.id)) == 2, "the answer after it")
        assert "Flask" in words(talk.slack.workspace.in_channel(direct.id)[-1])
        await office.until_rows("SELECT 1 FROM runs WHERE status = 'complete'")
        presented = "SELECT 1 FROM presenter_cursor WHERE event_id >= (SELECT max(id) FROM events)"
        await office.until_rows(presented)
        await office.until_rows(
            f"{presented} AND NOT EXISTS (SELECT 1 FROM posts WHERE state IN ('pending', 'sending'))"
        )
        _, out, _ = await office.terminal("runs", "--team", "T0DEMO", "--json")
        assert json.loads(out)["runs"][0]["delivery"] == "failed"
        calls = len(office.model.received)
        assert (await talk.slack.click(BEN, direct.id, told()[0]["ts"], "post_again")).ok
        members.append(talk.slack.bot_user_id)
        assert (await talk.slack.click(BEN, direct.id, told()[0]["ts"], "post_again")).ok
        await talk.play(answered("answer/v1", "Flask"))
        await office.until_rows("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM posts WHERE state != 'sent')")
        _, out, _ = await office.terminal("runs", "--team", "T0DEMO", "--json")
        assert json.loads(out)["runs"][0]["delivery"] == "delivered"
    assert len(office.model.received) == calls
