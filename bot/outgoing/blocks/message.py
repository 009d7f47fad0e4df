"""A message before it is sent: what the presenter decides and the outbox posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackFile:
    name: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class SlackMessage:
    text: str
    """What a notification and a screen reader say; it replaces the blocks, so it has to say what they say."""
    blocks: list[Block]
    file: SlackFile | None = None

    def payload(self) -> dict[str, Any]:
        file = self.file
        attached = {"file": {"name": file.name, "title": file.title, "content": file.content}} if file else {}
        return {"text": self.text, "blocks": self.blocks, **attached}

    @classmethod
    def of_payload(cls, payload: Mapping[str, Any]) -> Self:
        file = payload.get("file")
        return cls(payload["text"], list(payload["blocks"]), SlackFile(**file) if file else None)
