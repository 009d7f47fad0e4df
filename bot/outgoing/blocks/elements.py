"""The pieces that every message is put together from; each makes the foreign text in it inert."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import linkable, plain, still

Span = dict[str, Any]


def span(text: str, *styles: str) -> Span:
    """Text in a `rich_text`, where nothing is parsed; styles are `bold`, `italic`, `code`, `strike`."""
    styled: Span = {"style": dict.fromkeys(styles, True)} if styles else {}
    return {"type": "text", "text": still(text), **styled}


def prose(text: str) -> list[Span]:
    """A sentence of ours, with commands between backticks."""
    parts = text.split("`")
    return [span(part, "code") if n % 2 else span(part) for n, part in enumerate(parts) if part]


def link(url: str, text: str) -> Span:
    """A link where the address may be one, else its text alone."""
    return {"type": "link", "url": url, "text": plain(text, 200) or url} if linkable(url) else span(text)


def person(user_id: str) -> Span:
    return {"type": "user", "user_id": user_id} if user_id.startswith(("U", "W")) else span(user_id or "somebody")


def place(channel_id: str) -> Span:
    """A channel that everyone reading along may see."""
    channel = channel_id.startswith(("C", "G"))
    return {"type": "channel", "channel_id": channel_id} if channel else span("this conversation")


def moment(at: datetime) -> Span:
    """A time in the reader's own time zone."""
    shown = "{date_short_pretty} at {time}"
    return {"type": "date", "timestamp": int(at.timestamp()), "format": shown, "fallback": f"{at:%Y-%m-%d %H:%M} UTC"}


def line(*spans: Span) -> Block:
    return {"type": "rich_text_section", "elements": [s for s in spans if s.get("text") != ""] or [span(" ")]}


def listed(items: Iterable[Sequence[Span]], *, ordered: bool = False, first: int = 1) -> Block:
    start = {"offset": first - 1} if ordered and first > 1 else {}
    style = "ordered" if ordered else "bullet"
    return {"type": "rich_text_list", "style": style, "elements": [line(*item) for item in items], **start}


def quoted(*spans: Span) -> Block:
    return {"type": "rich_text_quote", "elements": list(spans)}


def rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def context(*lines: str) -> Block:
    """Small grey lines of mrkdwn that is already safe."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "\n".join(lines), "verbatim": True}]}


def section(mrkdwn: str) -> Block:
    """A line of mrkdwn that is already safe."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def header(text: str) -> Block:
    return {"type": "header", "text": words(text, 150)}


def words(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": plain(text, limit) or "–", "emoji": True}


def button(label: str, action_id: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    extra: Mapping[str, Any] = {"style": style} if style else {}
    asked: Mapping[str, Any] = {"confirm": confirm} if confirm else {}
    base = {"type": "button", "text": words(label, 75), "action_id": action_id, "value": value}
    return {**base, **extra, **asked}


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def confirmation(title: str, text: str, *, confirm: str, deny: str) -> Block:
    return {
        "title": words(title, 100),
        "text": words(text, 300),
        "confirm": words(confirm, 30),
        "deny": words(deny, 30),
        "style": "danger",
    }
