import pytest

from orchestration.evidence.likeness import Rarity, compare
from orchestration.evidence.rule import Against, doubts

EVIDENCE = [
    "SQLite: the write-ahead log",
    "In WAL mode SQLite appends changes to a separate file and leaves the database file alone until a checkpoint.",
    "Readers do not block the writer and the writer does not block readers.",
    "WAL mode exists since version 3.7.0 of July 2010 and stays set in the database file.",
]
RARITY = Rarity.of(EVIDENCE)


def kinds(statement: str) -> list[Against]:
    return [doubt.kind for doubt in doubts(statement, EVIDENCE, RARITY)]


@pytest.mark.parametrize(
    "statement",
    [
        "In WAL mode SQLite appends changes to a separate file.",
        "In WAL mode, readers and the writer do not block each other.",
        "SQLite has had WAL mode since 3.7.0, which is from July 2010.",
        "The log holds what is appended before a checkpoint.",
    ],
)
def test_what_the_evidence_says_is_left_alone(statement: str) -> None:
    assert [] == kinds(statement)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("Encrypted backups can be restored with an administrator's password.", Against.LITTLE),
        ("WAL mode exists since version 3.8.0.", Against.NUMBERS),
        ("In WAL mode it uses MySQL for that.", Against.NAMES),
        ("SQLite appends changes to a separate file, and encrypted backups need an administrator.", Against.PART),
        ("Readers block the writer.", Against.TURNED),
        ("The page says “readers always block the writer” of it.", Against.QUOTATION),
    ],
)
def test_what_it_does_not_say_is_doubted_with_the_reason(statement: str, kind: Against) -> None:
    assert kind in kinds(statement)


def test_without_evidence_everything_is_doubted() -> None:
    assert [Against.LITTLE] == [doubt.kind for doubt in doubts("It is so.", [], Rarity.of([]))]


def test_the_score_is_half_words_and_a_quarter_each_numbers_and_names() -> None:
    found = compare("WAL mode exists since version 3.8.0 of July 2011", EVIDENCE, RARITY)
    assert (1.0, 0.0, 1.0) == (found.words, found.numbers, found.names)
    assert 0.75 == found.score


def test_a_wrong_page_scores_far_below_a_right_one() -> None:
    wrong = compare("Flask was released on 1 April 2010 by the Pallets project.", EVIDENCE, RARITY)
    right = compare("SQLite leaves the database file alone until a checkpoint.", EVIDENCE, RARITY)
    assert wrong.score < 0.2 and right.score > 0.9
