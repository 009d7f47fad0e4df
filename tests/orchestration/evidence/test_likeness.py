import pytest

from orchestration.evidence.likeness import DOUBTED_BELOW, Sentences
from orchestration.evidence.sentence import Sentence

PAGE = """# SQLite: the write-ahead log

In WAL mode SQLite appends changes to a separate file and leaves the database file alone until a checkpoint. Readers do
not block the writer and the writer does not block readers. WAL mode exists since version 3.7.0 of July 2010 and stays
set in the database file. The World Health Organization keeps its records of U.S. hospitals in it. Every connection
must be on the same machine. A checkpoint moves the changes back. A long reader keeps the log from being reset. The log
grows while it reads. Each page has a checksum of eight bytes. The first frame follows the header."""
EVIDENCE = Sentences.of(PAGE)


def score(statement: str, evidence: Sentences = EVIDENCE) -> float:
    return evidence.likeness(Sentence(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "In WAL mode SQLite appends changes to a separate file.",
        "In WAL mode, readers and the writer do not block each other.",
        "SQLite has had WAL mode since 3.7.0, which is from July 2010.",
        "The WHO keeps records of hospitals in the United States.",
        "While a reader reads for long, the log grows and is not reset.",
    ],
)
def test_what_the_evidence_says_is_not_doubted(statement: str) -> None:
    assert score(statement) >= DOUBTED_BELOW


@pytest.mark.parametrize(
    "statement",
    [
        "Encrypted backups can be restored with an administrator's password.",
        "Flask was released on 1 April 2012 by the Pallets project.",
        "Uploaded images are resized by a background worker.",
    ],
)
def test_what_it_says_nothing_of_is(statement: str) -> None:
    assert score(statement) < DOUBTED_BELOW


def test_a_statement_in_the_words_of_its_source_says_all_of_it() -> None:
    assert 1.0 == score("WAL mode exists since version 3.7.0 of July 2010.")


def test_another_number_weighs_more_than_another_word() -> None:
    assert score("WAL mode exists since version 3.9.0") < score("WAL mode vanished since version 3.7.0")


def test_an_abbreviation_and_the_words_that_it_stands_for_are_the_same() -> None:
    assert score("The WHO keeps records.") == score("The World Health Organization keeps records.") == 1.0


def test_the_less_evidence_there_is_the_more_is_granted_but_nothing_where_none_of_it_is_said() -> None:
    statement = "The log is encrypted and compressed by default."
    assert score(statement, Sentences.of("The log grows.")) > score(statement)
    assert 0.0 == score(statement, Sentences.of("Cats sleep all day.")) == score(statement, Sentences.of())


def test_a_statement_without_any_telling_word_is_not_doubted() -> None:
    assert 1.0 == score("It is so.")


def test_languages_without_spaces_are_compared_too() -> None:
    page = Sentences.of("日志模式会将更改追加到单独的文件中。读者不会阻塞写者。")
    assert score("更改追加到单独的文件。", page) > score("加密备份需要管理员密码。", page)


def test_what_every_sentence_of_a_page_has_counts_little_in_any_language() -> None:
    sentences = [f"Die Brücke hat die Nummer {n}." for n in range(40)]
    page = Sentences.of(*sentences, "Die Stadt hat die Brücke im Mai gestrichen.")
    assert score("Die Ministerin hat die Steuern gesenkt.", page) < 0.2
    assert score("Die Stadt hat die Brücke gestrichen.", page) == 1.0


def test_to_say_it_takes_every_name_and_grants_nothing() -> None:
    statement = Sentence("Flask was first released in April 2010.")
    assert Sentences.of("The first release of Flask, by Armin Ronacher, was in April 2010.").says(statement)
    assert not Sentences.of("Django was first released in April 2010.").says(statement)
    assert not Sentences.of("Flask was first released.").says(statement)
