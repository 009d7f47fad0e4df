"""Whatever a model, a tool or a person writes, Slack shows it and does nothing else with it."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.outgoing.blocks.mrkdwn import (
    JOINER,
    escape,
    linkable,
    markdown,
    plain,
    still,
    verbatim,
    without_hidden,
)

SOURCE = "https://docs.example.org/guide?page=2&x=1"
TOKEN = re.compile(r"<(?:[@#!]|[A-Za-z][\w+.-]*:|www\.)")
LIVE_URL = re.compile(r"(?:https?|ftp|slack|javascript)://\w|\bwww\.\w|mailto:\S|\w\.[a-z]{2,}/\S")
BROADCAST = re.compile(r"@(?:here|channel|everyone)", re.IGNORECASE)
# fmt: off
PIECES = [
    "<!channel>", "<!here|here>", "<@U012ABC>", "<#C1|general>", "<!subteam^S1>", "@channel", "@Here",
    "https://evil.com/x?q=secret", "<https://evil.com|click>", "[a](https://evil.com/x)", "![i](https://evil.com/p.png)",
    "www.evil.com/x", "evil.com/x?y", "[", "]", "(", ")", "`", "``", "```", "~~~", "\n", "\n\n", "\\", "|", "> ", "- ",
    "  ", "    ", "!", ":", "&lt;!channel&gt;", "&#60;!here&#62;", "https\\://evil.com", "https:", "//evil.com",
    "[r]: ", "[r]", "\u202e", "\u200b", "\x00", "\ud800", "word", SOURCE, f"[guide]({SOURCE})", "|---|---|",
    "| a | b |", "<", ">", "**", "<https://evil.com>", "mailto:a@evil.com", "\U000e0041", '"t"', "1. ",
]
# fmt: on
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=14).map("".join)


@given(hostile)
def test_no_text_for_mrkdwn_holds_an_active_token_a_link_or_a_broadcast(text: str) -> None:
    out = escape(text)
    assert "<" not in out
    assert not BROADCAST.search(out)
    assert not LIVE_URL.search(out)


@given(hostile)
def test_no_still_or_plain_text_holds_a_token_or_a_broadcast(text: str) -> None:
    for out in (still(text), plain(text, 80)):
        assert not TOKEN.search(out)
        assert not BROADCAST.search(out)
    assert len(plain(text, 80)) <= 80


@given(hostile)
def test_a_markdown_block_holds_no_token_no_image_and_no_link_but_to_a_source(text: str) -> None:
    out = markdown(text, [SOURCE])
    assert not TOKEN.search(out)
    assert not BROADCAST.search(out)
    for token in (inline for block in parsed(out) for inline in [block, *(block.children or [])]):
        assert token.type != "image"
        if token.type == "link_open":
            assert token.attrs["href"] == SOURCE
        if token.type == "text":
            assert not LIVE_URL.search(token.content.replace(SOURCE, ""))


@given(hostile)
def test_nothing_unseen_is_left_in_a_text(text: str) -> None:
    out = markdown(text) + escape(text) + still(text)
    assert not re.search("[\x00\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]", out)
    out.encode()


def parsed(text: str):  # type: ignore[no-untyped-def]
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See [the guide](https://evil.com/x?d=1).", "See the guide (evil.com…)."),
        ("![chart](https://evil.com/c.png)", "chart (evil.com…)"),
        ("go to https://evil.com/a/b?c=d now", "go to evil.com… now"),
        ("[click](javascript:alert(1))", "click"),
        ("a `code <T> [x](y)` b", "a `code <T> [x](y)` b"),
        ("5 < 6 & 7 > 3", "5 &lt; 6 & 7 &gt; 3"),
        ("> quoted <!channel>", "> quoted &lt;!channel&gt;"),
        ("FastAPI is fast [1][2] (see [3])", "FastAPI is fast [1][2] (see [3])"),
        ("**bold** and *soft*", "**bold** and *soft*"),
    ],
)
def test_formatting_stays_and_addresses_become_their_host(text: str, shown: str) -> None:
    assert shown == markdown(text).replace(JOINER, "")


def test_a_link_to_a_source_stays_a_link() -> None:
    assert f"[guide]({SOURCE}) and {SOURCE}." == markdown(f"[guide]({SOURCE}) and {SOURCE}.", [SOURCE])


def test_a_source_url_with_more_behind_it_is_no_source() -> None:
    assert "evil" not in markdown(f"{SOURCE}&leak=evil", [SOURCE])


def test_code_keeps_its_letters_also_where_it_looks_like_a_link() -> None:
    text = "```python\nx = a[0](b)  # https://example.com/x\nList[int]\n```"
    assert text == markdown(text)


def test_an_open_fence_is_closed() -> None:
    assert markdown("```\nx") == "```\nx\n```"


def test_code_in_a_list_item_cannot_end_early_and_set_a_link_free() -> None:
    out = markdown("- a\n  ```\nhttps://evil.com/x\n  ```")
    assert out == "- a\n  ```\n  https://evil.com/x\n  ```"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.b/c", "https://a.b/c|d", "https://a.b/ c", "", "//a.b", "https://a.b/>"]
)
def test_only_clean_http_addresses_are_linkable(url: str) -> None:
    assert not linkable(url)
    assert urlsplit(SOURCE).hostname and linkable(SOURCE)


def test_clean_keeps_line_breaks_tabs_and_joined_emoji() -> None:
    assert without_hidden("a\r\n\tb\u2028👩‍🔬\x07") == "a\n\tb\n👩‍🔬"


def test_of_an_address_in_a_title_or_sentence_only_the_host_is_shown_and_a_quote_keeps_its_letters() -> None:
    text = "Send it to https://evil.example/?q=secret now"
    assert without_joiners(plain(text, 200)) == "Send it to evil.example… now"
    quoted = verbatim(text, 200)
    assert without_joiners(quoted) == text and JOINER in quoted and "https://" not in quoted


def without_joiners(text: str) -> str:
    return text.replace(JOINER, "")
