import pytest

from orchestration.evidence.forms import one_form, written_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10⁶ cells, 10⁻³", "10^6 cells, 10^-3"),
        ("1½ cups of H₂O", "1 1⁄2 cups of H2O"),
        ("E = mc²", "E = mc2"),
        ("ﬁle\u00a0a\u00adb&amp;", "file ab&"),
    ],
)
def test_what_unicode_writes_in_several_ways_is_one_and_no_number_becomes_another(text: str, expected: str) -> None:
    assert expected == one_form(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2^32 or 1.5e3", "4294967296 or 1500.0"),
        ("1e-3", "0.001"),
        ("1 1⁄2 and 2⁄3", "1.5 and 0.6667"),
        ("commit 1e6f0, step 3^2, 5,000^2", "commit 1e6f0, step 3^2, 5,000^2"),
        ("config-\nuration of A-\nB", "configuration of A-\nB"),
    ],
)
def test_powers_and_fractions_become_plain_numbers(text: str, expected: str) -> None:
    assert expected == written_out(text)
