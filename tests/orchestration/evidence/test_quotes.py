import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.evidence.quotes import (
    CUT,
    DENIED,
    LEFT_OUT,
    NO_QUOTE,
    NOT_THERE,
    PIECES,
    TOO_FAR,
    TOO_SHORT,
    Misquote,
    Page,
    Span,
    folded,
)

TEXT = """# The write-ahead log

Readers do **not** block the writer and the writer does not block readers. WAL mode exists since version 3.7.0 of
July 2010; a check-
point runs at 1000 pages or more, at -5 degrees too. Use C++ & `a < b`, see [the page](https://x.example/a_b).

## Limits

- It fits one host and saves 80.8 % of the time.
- Ranges such as 39–70 percent are “estimates”…
- About 10⁶ cells fit into 1½ cups.
- Don&#39;t copy the ﬁle without its log.

検索は索引を使う。それは速い。
"""


def found(quote: str) -> str | None:
    """Why the quote is refused; None where it stands."""
    place = Page(TEXT).find(quote)
    return place.reason if isinstance(place, Misquote) else None


@pytest.mark.parametrize(
    "quote",
    [
        "Readers do not block the writer and the writer does not block readers.",
        "READERS DO NOT BLOCK THE WRITER",
        "Readers\u00a0do  not\nblock the wri\u00adter",
        "a checkpoint runs at 1000 pages or more",
        "version 3.7.0 of July 2010",
        "Use C++ & a < b, see the page",
        "It fits one host and saves 80.8% of the time. Ranges such as 39-70 percent",
        "Ranges such as 39 - 70 percent are 'estimates'...",
        "- It fits one host and saves 80.8 % of the time.\n- Ranges such as 39–70 percent",
        "Don't copy the file without its log",
        "Ｄｏｎ’ｔ copy the file without its log",
        "…WAL mode exists since version 3.7.0…",
        "検索は索引を使う",
        "索引を使う。それは速い",
        "Use C++ & `a < b`, see [the page](https://x.example/a_b).",
        "About 10^6 cells fit into 1 1/2 cups",
    ],
)
def test_a_quote_stands_whatever_copying_did_to_it(quote: str) -> None:
    assert found(quote) is None


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("Readers do block the writer and the writer does not block readers", NOT_THERE),
        ("Readers do not block the reader", NOT_THERE),
        ("WAL mode exists since version 3.8.0", NOT_THERE),
        ("WAL mode exists since version 37.0", NOT_THERE),
        ("a checkpoint runs at 100", CUT),
        ("WAL mode exists since version 3.7", CUT),
        ("WAL mode exists since vers", CUT),
        ("5 degrees too. Use C++", CUT),
        ("Use C & a < b, see the page", NOT_THERE),
        ("Use C++ & a > b, see the page", NOT_THERE),
        ("Ranges such as 3970 percent are", NOT_THERE),
        ("and saves 80.8 of the time", NOT_THERE),
        ("block the writer and the writer does not", DENIED.format(word="not")),
        ("About 106 cells fit into", NOT_THERE),
        ("fit into 11 2 cups", NOT_THERE),
        ("", NO_QUOTE),
        ("“…”", NO_QUOTE),
        ("Readers", TOO_SHORT),
        ("検索", TOO_SHORT),
    ],
)
def test_a_changed_cut_or_turned_quote_is_refused_with_the_reason(quote: str, reason: str) -> None:
    assert reason == found(quote)


def test_an_ellipsis_may_leave_words_out() -> None:
    assert found("Use C++ & `a < b` … the page") == PIECES
    assert found("WAL mode exists since version 3.7.0 […] a checkpoint runs at 1000 pages") is None


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("Readers do … the writer does not block", LEFT_OUT.format(word="not")),
        ("WAL mode exists since version … fits one host and saves 80.8 %", TOO_FAR),
        ("the writer does not block readers … Readers do not block the writer", NOT_THERE),
        ("Ranges such as 39–70 percent … the file without its log", LEFT_OUT.format(word="Don't")),
    ],
)
def test_an_ellipsis_joins_nothing_that_is_far_apart_turned_round_or_denied_between(quote: str, reason: str) -> None:
    assert reason == found(quote)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("The bridge […] carries forty thousand cars", None),
        ("Critics called it a triumph of […] engineering and patience", None),
        ("The medicine […] cure it for good", LEFT_OUT.format(word="not")),
        ("This drug does […] cure it for good", LEFT_OUT.format(word="not")),
    ],
)
def test_a_denial_in_a_clause_that_an_ellipsis_leaves_out_whole_turns_nothing_round(quote: str, reason: str) -> None:
    page = Page(
        "The bridge, which was not finished until 1932, carries forty thousand cars. Critics called it a triumph of "
        "modern Scottish engineering and patience. The medicine does not, as was often said, cure it for good. "
        "This drug does not, as was often said, cure it for good."
    )
    found = page.find(quote)
    assert reason == (found.reason if isinstance(found, Misquote) else None)


def test_a_quote_that_also_stands_where_nothing_denies_it_is_accepted() -> None:
    page = Page("Readers do not block the writer. In that mode some readers block the writer.")
    assert isinstance(page.find("block the writer"), Span)


def test_what_ends_a_heading_does_not_deny_the_sentence_below_it() -> None:
    page = Page("## What it is not\n\nA session misses the message.")
    assert isinstance(page.find("A session misses the message."), Span)


def test_a_place_is_one_of_the_page_s_own_text() -> None:
    page = Page(TEXT)
    place = page.find("it fits one HOST")
    assert isinstance(place, Span)
    assert "It fits one host" == page.text[place.start : place.end]


@given(st.text(alphabet=string.printable + "“”‘’–—…\u00a0ﬁß検索\u0301", max_size=80))
def test_folding_is_idempotent(text: str) -> None:
    assert folded(text) == folded(folded(text))


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_and_no_quote_raises(text: str, quote: str) -> None:
    assert isinstance(Page(text).find(quote), Span | Misquote)


@given(
    st.lists(
        st.sampled_from(
            ["alpha", "beta", "gamma", "delta", "not", "12", "3.5", "run-time", "[linked](y)", "**bold**", "`code`"]
        ),
        min_size=8,
    )
)
def test_every_run_of_whole_words_of_a_text_stands_in_it(words: list[str]) -> None:
    """But for one that follows a "not"."""
    page = Page(" ".join(words))
    for start in range(len(words) - 6):
        if start and words[start - 1] == "not":
            continue
        assert isinstance(page.find(" ".join(words[start : start + 6])), Span)


@pytest.mark.parametrize(
    ("stored", "quote"),
    [
        (
            "## Page 3\n\nThe pump fills\n\n## Page 4\n\nthe tank in 61 minutes.",
            "The pump fills the tank in 61 minutes.",
        ),
        ("The dose[^1] is 5 mg[^12] a day.", "The dose is 5 mg a day."),
        ("| Plan | Price |\n| --- | --- |\n| Basic yearly | 100 EUR |", "Basic yearly 100 EUR"),
        ("The efficient workflow of 19 teams", "The eﬃcient work\u00adflow of 19\u00a0teams"),
        ("a well-known, international rule", "a well-\nknown, inter-\nnational rule"),
        ("10⁶ cells in 3 m² of soil", "10^6 cells in 3 m2 of soil"),
        (r"At most \(\frac{40}{7}\) units a day", r"At most \frac{40}{7} units a day"),
    ],
)
def test_a_quote_is_found_as_people_would_type_it(stored: str, quote: str) -> None:
    assert isinstance(Page(stored).find(quote), Span)
