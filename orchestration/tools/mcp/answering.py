"""What a server answered, as text: nothing but text is passed on, and only so much of it."""

import json

from mcp_types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from orchestration.tools.mcp.schema import visible

TEXT_BYTES = 16_000
"""With its quotes escaped it still fits into what one tool result may take."""


def text_of(result: CallToolResult) -> str:
    """Its texts one after the other; pictures, sounds and files are named and dropped."""
    parts = [_part(block) for block in result.content]
    if result.structured_content is not None and not _told(result):
        parts.append(json.dumps(result.structured_content, ensure_ascii=False))
    return cut(visible("\n\n".join(part for part in parts if part)).strip())


def cut(text: str) -> str:
    data = text.encode()
    if len(data) <= TEXT_BYTES:
        return text
    return f"{data[:TEXT_BYTES].decode(errors='ignore')}\n[cut: {len(data)} bytes were too many; ask for less]"


def _part(block: ContentBlock) -> str:
    if isinstance(block, TextContent):
        return block.text
    if isinstance(block, ImageContent | AudioContent):
        return f"[{block.type} left out: {block.mime_type}]"
    if isinstance(block, ResourceLink):
        return f"{block.title or block.name}: {block.uri}"
    if isinstance(block, EmbeddedResource) and isinstance(block.resource, TextResourceContents):
        return block.resource.text
    return f"[{block.type} left out]"


def _told(result: CallToolResult) -> bool:
    """Whether a text already says what the structured content says, as the protocol asks servers to do."""
    for block in result.content:
        if isinstance(block, TextContent):
            try:
                if json.loads(block.text) == result.structured_content:
                    return True
            except (ValueError, RecursionError):
                continue
    return False
