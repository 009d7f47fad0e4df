"""A stranger's schema: cleaned, bounded, and never able to keep this process busy."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.tools.mcp.schema import SCHEMA_DEPTH, Unfit, checked, misfit, visible

QUERY = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_a_good_schema_is_passed_on_as_it_is() -> None:
    assert QUERY == checked(QUERY)


def test_descriptions_inside_a_schema_lose_what_nobody_can_see() -> None:
    poisoned = {"type": "object", "properties": {"q": {"type": "string", "description": "Words\U000e0041\u200b\x1b."}}}
    assert "Words." == checked(poisoned)["properties"]["q"]["description"]


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ([], "its schema is not a JSON object"),
        ({"type": "string"}, "its schema does not describe an object"),
        ({"type": "object", "properties": {"a": {"type": "colour"}}}, "its schema is not valid"),
        ({"type": "object", "description": "x" * 20_000}, "its schema is larger"),
        (nested(SCHEMA_DEPTH), "its schema is nested deeper"),
        ({"type": "object", "properties": {"a\U000e0041": {}}}, "its schema has names"),
        ({"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1/x"}}}, "its schema refers to something"),
        ({"type": "object", "$dynamicRef": "#a"}, "its schema refers to something"),
    ],
)
def test_what_is_no_bounded_schema_is_refused_with_the_reason(schema: Any, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        checked(schema)


def test_arguments_that_do_not_fit_are_named_with_their_place() -> None:
    assert "" == misfit(QUERY, {"query": "a"})
    assert "arguments: 'query' is a required property" == misfit(QUERY, {})
    assert "query: 3 is not of type 'string'" == misfit(QUERY, {"query": 3})


def test_a_pattern_that_would_take_for_ever_is_not_run() -> None:
    slow = {"type": "object", "properties": {"q": {"type": "string", "pattern": "^(a+)+$"}}}
    by_name = {"type": "object", "patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}
    assert ["", ""] == [misfit(checked(slow), {"q": "a" * 60 + "!"}), misfit(checked(by_name), {"a" * 60 + "!": 1})]


def test_references_that_multiply_end_after_a_bounded_number() -> None:
    last = {"a30": {"type": "object"}}
    doubling = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(30)}
    schema = {"type": "object", "allOf": [{"$ref": "#/$defs/a0"}], "$defs": doubling | last}
    assert "they are nested too deeply for its schema" == misfit(checked(schema), {})


@pytest.mark.parametrize("reference", ["#", "#/$defs/none"])
def test_references_in_a_circle_or_to_nothing_are_said_not_raised(reference: str) -> None:
    assert misfit(checked({"type": "object", "allOf": [{"$ref": reference}]}), {}) != ""


@given(st.text())
def test_visible_text_is_printable_and_stays_so(text: str) -> None:
    seen = visible(text)
    assert seen == visible(seen)
    assert all(letter in "\n\t" or letter.isprintable() for letter in seen)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_schema_raises_anything_but_unfit(value: Any) -> None:
    try:
        schema = checked(value)
    except Unfit:
        return
    assert json.dumps(schema)
    misfit(schema, {"a": 1})
