"""What a person typed or chose, in the shape in which Slack reports it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Element = Mapping[str, Any]

_VALUE = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "external_select": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
}


def reported(element: Element, raw: Any) -> dict[str, Any]:
    """`raw` is the text, the option's value, or a list of those; a mapping is taken as already reported."""
    kind = element["type"]
    key = _VALUE.get(kind)
    if key is None:
        return {"type": kind}
    if isinstance(raw, Mapping):
        raw = raw.get(key)
    if key in ("selected_option", "selected_options"):
        raw = _options(element, raw, many=key == "selected_options")
    return {"type": kind, key: raw if raw != "" else None}


def given(value: Mapping[str, Any]) -> Any:
    """What a reported value amounts to; falsy where the field was left empty."""
    return value.get(_VALUE.get(value["type"], "value"))


def initial_values(blocks: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: {element["action_id"]: _initial(element)} for block, element in input_elements(blocks)}


def input_elements(
    blocks: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Element]]:
    return ((block, block["element"]) for block in blocks if block["type"] == "input")


def _initial(element: Element) -> dict[str, Any]:
    key = _VALUE.get(element["type"], "value")
    initial = element.get("initial_" + key.removeprefix("selected_"))
    return {"type": element["type"], key: initial if initial is not None else _nothing(key)}


def _nothing(key: str) -> Any:
    return [] if key.endswith("s") else None


def _options(element: Element, raw: Any, *, many: bool) -> Any:
    # The client offers nothing else, so a test cannot choose it either.
    offered = [*element.get("options", ()), *_grouped(element)]
    wanted = raw if isinstance(raw, list | tuple) else [] if raw in (None, "") else [raw]
    values = [item.get("value") if isinstance(item, Mapping) else item for item in wanted]
    unknown = [value for value in values if value not in [option.get("value") for option in offered]]
    if unknown:
        raise LookupError(f"There is no option {unknown[0]!r} to choose.")
    chosen = [option for option in offered if option.get("value") in values]
    return chosen if many else next(iter(chosen), None)


def _grouped(element: Element) -> list[Mapping[str, Any]]:
    return [option for group in element.get("option_groups", ()) for option in group["options"]]
