"""Which blocks Slack would refuse, and with which words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from bot.simulator import block_rules
from bot.simulator.block_schema import validator
from bot.simulator.ids import Ids

MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 13_200  # not documented; found by others near this number
MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000


@dataclass(frozen=True)
class Problem:
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


def message_problems(blocks: Any) -> list[Problem]:
    if not isinstance(blocks, list):
        return [Problem("/blocks", "must be an array of blocks")]
    if len(blocks) > MESSAGE_BLOCKS:
        return [Problem("/blocks", f"no more than {MESSAGE_BLOCKS} items allowed")]
    problems = [p for i, block in enumerate(blocks) for p in _against("KnownBlock", block, f"/blocks/{i}")]
    return problems or list(_by_hand(block_rules.MESSAGE_RULES, blocks))


def view_problems(view: Any) -> list[Problem]:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return [Problem("/view/type", "must be one of: modal, home")]
    definition = "ModalView" if view["type"] == "modal" else "HomeView"
    problems = list(_against(definition, view, "/view"))
    return problems or list(_by_hand(block_rules.VIEW_RULES[view["type"]], view["blocks"], view))


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """The characters that people read, over all blocks."""
    return sum(len(text) for text in block_rules.readable(blocks))


def stamped(blocks: Sequence[Mapping[str, Any]], ids: Ids) -> list[dict[str, Any]]:
    """A copy in which every block and every interactive element has an id, as Slack hands them out."""
    return [_stamp({**block}, ids) for block in blocks]


def _stamp(block: dict[str, Any], ids: Ids) -> dict[str, Any]:
    block.setdefault("block_id", ids.new("b"))
    for key in ("accessory", "element"):
        if key in block:
            block[key] = _with_action_id(block[key], ids)
    if block["type"] in ("actions", "context_actions"):
        block["elements"] = [_with_action_id(element, ids) for element in block["elements"]]
    return block


def _with_action_id(element: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    if element["type"] == "image" or "action_id" in element:
        return {**element}
    return {**element, "action_id": ids.new("a")}


def _against(definition: str, instance: Any, pointer: str) -> Iterator[Problem]:
    for error in validator(definition).iter_errors(instance):
        yield Problem(pointer + "".join(f"/{part}" for part in error.absolute_path), _say(error))


def _by_hand(rules: Sequence[Callable[..., Iterator[tuple[str, str]]]], *subject: Any) -> Iterator[Problem]:
    for rule in rules:
        for pointer, message in rule(*subject):
            yield Problem(pointer, message)


def _say(error: ValidationError) -> str:
    """Slack's wording for the frequent ones, the validator's own for the rest."""
    limit: Any = error.validator_value
    match error.validator:
        case "maxLength":
            return f"must be less than {limit + 1} characters"
        case "minLength":
            return f"must be more than {limit - 1} characters"
        case "maxItems":
            return f"no more than {limit} items allowed"
        case "minItems":
            return f"no fewer than {limit} items allowed"
        case "const" | "enum":
            allowed = limit if isinstance(limit, list) else [limit]
            return f"must be one of: {', '.join(map(str, allowed))}"
        case _:
            return _say_shape(error)


def _say_shape(error: ValidationError) -> str:
    match error.validator:
        case "required":
            return f"missing required field: {error.message.split(chr(39))[1]}"
        case "additionalProperties":
            return f"invalid additional property: {error.message.partition('(')[2].rstrip(')')}"
        case "type":
            return f"must be a {error.validator_value}"
        case "anyOf":
            return "failed to match all allowed schemas"
        case _:
            return error.message[:200]
