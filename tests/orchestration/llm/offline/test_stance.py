from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.sentences import Sentence, vocabulary
from orchestration.llm.offline.stance import AGAINST, FOR, polarity, proposal
from orchestration.roles.analyst import ADVOCATE as ADVOCATE_SUBTASK
from orchestration.roles.analyst import SKEPTIC as SKEPTIC_SUBTASK
from orchestration.values.domain import Passage


def said(text: str, page: str = "Notes") -> Sentence:
    return Sentence(text, Passage("c1", "d_1", page, text, 0.0), 0, page, False)


def test_the_sides_are_the_subtasks_of_a_debate() -> None:
    assert (ADVOCATE_SUBTASK.title, SKEPTIC_SUBTASK.title) == (FOR, AGAINST)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Django includes an admin site.", 1),
        ("Readers do not block the writer.", 1),
        ("It rolls each test back, so that tests do not see each other's data.", 1),
        ("Flask lacks a database layer.", -1),
        ("It is not inherently faster than other code.", -1),
        ("It helps where a view waits, and will not help work that computes.", -1),
        ("The first release is from April 2010.", 0),
    ],
)
def test_a_sentence_gives_or_takes_and_a_denial_turns_the_word_behind_it(text: str, sign: int) -> None:
    leaning = polarity(text)
    assert sign == (leaning > 0) - (leaning < 0)


@pytest.mark.parametrize(
    ("question", "new", "old"),
    [
        ("Is it worth rewriting our Flask service in Django?", "Django", "Flask"),
        ("should we switch from flask to django", "django", "flask"),
        ("Should we move to Django from Flask?", "Django", "Flask"),
        ("Would you replace Redis with Postgres?", "Postgres", "Redis"),
        ("Should we take Postgres instead of Redis?", "Postgres", "Redis"),
        ("Should we use Django or stay with Flask?", "Django", "Flask"),
        ("Should we use Django or Flask?", "Django", "Flask"),
        ("Lohnt es sich, unseren Flask-Dienst in Django neu zu schreiben?", "Django", "Flask"),
        ("Is Django overkill for us?", "Django", ""),
    ],
)
def test_the_proposal_is_told_from_what_it_would_replace(question: str, new: str, old: str) -> None:
    found = proposal(question)
    assert vocabulary(new) <= found.new and vocabulary(old) <= found.old | vocabulary("")
    assert not found.new & found.old


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Django includes an admin site.", FOR),
        ("Flask has no admin site.", FOR),
        ("Django needs a settings module.", AGAINST),
        ("Flask is maintained by a community.", AGAINST),
    ],
)
def test_bad_news_on_what_would_be_replaced_speaks_for_the_proposal(text: str, side: str) -> None:
    assert side == proposal("Is it worth rewriting our Flask service in Django?").side(said(text))


def test_of_a_long_name_two_words_put_a_sentence_on_it() -> None:
    proposed = proposal("Should we use write-ahead logging or journal mode?")
    found = [proposed.on(said(text)) for text in ("Write-ahead files grow.", "A write waits.")]
    assert [True, False] == found


@given(st.text(max_size=300), st.text(max_size=300))
def test_every_sentence_speaks_for_one_side_of_any_question(question: str, text: str) -> None:
    proposed: Any = proposal(question)
    assert proposed.side(said(text)) in (FOR, AGAINST)
