import string

from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain import Claim, Support
from orchestration.evidence.check import supported
from orchestration.evidence.citations import cited_ids, numbered
from orchestration.evidence.quotes import folded

PAGE = "Flask  was first released in 2010 — as an April Fool's joke.\nIt is “small”."


def support_of(quote: str, source_id: str = "d_1") -> Support:
    stated = [Claim("A claim.", source_id, quote, Support.UNCITED)]
    return supported(stated, {"d_1": PAGE})[0].support


def test_a_quote_that_stands_in_the_page_is_quoted_whatever_its_spacing_dashes_and_quotation_marks() -> None:
    assert Support.QUOTED == support_of('flask was first released in 2010 - as an April Fool’s joke. it is "small"')


def test_a_quote_copied_without_its_code_marks_is_quoted() -> None:
    stated = [Claim("A claim.", "d_1", "pip install Flask is enough", Support.UNCITED)]
    assert Support.QUOTED == supported(stated, {"d_1": "Then `pip install Flask` is enough."})[0].support


def test_a_changed_number_is_not_quoted() -> None:
    assert Support.UNQUOTED == support_of("Flask was first released in 2011")


def test_a_quote_too_short_to_prove_anything_is_not_quoted() -> None:
    assert Support.UNQUOTED == support_of("is")


def test_a_source_that_was_not_read_is_uncited_even_if_the_quote_is_true() -> None:
    assert Support.UNCITED == support_of("Flask was first released in 2010", "d_2")


@given(st.text(alphabet=string.printable + "“”‘’–—…\u00a0", max_size=80))
def test_folding_is_idempotent(text: str) -> None:
    assert folded(text) == folded(folded(text))


def test_source_ids_become_numbers_and_unknown_ids_a_question_mark() -> None:
    text = "One [d_1]. Two [d_2, d_1]. Made up [d_9]. An [aside] and a [link](x)."
    expected = "One [1]. Two [2][1]. Made up [?]. An [aside] and a [link](x)."
    assert expected == numbered(text, {"d_1": 1, "d_2": 2})


def test_ids_come_in_the_order_of_their_first_mention() -> None:
    assert ["d_2", "d_1"] == cited_ids("x [d_2] y [d_1; d_2]")
