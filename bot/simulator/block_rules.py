"""The limits of Block Kit that no schema states."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]
Found = Iterator[tuple[str, str]]

_NOT_READ = frozenset(
    {"type", "block_id", "action_id", "value", "style", "url", "status", "task_id", "image_url", "verbatim"}
)
_NOT_IN_ACTIONS = ("multi_", "plain_text_input", "number_input", "email_text_input", "url_text_input")
_ONLY_IN_VIEWS = frozenset({"input", "alert"})
_ONLY_IN_MESSAGES = frozenset(
    {"table", "data_table", "plan", "task_card", "carousel", "card", "file", "markdown", "context_actions"}
)
_MARKDOWN_CHARACTERS = 12_000


def readable(node: Any) -> Iterator[str]:
    """Every text in blocks that people read."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key not in _NOT_READ:
                yield from readable(value)
    elif isinstance(node, Sequence):
        for item in node:
            yield from readable(item)


def elements(block: Block) -> Iterator[tuple[str, Block]]:
    """The interactive elements of a block, each with its place in it."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), Mapping):
            yield f"/{key}", block[key]
    if block["type"] in ("actions", "context_actions"):
        for i, element in enumerate(block["elements"]):
            yield f"/elements/{i}", element
    for i, child in enumerate(block.get("child_blocks", ())):
        for pointer, element in elements(child):
            yield f"/child_blocks/{i}{pointer}", element


def _sections_say_something(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        if block["type"] == "section" and not block.get("text") and not block.get("fields"):
            yield f"/blocks/{i}", "missing required field: text or fields"


def _nothing_is_blank(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        text = block.get("text")
        text = text.get("text") if isinstance(text, Mapping) else text
        if isinstance(text, str) and not text.strip():
            yield f"/blocks/{i}/text", "must be more than 0 characters"


def _block_ids_are_unique(blocks: Sequence[Block], *_: Any) -> Found:
    for block_id in _repeated(block.get("block_id") for block in blocks):
        yield "/blocks", f"`block_id` {block_id} is used more than once"


def _action_ids_are_unique(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        for action_id in _repeated(element.get("action_id") for _, element in elements(block)):
            yield f"/blocks/{i}/elements", f"`action_id` {action_id} is used more than once"


def _actions_hold_only_what_fits(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        for pointer, element in elements(block) if block["type"] == "actions" else ():
            if str(element["type"]).startswith(_NOT_IN_ACTIONS):
                yield f"/blocks/{i}{pointer}/type", f"unsupported type: {element['type']}"


def _markdown_fits_together(blocks: Sequence[Block], *_: Any) -> Found:
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > _MARKDOWN_CHARACTERS:
        yield "/blocks", f"must be less than {_MARKDOWN_CHARACTERS + 1} characters in all markdown blocks"


def _one_table(blocks: Sequence[Block], *_: Any) -> Found:
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "/blocks", "only one table block is allowed in a message"


def _tables_are_even(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        if block["type"] in ("table", "data_table") and len({len(row) for row in block["rows"]}) > 1:
            yield f"/blocks/{i}/rows", "rows must have the same number of cells"


def _selects_have_options(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        for pointer, element in elements(block):
            if element["type"] in ("static_select", "multi_static_select") and (
                ("options" in element) == ("option_groups" in element)
            ):
                yield f"/blocks/{i}{pointer}", "exactly one of options and option_groups is required"


def _options_differ(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        for pointer, element in elements(block):
            for value in _repeated(option.get("value") for option in element.get("options", ())):
                yield f"/blocks/{i}{pointer}/options", f"option value {value} is used more than once"


def _plan_tasks_differ(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        for task_id in _repeated(task.get("task_id") for task in block.get("tasks", ())):
            yield f"/blocks/{i}/tasks", f"`task_id` {task_id} is used more than once"


def _fit_a_message(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        if block["type"] in _ONLY_IN_VIEWS:
            yield f"/blocks/{i}/type", f"unsupported type: {block['type']}"


def _fit_a_view(blocks: Sequence[Block], *_: Any) -> Found:
    for i, block in enumerate(blocks):
        if block["type"] in _ONLY_IN_MESSAGES:
            yield f"/blocks/{i}/type", f"unsupported type: {block['type']}"


def _forms_can_be_sent(blocks: Sequence[Block], view: Mapping[str, Any]) -> Found:
    if "submit" not in view and any(block["type"] == "input" for block in blocks):
        yield "/view/submit", "missing required field: submit (the view has an input block)"


def _repeated(names: Iterable[Any]) -> list[Any]:
    return [name for name, count in Counter(n for n in names if n is not None).items() if count > 1]


_EVERYWHERE = (
    _sections_say_something,
    _nothing_is_blank,
    _block_ids_are_unique,
    _action_ids_are_unique,
    _actions_hold_only_what_fits,
    _markdown_fits_together,
    _tables_are_even,
    _selects_have_options,
    _options_differ,
    _plan_tasks_differ,
)
MESSAGE_RULES = (*_EVERYWHERE, _fit_a_message, _one_table)
VIEW_RULES = {
    "modal": (*_EVERYWHERE, _fit_a_view, _forms_can_be_sent),
    "home": (*_EVERYWHERE, _fit_a_view),
}
