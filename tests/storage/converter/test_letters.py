"""A word is the same word however its program wrote its letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.converter.letters import one_form


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("eﬃcient workﬂow", "efficient workflow"),
        ("co\u00adop\u00ader\u00ada\u00adtion", "cooperation"),
        ("super\u200bvisory \ufeffboard\u2060s", "supervisory boards"),
        ("19\u00a0EUR, 20\u202f%, 5\u2009kg", "19 EUR, 20 %, 5 kg"),
        ("non\u2011stop", "non-stop"),
        ("ＡＢＣ１２３", "ABC123"),
        ("𝐸 = 𝑚𝑐²", "E = mc²"),
        ("de\u0301ja\u0300", "déjà"),
        ("ab\u200ccd", "abcd"),
        # What would become something else stays.
        ("10⁶ m³, 1½", "10⁶ m³, 1½"),
        ("今日は、晴れ。はい？", "今日は、晴れ。はい？"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("5 ´ ¨", "5 ´ ¨"),
    ],
)
def test_what_is_written_in_several_ways_has_one_form(written: str, plain: str) -> None:
    assert plain == one_form(written)


@given(st.text())
def test_one_form_of_one_form_is_the_same(text: str) -> None:
    assert one_form(text) == one_form(one_form(text))
