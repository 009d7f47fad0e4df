"""Which questions ask the same: words may differ, what is asked about may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.routing.same_question import alike

SAME = [
    ("When was Flask first released?", "when was flask first released"),
    ("Compare FastAPI and Flask for a small JSON API", "Please compare FastAPI and Flask for a small JSON API."),
    ("What does the Acme Pro plan cost per seat?", "what do the Acme Pro plans cost per seat"),
    ("Which companies supply our batteries?", "Which company supplies our batteries?"),
    ("Compare FastAPI and Flask", "Compare Flask and FastAPI"),
    ("What did Redis cost in 2024?", "In 2024, what did Redis cost?"),
]
OTHERS = [
    ("When was Flask first released?", "When was Django first released?"),
    ("Revenue of Acme in 2024", "Revenue of Acme in 2025"),
    ("What does the Acme Pro plan cost per seat?", "What does the Acme Team plan cost per seat?"),
    ("Which suppliers deliver before March with insurance and tracking?", "Which suppliers deliver after March?"),
    ("How do I deploy Flask behind nginx on one machine?", "How do I deploy Flask without nginx on one machine?"),
    ("What is the cheapest plan of Acme?", "What is the largest plan of Acme?"),
    ("Does Alice report to Bob?", "Does Bob report to Alice?"),
    ("should we move our data warehouse from aws to gcp", "should we move our data warehouse from gcp to aws"),
    (
        "is the new billing export safe to use in production for large customers who pay monthly by card",
        "isn't the new billing export safe to use in production for large customers who pay monthly by card",
    ),
    (
        "Was kostet uns der Server in der Cloud pro Monat heute",
        "Was kostet uns kein Server in der Cloud pro Monat heute",
    ),
    ("", ""),
    ("the of and", "the of and"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_wording_asks_the_same(one: str, other: str) -> None:
    assert (True, True) == (alike(one, other), alike(other, one))


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_name_number_or_turn_asks_something_else(one: str, other: str) -> None:
    assert (False, False) == (alike(one, other), alike(other, one))


@given(st.text(), st.text())
def test_no_text_raises_and_the_order_does_not_matter(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
