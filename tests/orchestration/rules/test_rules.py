"""What the rules see, kind by kind, and what must not mislead them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.rules import first_finding
from orchestration.rules.asked import MOST_CHARACTERS, READ_CHARACTERS, read
from orchestration.rules.facts import is_vague
from orchestration.values.domain import Conversation, Question


def ask(text: str) -> Question:
    return Question(text, Conversation("T1", "C1", "1.0"), "U1")


def seen(text: str) -> str:
    finding = first_finding(read(ask(text)))
    return finding.strategy.value if finding else "single"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Redis or Memcached?", "supervisor"),
        ("How many slots does Dask's default scheduler have?", "single"),
        ("sketch or lunacy, which should we use now", "supervisor"),
        ("tl;dr of https://docs.example.org/api/v2 please", "single"),
        ("Why does the queue grow every full hour?", "single"),
        ("pros and cons of gandi vs namecheap", "supervisor"),
        ("Is Lake Geneva deeper than Lake Constance?", "supervisor"),
        ("Were Bach and Handel born in the same year?", "supervisor"),
        ("What are the three longest bridges in Denmark and when were they opened?", "supervisor"),
        ("Who coached each of the teams that won the league since 2015?", "supervisor"),
        ("I need an overview of the heat pump market in 10 minutes", "supervisor"),
        ("Who is the mother of the director of Stalker?", "sequential"),
        ("The author of Momo was born in which town?", "sequential"),
        ("What is the capital of the country that Timbuktu lies in?", "sequential"),
        ("First find our current plan, then check what it costs per seat", "sequential"),
        ("Review the attached contract from a legal and a financial perspective", "fanout"),
        ("Summarise this paper and criticise its methodology", "fanout"),
        ("Should we drop support for Python 3.11?", "debate"),
        ("Play devil's advocate on our move to Kubernetes", "debate"),
        ("What is the default port of Postgres?", "single"),
        ("Who wrote Momo?", "single"),
        ("How do I compare two floats in Python?", "single"),
        ("compare notes with Ben, then tell me how to rotate the key", "single"),
        ("If the primary fails, then what does the replica do?", "single"),
        ("Which settings should I change before going live?", "single"),
        ("Summarise the release notes of Django 5.0", "single"),
    ],
)
def test_each_kind_of_question_is_seen(text: str, expected: str) -> None:
    assert expected == seen(text)


def test_pasted_material_does_not_decide_the_route() -> None:
    pasted = "Compare Flask and Django. Should we use both? First do this, then that. " * 5
    assert "single" == seen(f"What is the author's main point?\n\n{pasted}")


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("hi", True),
        ("can you look into this?", True),
        ("🚀🚀", True),
        ("", True),
        ("Kubernetes?", False),
        ("fix the login page", False),
        ("東京", False),
    ],
)
def test_only_a_question_without_any_subject_is_vague(text: str, vague: bool) -> None:
    assert vague == is_vague(read(ask(text)))


@given(st.text(max_size=1000))
def test_no_text_raises(text: str) -> None:
    finding = first_finding(read(ask(text)))
    assert finding is None or finding.reason


HOSTILE = [
    "a" * 40_000,
    "compare " * 5_000,
    "a, " * 13_000,
    ", ".join(f"Tool{number}" for number in range(700)),
    "x vs " * 8_000,
    "- \n" * 13_000,
    "\n" * 40_000,
    "Aa Bb, " * 6_000,
    "Is The Aa of Bb " * 3_000,
    "What is the of the of the " * 2_000,
    "first find the " * 3_000,
    "who is the director of the " * 2_000,
    "the man A " * 4_000,
    '"' * 40_000,
    "a. " * 13_000,
    "a.b" * 13_000,
    ")(" * 20_000,
    "y, Bb " * 7_000,
    "and check x " * 4_000,
    "1) " * 13_000,
    "A/" * 20_000,
    "Which aas " * 4_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_however_long_a_text_is_the_rules_read_no_more_of_it_than_of_a_question(text: str) -> None:
    asked = read(ask(text))
    assert len(asked.text) <= MOST_CHARACTERS
    assert len(asked.low) == len(asked.text)
    first_finding(asked)


@given(st.text(max_size=3000))
def test_what_is_read_is_bounded_for_any_text(text: str) -> None:
    asked = read(ask(text))
    assert len(asked.text) <= MOST_CHARACTERS
    assert len(asked.low) == len(asked.text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_stands_past_the_bound_changes_nothing(one: str, other: str) -> None:
    start = "Why does the export of the finance team take so long? " + "It was quick in May. " * 100
    assert read(ask(start[:READ_CHARACTERS] + one)) == read(ask(start[:READ_CHARACTERS] + other))


@given(st.text(min_size=1, max_size=MOST_CHARACTERS).filter(lambda text: "\n\n" not in text and "```" not in text))
def test_a_question_of_ordinary_length_is_read_whole(text: str) -> None:
    asked = read(ask(text))
    assert asked.material or text.strip().replace("’", "'") == asked.text


def test_the_bullets_of_pasted_material_are_no_list_of_questions() -> None:
    pasted = "- Flask has blueprints for large applications\n- Django has apps\n" * 3
    assert "single" == seen(f"What is the author's main point?\n\n{pasted}")


def test_a_long_story_is_read_by_its_question() -> None:
    story = "We moved the billing service last week and nobody has measured it since. " * 12
    assert "supervisor" == seen(f"{story}Which is faster, Redis or Memcached?")
    assert "debate" == seen(f"{story}Should we move it back? {story}")


def test_a_sentence_that_is_too_long_is_read_at_its_two_ends() -> None:
    names = ", ".join(f"Town{number}" for number in range(200))
    assert "supervisor" == seen(f"What is the rent in {names} and Oslo?")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What is the weather for Paris, Rome and Oslo?", ["Paris", "Rome", "Oslo"]),
        ("Which server is in Bonn, Kiel or Trier?", ["Bonn", "Kiel", "Trier"]),
        ("Who was born first, Bach or Handel?", ["Bach", "Handel"]),
    ],
)
def test_no_part_of_an_enumeration_is_dropped(text: str, parts: list[str]) -> None:
    finding = first_finding(read(ask(text)))
    assert finding is not None and len(parts) == finding.parts
    assert all(part in finding.reason for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "Give me a security and an operations view of this architecture note",
        "I'd like a gardener's view, a tenant's view and a fire marshal's view of our courtyard",
        "Read the attached sketch from a safety and a maintenance perspective",
    ],
)
def test_expertises_are_seen_whatever_they_are_called(text: str) -> None:
    assert "fanout" == seen(text)
