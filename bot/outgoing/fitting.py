"""The last look at what goes to Slack: nothing active in it that we did not mean, and nothing too long.

Builders already make foreign text inert and keep their limits. What slips through is made harmless or shortened here
with a sentence, so that one odd message never holds up a thread.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.outgoing.blocks.elements import context
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import JOINER, without_hidden
from orchestration.values.text import cut

TEXT_CHARACTERS = 3_900
BLOCKS = 50
MARKDOWN_CHARACTERS = 11_900
MESSAGE_CHARACTERS = 12_900
SECTION_CHARACTERS = 3_000
SHORTENED = "Shortened: this is all Slack can show in one message."
REFUSED = "Slack rejected the layout of this message, so here is the plain text."

_NAMES = frozenset({"type", "url", "value", "action_id", "block_id", "style", "status", "task_id", "callback_id"})


def fitted(text: str, blocks: list[Block]) -> tuple[str, list[Block]]:
    """The fallback text and the blocks as they may be sent."""
    spoken = cut(inert(text), TEXT_CHARACTERS)
    safe = [_within(inert(block)) for block in blocks]
    return spoken or "Threadwork", list(_room(safe))


def plainly(text: str, blocks: list[Block]) -> list[Block]:
    """What is left of a message whose layout Slack refused: its words and its buttons."""
    words = {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION_CHARACTERS)}}
    buttons = [block for block in blocks if block.get("type") == "actions"]
    return [words, context(REFUSED), *buttons]


def inert(value: Any, name: str = "") -> Any:
    """The same with every string cleaned, and no `<!…>` left: we never mean to call a channel."""
    if isinstance(value, str):
        cleaned = without_hidden(value)
        return cleaned if name in _NAMES else cleaned.replace("<!", f"<{JOINER}!")
    if isinstance(value, Mapping):
        return {key: inert(item, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [inert(item, name) for item in value]
    return value


def readable(value: Any, name: str = "") -> Iterator[str]:
    """Every text in blocks that counts towards a message's size."""
    if isinstance(value, str) and name not in _NAMES:
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from readable(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from readable(item)


def _within(block: Block) -> Block:
    text = block.get("text")
    if block.get("type") == "section" and isinstance(text, dict):
        return {**block, "text": {**text, "text": cut(text["text"], SECTION_CHARACTERS)}}
    if block.get("type") == "markdown" and isinstance(text, str):
        return {**block, "text": cut(text, MARKDOWN_CHARACTERS)}
    return block


def _room(blocks: list[Block]) -> Iterator[Block]:
    """Blocks from the top as long as there is room, and always the buttons."""
    sizes = [sum(map(len, readable(block))) for block in blocks]
    if len(blocks) <= BLOCKS and sum(sizes) <= MESSAGE_CHARACTERS and _markdown(blocks) <= MARKDOWN_CHARACTERS:
        yield from blocks
        return
    buttons = [i for i, block in enumerate(blocks) if block.get("type") == "actions"]
    left, places = MESSAGE_CHARACTERS - 100 - sum(sizes[i] for i in buttons), BLOCKS - 1 - len(buttons)
    prose = MARKDOWN_CHARACTERS
    for i, block in enumerate(blocks):
        prose -= _markdown([block])
        if i in buttons or left < sizes[i] or places < 1 or prose < 0:
            break
        left, places = left - sizes[i], places - 1
        yield block
    yield context(SHORTENED)
    yield from (blocks[i] for i in buttons)


def _markdown(blocks: list[Block]) -> int:
    return sum(len(block["text"]) for block in blocks if block.get("type") == "markdown")
