"""Files: announced, uploaded, shared and fetched."""

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.simulator.ids import Ids


@dataclass
class File:
    id: str
    name: str
    size: int
    user_id: str
    title: str = ""
    alt_text: str = ""
    created: int = 0
    data: bytes | None = None
    """None until the bytes have arrived."""
    channels: list[str] = field(default_factory=list)

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def described(self, address: str, team_id: str) -> dict[str, Any]:
        """As it is in messages and in `files.info`."""
        extension = self.name.rpartition(".")[2].lower()
        name = quote(self.name, safe="", errors="replace")
        url = f"{address}/files-pri/{team_id}-{self.id}/{name}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": {"md": "markdown", "txt": "text"}.get(extension, extension),
            "pretty_type": extension.upper(),
            "user": self.user_id,
            "mode": "hosted",
            "editable": False,
            "is_external": False,
            "external_type": "",
            "is_public": any(channel.startswith("C") for channel in self.channels),
            "size": self.size,
            "alt_txt": self.alt_text,
            "url_private": url,
            "url_private_download": url,
            "permalink": f"{address}/files/{self.user_id}/{self.id}/{name}",
            "channels": [channel for channel in self.channels if channel.startswith("C")],
            "ims": [channel for channel in self.channels if channel.startswith("D")],
        }


class FileStore:
    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._files: dict[str, File] = {}
        self._tickets: dict[str, str] = {}

    def announce(self, file: File) -> str:
        """Expects the bytes of a file; the path to send them to."""
        self._files[file.id] = file
        ticket = self._ids.new("u")
        self._tickets[ticket] = file.id
        return f"/upload/v1/{ticket}"

    def receive(self, ticket: str, data: bytes) -> str | None:
        """The reason why the bytes were refused, if they were."""
        file_id = self._tickets.get(ticket)
        if file_id is None:
            return "unknown or used upload address"
        file = self._files[file_id]
        if len(data) != file.size:
            return f"{len(data)} bytes came where {file.size} were announced"
        file.data = data
        # An upload address takes bytes once.
        del self._tickets[ticket]
        return None

    def keep(self, user_id: str, name: str, data: bytes, *, created: int) -> File:
        """A file that a person brings along."""
        file = File(self._ids.new("F"), name, len(data), user_id, created=created, data=data)
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def arrived(self, file_ids: Sequence[str]) -> list[File] | None:
        """All of them, or None where one is unknown or has no bytes yet."""
        found = [file for file_id in file_ids if (file := self._files.get(file_id)) and file.data is not None]
        return found if len(found) == len(file_ids) else None
