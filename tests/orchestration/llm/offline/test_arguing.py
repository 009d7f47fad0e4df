from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.arguing import case, missing, queries
from orchestration.llm.offline.sentences import Sentence, sentences
from orchestration.llm.offline.stance import AGAINST, FOR
from orchestration.values.domain import Passage

MOVE = "Is it worth rewriting our Flask service in Django?"


def library(*pages: tuple[str, str]) -> list[Sentence]:
    return sentences(Passage(f"c{n}", f"d_{n}", title, text, 0.0) for n, (title, text) in enumerate(pages))


def texts(question: str, side: str, candidates: Sequence[Sentence]) -> list[str]:
    return [sentence.text for sentence in case(question, side, candidates)]


FRAMEWORKS = library(
    ("Django: start", "Django includes an admin site and users. Django needs more to be learned first."),
    ("Flask: start", "Flask has no database layer of its own. Flask supports a first endpoint in five lines."),
    ("Mail", "Error reports are sent to a service by mail. The mail server includes a service for all."),
)


def test_each_side_gets_what_speaks_for_it_on_both_things() -> None:
    assert {"Django includes an admin site and users.", "Flask has no database layer of its own."} == set(
        texts(MOVE, FOR, FRAMEWORKS)
    )
    assert {"Django needs more to be learned first.", "Flask supports a first endpoint in five lines."} == set(
        texts(MOVE, AGAINST, FRAMEWORKS)
    )


def test_a_fact_that_is_asked_for_is_quoted_though_it_takes_no_side() -> None:
    facts = library(("Django: ports", "The development server of Django listens on port 8000 by default."))
    assert ["The development server of Django listens on port 8000 by default."] == texts(
        "On which port does the server of Django listen?", FOR, facts
    )


def test_a_decision_that_says_more_than_names_is_argued_with_what_is_near_it() -> None:
    pages = library(
        ("Flask: async", "An async view in Flask needs one worker. Flask includes shortcuts."),
        ("Flask: rest", "Flask supports async views since version 2.0. Flask is maintained by a community."),
    )
    question = "Should we use async views in Flask?"
    assert ["Flask supports async views since version 2.0."] == texts(question, FOR, pages)[:1]
    assert ["An async view in Flask needs one worker."] == texts(question, AGAINST, pages)


def test_both_sides_search_for_what_each_thing_gives_and_takes() -> None:
    asked = list(queries(MOVE))
    assert ["Django", "Django", "Flask", "Flask"] == [query.split()[0] for query in asked]
    assert len(set(asked)) == len(asked)


def test_what_is_missing_is_said_of_the_side() -> None:
    assert ("that speaks for it", "that speaks against it") == (missing(FOR), missing(AGAINST))


@given(st.text(max_size=120), st.lists(st.text(max_size=120), max_size=4))
def test_no_sentence_is_quoted_by_both_sides_whatever_is_asked(question: str, pages: list[str]) -> None:
    candidates = library(*((page[:20], f"{page}\n\n{question} is not a good thing here.") for page in pages))
    both = [{(s.source_id, s.text) for s in case(question, side, candidates)} for side in (FOR, AGAINST)]
    assert not both[0] & both[1]
