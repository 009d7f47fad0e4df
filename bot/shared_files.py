"""Files shared with a question → documents that its channel can see."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.downloads import LARGEST_BYTES, Downloads, NotFetched, too_large
from bot.plain_text import Unreadable, text_of
from orchestration.domain import Conversation
from storage.library import Library

MOST_FILES = 10
SECONDS = 10.0
"""For all files of one message: what comes after it waits that long."""
LONGEST_NAME = 120
READABLE = (".md", ".markdown", ".txt", ".csv")
READS = f"I read Markdown, plain text and CSV ({', '.join(READABLE)}) in UTF-8, up to {LARGEST_BYTES // 1_000_000} MB."
_HOSTED = ("hosted", "snippet")
"""What Slack itself keeps. The address of an external file is another app's choice."""
_TEXT_SNIPPETS = ("text", "markdown", "csv")
_REFUSALS = {
    "file_not_found": "It is gone, or not shared with me.",
    "file_deleted": "It has been deleted.",
    "access_denied": "It is not shared with me.",
    "missing_scope": "I lack the scope `files:read`: have the app installed again from its manifest.",
}


@dataclass(frozen=True, slots=True)
class Kept:
    document_ids: tuple[str, ...]
    skipped: tuple[str, ...]
    """A sentence or two for each file that is no document."""

    @property
    def sentence(self) -> str:
        if self.document_ids:
            return " ".join((*self.skipped, READS, "The question is worked on without it."))
        return " ".join((*self.skipped, READS, "Nothing was started: share it like that, and ask again."))


class SharedFiles:
    def __init__(self, client: AsyncWebClient, library: Library) -> None:
        self._client = client
        self._library = library
        self._downloads = Downloads(client)

    async def keep(self, file_ids: Sequence[str], place: Conversation, user_id: str) -> Kept:
        """The same file again changes nothing. Raises NotFetched, or Slack's own error, where it may work later."""
        documents: list[str] = []
        skipped: list[str] = []
        try:
            async with asyncio.timeout(SECONDS):
                for file_id in dict.fromkeys(file_ids[:MOST_FILES]):
                    await self._keep(file_id, place, user_id, into=(documents, skipped))
        except TimeoutError as error:
            raise NotFetched(f"The files of a message took longer than {SECONDS:.0f} s.") from error
        if len(file_ids) > MOST_FILES:
            skipped.append(f"Of {len(file_ids)} files I took the first {MOST_FILES}.")
        return Kept(tuple(documents), tuple(skipped))

    async def _keep(
        self, file_id: str, place: Conversation, user_id: str, *, into: tuple[list[str], list[str]]
    ) -> None:
        name = "one of the files"
        try:
            # What the event says of a file is not asked: only Slack itself knows where it lies.
            file = await self._described(file_id)
            name = f"`{_name(file).replace('`', '')}`"
            text = await self._text(file)
        except Unreadable as error:
            into[1].append(f"I did not read {name}. {error.reason}")
            return
        added = await self._library.add(
            team_id=place.team_id,
            channel_id=place.channel_id,
            title=_name(file),
            text=text,
            url=str(file.get("permalink") or ""),
            # Not the text's own `Source:` line, by which a shared page could pass for somebody else's.
            source="file",
            user_id=user_id,
        )
        into[0].append(added.document_id)

    async def _described(self, file_id: str) -> Mapping[str, Any]:
        try:
            file: Mapping[str, Any] = (await self._client.files_info(file=file_id))["file"]
        except SlackApiError as error:
            if reason := _REFUSALS.get(error.response["error"]):
                raise Unreadable(reason) from error
            raise
        return file

    async def _text(self, file: Mapping[str, Any]) -> str:
        if file.get("mode") not in _HOSTED or file.get("is_external") or file.get("external_type"):
            raise Unreadable("It is not a file that Slack keeps.")
        snippet = file["mode"] == "snippet" and file.get("filetype") in _TEXT_SNIPPETS
        if not snippet and not _name(file).lower().endswith(READABLE):
            raise Unreadable("I cannot read files of its kind yet.")
        if int(file.get("size") or 0) > LARGEST_BYTES:
            raise too_large()
        return text_of(await self._downloads.fetch(str(file.get("url_private") or "")))


def file_ids(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the files that came with a message."""
    files = message.get("files") or ()
    return tuple(str(file["id"]) for file in files if isinstance(file, Mapping) and file.get("id"))


def _name(file: Mapping[str, Any]) -> str:
    return " ".join(str(file.get("name") or file.get("title") or "file").split())[-LONGEST_NAME:]
