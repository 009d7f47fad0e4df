"""What a person types, as Slack's own clients send it."""

import html
import re
from typing import Any

from bot.simulator.workspace import Workspace

# Tokens that are already in Slack's notation stay as they are, so that a test can say exactly what it means.
_TOKEN = re.compile(r"<(?:[@#!][^<>\s|]+(?:\|[^<>]*)?|(?:https?|mailto):[^<>\s|]+(?:\|[^<>]*)?)>")
_PIECE = re.compile(rf"({_TOKEN.pattern}|https?://[^\s<>|]+|(?<![\w.@])@[\w.-]+)")


def as_sent(text: str, workspace: Workspace) -> str:
    """`&`, `<` and `>` escaped, bare links in brackets, `@name` as a mention."""
    return "".join(_wire(piece, workspace) for piece in _PIECE.split(text))


def as_rich_text(text: str) -> dict[str, Any]:
    """The block that clients send along with a text that is already in Slack's notation."""
    pieces = re.split(f"({_TOKEN.pattern})", text)
    elements = [_element(piece) for piece in pieces if piece]
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def _wire(piece: str, workspace: Workspace) -> str:
    if _TOKEN.fullmatch(piece):
        return piece
    if piece.startswith(("http://", "https://")):
        return f"<{_escaped(piece)}>"
    if piece.startswith("@") and (mention := _mention(piece[1:], workspace)):
        return mention
    return _escaped(piece)


def _mention(name: str, workspace: Workspace) -> str | None:
    # People may ring a channel; it is bots that must not.
    if name in ("channel", "here", "everyone"):
        return f"<!{name}>"
    known = name.rstrip(".-")
    user = next((u for u in workspace.users.values() if known in (u.name, u.real_name)), None)
    return f"<@{user.id}>{name[len(known) :]}" if user else None


def _escaped(text: str) -> str:
    """Entities that are there already are not escaped again."""
    return html.escape(re.sub(r"&(amp|lt|gt);", lambda m: html.unescape(m[0]), text), quote=False)


def _element(piece: str) -> dict[str, Any]:
    body, _, label = piece[1:-1].partition("|")
    if not _TOKEN.fullmatch(piece):
        return {"type": "text", "text": html.unescape(piece)}
    match body[0]:
        case "@":
            return {"type": "user", "user_id": body[1:]}
        case "#":
            return {"type": "channel", "channel_id": body[1:]}
        case "!":
            return _special(body[1:])
        case _:
            link = {"type": "link", "url": html.unescape(body)}
            return {**link, "text": label} if label else link


def _special(body: str) -> dict[str, Any]:
    if body.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": body.removeprefix("subteam^")}
    if body in ("channel", "here", "everyone"):
        return {"type": "broadcast", "range": body}
    return {"type": "text", "text": f"<!{body}>"}
