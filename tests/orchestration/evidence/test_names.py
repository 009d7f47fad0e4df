import pytest

from orchestration.evidence.names import Known, capitalised, missing_names, names_in


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("SQLite's WAL mode appends", "In WAL mode SQLite appends"),
        ("It uses the log (WAL)", "the write-ahead log"),
        ("Some FastAPIs are quick", "Fast API is quick"),
        ("It was written by Müller", "by Mueller, Muller and others"),
        ("However Django is fast", "Django is fast"),
        ("Set USE_TZ to True", "`USE_TZ` is true"),
        ("It uses utf8", "UTF-8"),
        ("Code in Python", "pythonic code"),
        ("In July it ran on Monday", "nothing"),
        ("Die Datenbank schreibt die Änderungen in eine Datei", "the database"),
        ("Exponential Backoff And Jitter", "nothing"),
        ("See [d_AB12] and https://Example.com/X", "nothing"),
        ("It needs Python3", "Python 3.11 is needed"),
        ("It needs Python", "Python3 is needed"),
        ("It costs USD 5", "It costs $5"),
    ],
)
def test_a_name_stands_in_whatever_form_the_source_writes_it(statement: str, text: str) -> None:
    assert [] == missing_names(statement, Known(text))


@pytest.mark.parametrize(
    ("statement", "text", "missing"),
    [
        ("The Azure article simulates", "The AWS article", ["Azure"]),
        ("Flask runs on WSGI", "Flask runs on ASGI", ["WSGI"]),
        ("Written by Marc Brooker of Amazon in 2015", "Marc Brooker", ["Amazon"]),
        ("It answers with HTTP2", "HTTP", ["HTTP2"]),
        ("It runs on Windows11", "It runs on Windows 10", ["Windows11"]),
        ("It needs Python2", "Python 3.11 is needed", ["Python2"]),
        ("The cache [of Microsoft] is fast", "The cache is fast", ["Microsoft"]),
    ],
)
def test_a_name_that_the_source_does_not_know_is_missing(statement: str, text: str, missing: list[str]) -> None:
    assert missing == missing_names(statement, Known(text))


def test_the_first_word_is_a_name_only_where_another_text_of_the_run_says_so() -> None:
    seen = capitalised(["We compared SQLite with Postgres."])
    assert [] == names_in("Postgres has checkpoints.")
    assert ["Postgres"] == names_in("Postgres has checkpoints.", seen)
    assert [] == names_in("Checkpoints take time.", seen)
