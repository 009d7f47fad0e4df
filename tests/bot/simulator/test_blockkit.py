from typing import Any

import pytest

from bot.simulator.blockkit import message_problems, size, view_problems

PLAIN = {"type": "plain_text", "text": "x"}
MRKDWN = {"type": "mrkdwn", "text": "x"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a"}
TASK = {"type": "task_card", "task_id": "1", "title": "t", "status": "pending"}
OPTION = {"text": PLAIN, "value": "v"}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}],
}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": PLAIN, "blocks": list(blocks), **more}


GOOD: list[dict[str, Any]] = [
    section("x" * 3000),
    {"type": "section", "fields": [MRKDWN] * 10},
    {"type": "section", "text": MRKDWN, "accessory": BUTTON, "expand": True},
    {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
    {"type": "context", "elements": [MRKDWN, {"type": "image", "image_url": "https://x", "alt_text": "x"}]},
    actions({**BUTTON, "value": "v" * 2000, "style": "danger"}, {**BUTTON, "action_id": "b"}),
    {"type": "divider"},
    {"type": "markdown", "text": "**x**"},
    {"type": "image", "image_url": "https://x", "alt_text": "x"},
    RICH,
    {"type": "plan", "title": "Plan", "tasks": [TASK, {**TASK, "task_id": "2", "details": RICH, "output": RICH}]},
    {**TASK, "sources": [{"type": "url", "url": "https://x", "text": "x"}]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}, RICH]]},
    actions({"type": "overflow", "options": [OPTION]}, {"type": "static_select", "options": [OPTION]}),
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": PLAIN}]},
]

BAD: list[tuple[Any, str]] = [
    ({"type": "nope"}, "unsupported type: nope [json-pointer:/blocks/0/type]"),
    ({"text": MRKDWN}, "missing required field: type [json-pointer:/blocks/0]"),
    ("x", "must be an object [json-pointer:/blocks/0]"),
    ({"type": "section"}, "missing required field: text or fields [json-pointer:/blocks/0]"),
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (section(" \n"), "must be more than 0 characters [json-pointer:/blocks/0/text]"),
    ({**section("x"), "colour": 1}, "invalid additional property: 'colour' was unexpected [json-pointer:/blocks/0]"),
    ({"type": "section", "fields": [MRKDWN] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        {"type": "section", "text": {"type": "markdown", "text": "x"}},
        "unsupported type: markdown [json-pointer:/blocks/0/text/type]",
    ),
    ({"type": "header", "text": MRKDWN}, "must be one of: plain_text [json-pointer:/blocks/0/text/type]"),
    (
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(BUTTON, BUTTON), "`action_id` a is used more than once [json-pointer:/blocks/0/elements]"),
    (
        actions({**BUTTON, "text": {"type": "plain_text", "text": "x" * 76}}),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions({**BUTTON, "value": "x" * 2001}),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        actions({**BUTTON, "style": "green"}),
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        actions({**BUTTON, "action_id": "x" * 256}),
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        actions({"type": "overflow", "options": [OPTION] * 6}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions({"type": "multi_static_select", "options": [OPTION]}),
        "unsupported type: multi_static_select [json-pointer:/blocks/0/elements/0/type]",
    ),
    (actions({"type": "static_select"}), "exactly one of options and option_groups is required"),
    (
        actions({"type": "static_select", "options": [OPTION, OPTION]}),
        "option value v is used more than once [json-pointer:/blocks/0/elements/0/options]",
    ),
    ({"type": "context", "elements": [MRKDWN] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "image", "image_url": "https://x"}, "failed to match all allowed schemas [json-pointer:/blocks/0]"),
    ({"type": "markdown", "text": "x" * 12001}, "must be less than 12001 characters [json-pointer:/blocks/0/text]"),
    ({"type": "plan", "title": PLAIN}, "must be a string [json-pointer:/blocks/0/title]"),
    (
        {"type": "plan", "title": "x", "tasks": [{**TASK, "task_id": str(i)} for i in range(51)]},
        "no more than 50 items allowed [json-pointer:/blocks/0/tasks]",
    ),
    (
        {"type": "plan", "title": "x", "tasks": [{**TASK, "status": "done"}]},
        "must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/tasks/0/status]",
    ),
    ({**TASK, "details": "x"}, "must be a object [json-pointer:/blocks/0/details]"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}, "no more than 20 items allowed"),
    (
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}], [{"type": "raw_text", "text": "x"}] * 2]},
        "rows must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    ({"type": "markdown", "text": ""}, "must be more than 0 characters [json-pointer:/blocks/0/text]"),
    ({"type": "alert", "text": PLAIN}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    (
        actions({"type": "static_select", "options": [{**OPTION, "value": "x" * 151}]}),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    ({**TASK, "sources": [{"type": "url", "url": "", "text": "x"}]}, "must be more than 0 characters"),
    (INPUT, "unsupported type: input [json-pointer:/blocks/0/type]"),
    ({"type": "divider", "block_id": "x" * 256}, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_a_block_that_slack_takes_is_taken(block: dict[str, Any]) -> None:
    assert [] == list(map(str, message_problems([block])))


@pytest.mark.parametrize(("block", "reason"), BAD)
def test_a_block_that_slack_refuses_is_refused_with_a_reason_and_a_place(block: Any, reason: str) -> None:
    assert any(str(problem).startswith(reason) for problem in message_problems([block])), message_problems([block])


def test_a_message_has_at_most_fifty_blocks_one_table_and_no_block_id_twice() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    markdown = {"type": "markdown", "text": "x" * 6001}
    assert message_problems([{"type": "divider"}] * 51)
    assert message_problems([table, table])
    assert message_problems([{"type": "divider", "block_id": "b"}] * 2)
    assert message_problems([markdown, markdown])
    assert message_problems({"type": "divider"})
    assert not message_problems([{"type": "divider"}] * 50)


@pytest.mark.parametrize(
    "view",
    [
        modal(INPUT),
        modal(),
        modal(section("x"), title={"type": "plain_text", "text": "x" * 25}),
        modal(INPUT, submit={"type": "plain_text", "text": "x" * 25}),
        modal(section("x"), private_metadata="x" * 3001),
        modal(section("x"), callback_id="x" * 256),
        modal(*[{"type": "divider"}] * 101),
        modal({"type": "plan", "title": "x"}),
        modal({"type": "markdown", "text": "x"}),
        {"type": "modal", "blocks": [section("x")]},
        {"type": "home", "blocks": [section("x")], "title": PLAIN},
        {"type": "dialog", "blocks": []},
        [],
    ],
)
def test_a_view_that_slack_refuses_is_refused(view: Any) -> None:
    assert view_problems(view)


def test_a_form_and_a_home_tab_that_slack_takes_are_taken() -> None:
    assert [] == view_problems(modal(INPUT, section("x"), submit=PLAIN, close=PLAIN, private_metadata="x" * 3000))
    assert [] == view_problems({"type": "home", "blocks": [section("x"), actions(BUTTON)]})


def test_the_size_of_blocks_counts_what_people_read() -> None:
    assert 5 == size([section("abc"), actions({**BUTTON, "value": "not read"}), {"type": "divider"}]) + 1
