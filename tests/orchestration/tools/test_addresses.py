"""Which addresses stand in what a person wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.tools.addresses import addresses_in


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://a.example/b?c=d&e=f#g.", {"https://a.example/b?c=d&e=f#g"}),
        ("(https://a.example/wiki/Flask_(software))", {"https://a.example/wiki/Flask_(software)"}),
        ("Is it *https://a.example/*, or http://b.example?", {"https://a.example/", "http://b.example"}),
        ('[a](https://a.example/x), "https://b.example/y"', {"https://a.example/x", "https://b.example/y"}),
        ("HTTPS://A.example/Up", {"HTTPS://A.example/Up"}),
        ("ftp://a.example javascript:alert(1) a.example", set()),
    ],
)
def test_an_address_is_found_without_the_sentence_around_it(text: str, addresses: set[str]) -> None:
    assert addresses == addresses_in(text)


@given(st.text(), st.text())
def test_every_address_stands_in_the_text_letter_for_letter(before: str, after: str) -> None:
    text = f"{before}https://a.example/{after}"
    assert all(address in text for address in addresses_in(text))
