"""Tables are cut between rows, every row stands in one piece, and each piece has the header."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.converter.headers import Row
from storage.converter.tables import PIECE_CHARACTERS, cut, sheet, text

CELLS = st.text(st.characters(exclude_characters="|\\", exclude_categories=("C", "Z")), max_size=40)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=60)


@given(ROWS)
def test_every_filled_row_is_found_once_and_in_order(rows: list[list[str]]) -> None:
    numbered = [[f"n{number}n", *row] for number, row in enumerate(rows)]
    found = re.findall(r"\bn(\d+)n\b", "\n".join(sheet(numbered, level=2)))
    assert list(dict.fromkeys(found)) == [str(number) for number in range(len(rows))]
    # A header that is cut into pieces is there in each.
    assert all(found.count(str(number)) == 1 for number in range(2, len(rows)) if len(set(found)) == len(found))


@given(ROWS)
def test_no_piece_is_longer_than_a_chunk_unless_one_row_is(rows: list[list[str]]) -> None:
    longest = max((len(" | ".join(row)) for row in rows), default=0)
    for piece in sheet([["a", "b"], *rows], level=2):
        assert len(piece) <= PIECE_CHARACTERS + longest + 60


def test_a_wide_table_reads_as_lists() -> None:
    header = [f"A column with a long name {number}" for number in range(20)]
    (piece,) = sheet([header, ["x"] + [""] * 18 + ["y"]], level=2)
    assert piece == f"- {header[0]}: x; {header[19]}: y"


def test_a_header_alone_is_kept() -> None:
    assert list(sheet([["a", "b"]], level=2)) == ["| a | b |"]
    assert list(sheet([["", " "], []], level=2)) == []


def test_a_long_table_inside_text_is_cut_with_its_header_again() -> None:
    rows = "".join(f"| row {number} | {'x' * 50} |\n" for number in range(60))
    found = cut(f"Before.\n\n| a | b |\n| --- | --- |\n{rows}\nAfter.\n")
    assert found.count("| a | b |\n| --- | --- |\n| row ") == found.count("| a | b |") == 4
    assert found.startswith("Before.") and found.rstrip().endswith("After.")
    assert [line.split()[2] for line in found.splitlines() if line.startswith("| row ")] == [str(n) for n in range(60)]


@pytest.mark.parametrize(
    ("rows", "markdown"),
    [
        ([["Stock 2026"], [], ["Part", "Shelf"], ["P1", "S1"]], ["## Stock 2026", "| Part | Shelf |", "| P1 | S1 |"]),
        (
            [["Report"], ["Date:", "2026"], ["Name", "Jan", "Feb", "Mar"], ["a", "1", "2", "3"]],
            ["## Report", "Date: 2026", "| Name | Jan | Feb | Mar |", "| a | 1 | 2 | 3 |"],
        ),
        (
            [["these", "are", "", "notes"], ["A", "B", "C", "D"], ["x", "1", "2", "3"]],
            ["## these are notes", "| A | B | C | D |", "| x | 1 | 2 | 3 |"],
        ),
        ([["", "2025"], ["Rent", "9"]], ["|  | 2025 |", "| Rent | 9 |"]),
        (
            [["Plan", "Price", None], ["", "Month", "Year"], ["Basic", "10", "100"]],
            ["| Plan | Price Month | Price Year |", "| Basic | 10 | 100 |"],
        ),
        (
            [["Name", "Address", None], ["Bob", "Main Street", "Berlin"]],
            ["| Name | Address | Address |", "| Bob | Main Street | Berlin |"],
        ),
        (
            [["A", "B"], ["x", "1"], [], ["City", "People"], ["Oslo", "7"]],
            ["| A | B |", "| x | 1 |", "| City | People |", "| Oslo | 7 |"],
        ),
        ([["A", "B"], ["x", "1"], [], ["y", "2"]], ["| A | B |", "| x | 1 |", "| y | 2 |"]),
    ],
)
def test_the_names_of_columns_are_told_from_what_stands_around_them(rows: list[Row], markdown: list[str]) -> None:
    lines = "\n".join(sheet(rows, level=2)).splitlines()
    assert markdown == [line for line in lines if line and not line.startswith("| ---")]


def test_a_row_longer_than_a_piece_names_the_column_of_each_cell() -> None:
    *_, last = sheet([["Part", "Use"], ["P1", "x" * PIECE_CHARACTERS]], level=2)
    assert last == f"Part: P1\n\nUse: {'x' * PIECE_CHARACTERS}"


def test_a_table_without_names_has_none() -> None:
    assert "|  |  |\n| --- | --- |\n| Weight | 12 kg |" == text([["Weight", "12 kg"]], None)
