"""Tables are cut between rows, every row stands in one piece, and each piece has the header."""

from hypothesis import given
from hypothesis import strategies as st

from storage.converter.tables import PIECE_CHARACTERS, cut, sheet

CELLS = st.text(st.characters(exclude_characters="|\\", exclude_categories=("C", "Z")), max_size=40)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=60)


@given(ROWS)
def test_every_filled_row_is_found_once_and_in_order(rows: list[list[str]]) -> None:
    numbered = [[f"n{number}", *row] for number, row in enumerate(rows)]
    found = "\n".join(sheet(numbered, level=2))
    assert [line.split()[1] for line in found.splitlines() if line.startswith("| n")].count("n0") >= bool(rows)
    for number in range(1, len(rows)):
        assert found.count(f"| n{number} |") == 1


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
