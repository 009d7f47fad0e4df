"""The last look at a message makes it harmless and short enough."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing.blocks.elements import actions, button, section
from bot.outgoing.fitting import SHORTENED, fitted, inert, plainly
from bot.simulator.blockkit import MESSAGE_CHARACTERS, message_problems, size

STOP = actions(button("Stop", "stop", "r_1"))


def markdown(length: int) -> dict[str, Any]:
    return {"type": "markdown", "text": "m" * length}


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x" * 9_000)],
        [section("x")] * 80,
        [markdown(30_000)],
        [markdown(7_000), markdown(7_000), STOP],
        [section("x" * 2_999)] * 20 + [STOP],
    ],
)
def test_whatever_is_too_much_is_cut_and_the_buttons_stay(blocks: list[dict[str, Any]]) -> None:
    _, kept = fitted("text", blocks)
    assert message_problems(kept) == [] and size(kept) <= MESSAGE_CHARACTERS
    assert (STOP in blocks) == (STOP in kept)


def test_what_fits_is_left_as_it_is() -> None:
    blocks = [section("hello"), STOP]
    assert fitted("text", blocks) == ("text", blocks)


def test_a_cut_message_says_so() -> None:
    assert SHORTENED in json.dumps(fitted("text", [section("x")] * 80)[1])


def test_an_empty_text_is_never_sent() -> None:
    assert fitted("", [])[0]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


@given(st.recursive(st.text() | st.just("<!channel>"), lambda inner: st.dictionaries(st.just("text"), inner)))
def test_nothing_that_goes_out_calls_a_channel_or_hides_something(value: Any) -> None:
    for text in strings(inert({"text": value})):
        assert "<!" not in text and "\x00" not in text
        text.encode()


def test_a_mention_and_a_button_value_stay() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "<@U1> <!here>"}, "value": "r_1:2"}
    out = inert(block)
    assert out["text"]["text"] == "<@U1> <\u2060!here>" and out["value"] == "r_1:2"


def test_words_and_buttons_are_left_of_a_refused_layout() -> None:
    assert [block["type"] for block in plainly("words", [section("x"), STOP])] == ["section", "context", "actions"]
