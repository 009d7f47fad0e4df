import pytest

from orchestration.domain import Passage
from orchestration.llm.offline.sentences import sentences
from orchestration.llm.offline.sides import MOST_ON_ONE, argued, things

PAGE = (
    "The tool supports streaming and includes a cache. The tool is not faster than others. "
    "The tool must be restarted after each change. It was written in Oslo by four people."
)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Is it worth rewriting our Flask service in Django?", ("Flask", "Django")),
        ("Should we move from Visual Studio to Node.js?", ("Visual Studio", "Node.js")),
        ("Should we use FastAPI or Django for a small JSON API?", ("FastAPI", "Django")),
        ("Is this worth it?", ()),
    ],
)
def test_the_things_of_a_debate_are_what_the_question_compares_or_names(question: str, named: tuple[str, ...]) -> None:
    assert named == things(question)


def test_each_side_quotes_what_argues_its_case_and_a_denied_strength_is_a_limit() -> None:
    about = sentences([Passage("c1", "d1", "Tool", PAGE, 0.0)])
    advocate, skeptic = ([s.text for s in argued(side, "", about, [])] for side in ("Advocate", "Skeptic"))
    assert ["The tool supports streaming and includes a cache."] == advocate
    assert {"The tool is not faster than others.", "The tool must be restarted after each change."} == set(skeptic)


def test_what_stands_from_the_version_before_is_counted_and_not_quoted_again() -> None:
    about = sentences([Passage("c1", "d1", "Tool", PAGE, 0.0)])
    first = argued("Skeptic", "", about, [])
    assert MOST_ON_ONE == len(first)
    assert [] == argued("Skeptic", "", about, first)
    assert first[1:] == argued("Skeptic", "", about, first[:1])
