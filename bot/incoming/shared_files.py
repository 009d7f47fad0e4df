"""Files shared with a question → documents that its channel can see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming.downloads import Downloads
from orchestration.values.domain import Conversation
from orchestration.values.text import visible
from storage.library.file_reader import FileReader
from storage.library.library import Library
from storage.library.unreadable import LARGEST_BYTES, TooLarge, Unreadable

MOST_FILES = 10
LONGEST_NAME = 120
READS = (
    "I read Markdown, text, HTML, PDF, Word, PowerPoint, Excel and CSV, "
    f"up to {LARGEST_BYTES // 1_000_000} MB, plain text up to 5 MB."
)
_HOSTED = ("hosted", "snippet")
"""What Slack itself keeps. The address of an external file is another app's choice."""
_NEVER_TEXT = ("image/", "video/", "audio/")
"""By what Slack says of it, so that a film is refused without being fetched; what is read goes by its bytes."""
_REFUSALS = {
    "file_not_found": "It is gone, or not shared with me.",
    "file_deleted": "It has been deleted.",
    "access_denied": "It is not shared with me.",
    "missing_scope": "I lack the scope `files:read`: reinstall the app from its manifest.",
}


@dataclass(frozen=True, slots=True)
class Kept:
    document_ids: tuple[str, ...]
    skipped: tuple[str, ...]
    """A sentence or two for each file that is no document."""

    @property
    def without_them(self) -> str:
        return " ".join((*self.skipped, READS, "I'm working on the question without it."))

    @property
    def sentence(self) -> str:
        if self.document_ids:
            return self.without_them
        return " ".join((*self.skipped, READS, "Nothing was started. Share it in a form I can read and ask again."))


class SharedFiles:
    def __init__(self, client: AsyncWebClient, library: Library, files: FileReader) -> None:
        self._client = client
        self._library = library
        self._files = files
        self._downloads = Downloads(client)

    async def keep(self, file_ids: Sequence[str], place: Conversation, user_id: str) -> Kept:
        """The same file again changes nothing. Raises NotFetched, or Slack's own error, where it may work later.

        Each file has its own limits of time, one after the other: ten of them can take minutes, and none is lost.
        """
        documents: list[str] = []
        skipped: list[str] = []
        for file_id in dict.fromkeys(file_ids[:MOST_FILES]):
            name = "one of the files"
            try:
                # What the event says of a file is not asked: only Slack itself knows where it lies.
                file = await self._described(file_id)
                name = f"`{_name(file).replace('`', '')}`"
                documents.append(await self._keep(file, place, user_id))
            except Unreadable as error:
                skipped.append(f"I did not read {name}. {error.sentence}")
        if len(file_ids) > MOST_FILES:
            skipped.append(f"Of {len(file_ids)} files I read the first {MOST_FILES}.")
        return Kept(tuple(documents), tuple(skipped))

    async def _keep(self, file: Mapping[str, Any], place: Conversation, user_id: str) -> str:
        read = await self._files.read(await self._bytes(file), _name(file))
        added = await self._library.add(
            team_id=place.team_id,
            channel_id=place.channel_id,
            title=_name(file),
            text=read.text,
            url=str(file.get("permalink") or ""),
            place=str(file.get("id") or ""),
            # Not the text's own `Source:` line, by which a shared page could pass for somebody else's.
            source="file",
            user_id=user_id,
            file=read.file,
        )
        return added.document_id

    async def _described(self, file_id: str) -> Mapping[str, Any]:
        try:
            file: Mapping[str, Any] = (await self._client.files_info(file=file_id))["file"]
        except SlackApiError as error:
            if reason := _REFUSALS.get(error.response["error"]):
                raise Unreadable(reason) from error
            raise
        return file

    async def _bytes(self, file: Mapping[str, Any]) -> bytes:
        if file.get("mode") not in _HOSTED or file.get("is_external") or file.get("external_type"):
            raise Unreadable("It is not stored in Slack.")
        if str(file.get("mimetype") or "").startswith(_NEVER_TEXT):
            raise Unreadable("It is a picture, a video or a sound, and I only read text.")
        if int(file.get("size") or 0) > LARGEST_BYTES:
            raise TooLarge
        return await self._downloads.fetch(str(file.get("url_private") or ""))


def file_ids(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the files that came with a message."""
    files = message.get("files") or ()
    return tuple(str(file["id"]) for file in files if isinstance(file, Mapping) and file.get("id"))


def _name(file: Mapping[str, Any]) -> str:
    name = visible(" ".join(str(file.get("name") or file.get("title") or "").split()))
    return name[-LONGEST_NAME:] or "file"
