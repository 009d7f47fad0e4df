"""Pages into chunks: what a page says of itself, where it is cut, and that nothing is lost or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.chunks import CHUNK_CHARACTERS, Page, normal_form, read_page, split

PAGE = """# Time zones

Source: Example docs 4.2, settings, zones, https://example.org/zones#a, as of 2023-04-03

Opening words.

## Default

Off.

```
# not a heading
```

### Why

History.

## Advice ##

Switch it on.
"""


def test_a_page_names_its_title_its_source_with_its_date_and_its_url() -> None:
    expected = Page("Time zones", "Example docs 4.2, settings, zones (as of 2023-04-03)", "https://example.org/zones#a")
    assert expected == read_page(PAGE)


def test_a_page_that_says_nothing_of_itself_leaves_everything_empty() -> None:
    assert Page("", "", "") == read_page("Just text.\n\n## Not a title\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Source: A, https://a.org/x", Page("", "A", "https://a.org/x")),
        (
            "Source: A and B, https://a.org/ and https://b.org/, as of 2025",
            Page("", "A and B (as of 2025)", "https://a.org/"),
        ),
        ("Source: no address", Page("", "", "")),
        ("\n" * 30 + "Source: too late, https://a.org/", Page("", "", "")),
    ],
)
def test_the_source_line_may_lack_its_date_but_not_its_address_and_stands_near_the_top(
    line: str, expected: Page
) -> None:
    assert expected == read_page(line)


def test_each_heading_begins_a_chunk_whose_breadcrumb_leads_to_it() -> None:
    chunks = split(PAGE, title="Time zones", source="Docs")
    assert [
        ("Docs › Time zones", "Opening words."),
        ("Docs › Time zones › Default", "Off.\n\n```\n# not a heading\n```"),
        ("Docs › Time zones › Default › Why", "History."),
        ("Docs › Time zones › Advice", "Switch it on."),
    ] == [(chunk.breadcrumb, chunk.text) for chunk in chunks]


def test_a_page_of_nothing_but_headings_is_one_chunk() -> None:
    assert ["# A\n## B"] == [chunk.text for chunk in split("# A\n## B\n", title="A", source="")]


def test_white_space_alone_is_no_chunk() -> None:
    assert [] == split(" \n\n\t\n", title="A", source="")


def test_long_sections_are_cut_between_paragraphs_and_long_paragraphs_between_sentences() -> None:
    sentence = "This sentence has exactly seven words inside. "
    text = f"{sentence * 10}\n\n{sentence * 10}\n\n{sentence * 60}"
    chunks = [chunk.text for chunk in split(text, title="A", source="")]
    assert len(chunks) > 2
    assert all(chunk.endswith("inside.") and len(chunk) <= CHUNK_CHARACTERS for chunk in chunks)
    assert " ".join(text.split()) == " ".join(" ".join(chunks).split())


def test_text_without_spaces_is_cut_too() -> None:
    chunks = split("知" * 5000, title="A", source="")
    assert "知" * 5000 == "".join(chunk.text for chunk in chunks)
    assert max(len(chunk.text) for chunk in chunks) <= CHUNK_CHARACTERS


blocks = st.lists(
    st.sampled_from(["# a ", "## b", "```", "word ", "x" * 400, "\n", "\n\n", ". ", "。", "  ", "é"]), max_size=60
)


@given(text=st.one_of(st.text(max_size=400), blocks.map("".join)))
def test_every_chunk_is_a_verbatim_piece_of_the_page_and_no_longer_than_allowed(text: str) -> None:
    page = normal_form(text)
    for chunk in split(page, title="T", source="S"):
        assert chunk.text in page
        assert 0 < len(chunk.text) <= CHUNK_CHARACTERS


@given(text=st.text(alphabet=st.one_of(st.characters(), st.characters(categories=["Cs"]), st.just("\0"))))
def test_clean_text_can_be_written_everywhere_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = normal_form(text)
    assert (cleaned.encode() and "\0" not in cleaned) or cleaned == ""
    assert cleaned == normal_form(cleaned)


@pytest.mark.parametrize(
    "text",
    [
        *("x" * 1_000_000, "# " + " " * 1_000_000 + "x", "a. " * 300_000, "\n\n" * 300_000 + "x"),
        "Source: " + "," * 1_000_000,
    ],
    ids=["one word", "one heading", "sentences", "empty paragraphs", "one source line"],
)
def test_hostile_pages_cost_no_more_than_their_length(text: str) -> None:
    """What grows with the square of the length does not end within the time that a test has."""
    assert all(len(chunk.text) <= CHUNK_CHARACTERS for chunk in split(text, title="A", source=""))
    assert len(read_page(text).title) <= len(text)
