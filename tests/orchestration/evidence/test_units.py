import pytest

from orchestration.evidence.units import units_of


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("US$ 10", "10", {"$"}),
        ("EUR 10", "10", {"€"}),
        ("10 million euros", "10", {"€"}),
        ("10 US dollars", "10", {"$"}),
        ("10 pounds", "10", {"£", "lb"}),
        ("10 %", "10", {"%"}),
        ("10 percentage points", "10", {"points"}),
        ("10-MB file", "10", {"MB"}),
        ("10 °C", "10", {"°C"}),
        ("10 minutes", "10", {"time"}),
        ("10 entries", "10", set()),
        ("10", "10", set()),
    ],
)
def test_what_a_number_counts_is_told_by_what_stands_before_or_behind(
    text: str, number: str, expected: set[str]
) -> None:
    start = text.index(number)
    assert expected == units_of(text, start, start + len(number))
