"""Which sources a question names."""

import pytest

from storage.search.naming import name_of, named, parts


@pytest.mark.parametrize(
    ("title", "source", "expected"),
    [
        ("Async support", "Django documentation 5.2, topics", "django 5.2"),
        ("Time zones in Python", "", ""),
        ("FastAPI in production", "", "fastapi"),
        ("Flask: testing", "", "flask"),
        ("Holidays", "Team handbook", ""),
        ("The plan", "", ""),
        ("What it costs", "pricing.md", ""),
        ("FastAPI in production", "notes/pricing.md", "fastapi"),
        ("", "", ""),
        ("Snippets", "Visual Studio Code docs", "visual studio code"),
        ("Streams", "Node.js v20 documentation", "node.js v20"),
        ("Vectors", "The C++ reference", "c++"),
        ("Zones", "https://docs.djangoproject.com/en/5.2/topics/", "djangoproject"),
        ("First steps", "fastapi.tiangolo.com", "fastapi"),
        ("Views", "flask/patterns/views.rst", "flask"),
        ("Agents", "Towards a science of scaling agent systems", ""),
    ],
)
def test_a_source_is_named_by_its_first_words_and_a_title_only_where_it_looks_like_a_name(
    title: str, source: str, expected: str
) -> None:
    assert expected == name_of(title, source)


NAMES = ("django", "django 4.2", "django 5.0", "flask", "visual studio code", "visual basic", "go")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I test in Flask?", {"flask"}),
        ("Time zones in Django", {"django", "django 4.2", "django 5.0"}),
        ("Time zones in Django 4.2", {"django", "django 4.2"}),
        ("Django 4.2 vs 5.0", {"django", "django 4.2", "django 5.0"}),
        ("Django 3.1", {"django", "django 4.2", "django 5.0"}),
        ("Is Visual Studio Code free?", {"visual studio code"}),
        ("A visual code for a studio", set()),
        ("Where does it go?", {"go"}),
        ("", set()),
    ],
)
def test_a_question_names_what_it_holds_word_for_word_and_of_the_versions_those_it_states(
    question: str, expected: set[str]
) -> None:
    assert expected == set(named(parts(question), NAMES))
