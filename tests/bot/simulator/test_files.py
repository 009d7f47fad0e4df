from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError


async def test_the_sdks_upload_ends_as_a_message_with_the_file_in_the_thread(
    slack: Any, client: Any, http: Any
) -> None:
    root = await slack.post("U0ANA", "C0RESEARCH", "question")
    await client(slack).files_upload_v2(
        channel="C0RESEARCH",
        thread_ts=root,
        filename="the answer.md",
        title="Answer",
        content="# Long",
        initial_comment="Here",
    )
    message = slack.thread("C0RESEARCH", root)[1]
    file = message["files"][0]
    assert ("Here", "Answer", 6, "text/markdown") == (message["text"], file["title"], file["size"], file["mimetype"])
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with http.get(file["url_private"], headers=headers) as response:
        assert "# Long" == await response.text()
    async with http.get(file["url_private"], allow_redirects=False) as response:
        assert (302, "/") == (response.status, response.headers["Location"])


async def test_bytes_of_another_length_are_refused(slack: Any, client: Any, http: aiohttp.ClientSession) -> None:
    web = client(slack)
    ticket = await web.files_getUploadURLExternal(filename="a.txt", length=5)
    async with http.post(ticket["upload_url"], data=b"too long") as response:
        assert 400 == response.status
    with pytest.raises(SlackApiError, match="file_not_found"):
        await web.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "a"}])
    async with http.post(ticket["upload_url"], data=b"right") as response:
        assert 200 == response.status
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await web.files_completeUploadExternal(
            files=[{"id": ticket["file_id"], "title": "a"}], channel_id="C0RESEARCH", thread_ts="1.000001"
        )


async def test_a_persons_file_comes_with_the_message_and_the_mention(slack: Any, client: Any, http: Any) -> None:
    ts = await slack.post("U0ANA", "C0RESEARCH", "@threadwork read this", files=[("../notes.txt", b"some notes")])
    message = slack.thread("C0RESEARCH", ts)[0]
    assert ("file_share", "notes.txt") == (message["subtype"], message["files"][0]["name"])
    file = (await client(slack).files_info(file=message["files"][0]["id"]))["file"]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with http.get(file["url_private"], headers=headers) as response:
        assert b"some notes" == await response.read()


async def test_an_empty_file_cannot_be_announced(slack: Any, client: Any) -> None:
    with pytest.raises((SlackApiError, SlackRequestError)):
        await client(slack).files_upload_v2(channel="C0RESEARCH", filename="a.txt", content="")


async def test_the_bot_cannot_fetch_a_file_of_a_channel_it_left(slack: Any, client: Any) -> None:
    ts = await slack.post("U0ANA", "C0STRATEGY", "secret", files=[("plan.txt", b"plan")])
    file_id = slack.thread("C0STRATEGY", ts)[0]["files"][0]["id"]
    slack.workspace.channels["C0STRATEGY"].members.remove(slack.bot_user_id)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client(slack).files_info(file=file_id)
