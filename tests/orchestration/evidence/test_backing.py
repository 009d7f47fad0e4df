from collections.abc import Callable

from orchestration.evidence.backing import backed, seconded
from orchestration.evidence.citations import statements
from orchestration.values.domain import Claim, Source, Support, WorkerReport

Make = Callable[..., Source]
TEXT = " ".join(f"word{n} of the long story number {n * 7} goes on." for n in range(60))
OTHER = " ".join(f"part{n} of a quite different tale {n * 3} ends here." for n in range(60))


def claim(text: str, source_id: str, support: Support = Support.QUOTED) -> Claim:
    return Claim(text, source_id, "q", support)


def counts(source_of: Make, *claims: Claim, summary: str = "") -> list[int]:
    sources = (source_of("d_1", TEXT), source_of("d_2", OTHER), source_of("d_3", f"Home. About us. {TEXT}"))
    report = WorkerReport("s1", "T", summary, claims=claims, sources=sources)
    (counted,) = backed([report])
    return [claim.independent_sources for claim in counted.claims]


def test_claims_that_say_the_same_back_each_other_where_their_texts_differ(source_of: Make) -> None:
    one, two = "Flask was released in April 2010.", "In April 2010 Flask was released."
    assert [2, 2, 1] == counts(source_of, claim(one, "d_1"), claim(two, "d_2"), claim("Django has a mapper.", "d_2"))
    assert [1, 1] == counts(source_of, claim(one, "d_1"), claim(two, "d_3"))


def test_another_number_is_another_statement(source_of: Make) -> None:
    assert [1, 1] == counts(source_of, claim("Released in April 2010.", "d_1"), claim("Released in April 2011.", "d_2"))


def test_another_name_is_another_statement(source_of: Make) -> None:
    flask, django = (f"To start with {name} a developer installs one package." for name in ("Flask", "Django"))
    assert [1, 1] == counts(source_of, claim(flask, "d_1"), claim(django, "d_2"))


def test_a_source_cited_besides_counts_where_its_text_says_the_same(source_of: Make) -> None:
    text = "Flask was released in April 2010."
    said = statements("Flask was released in April 2010 [d_1][d_2][d_9].")
    asked: list[tuple[str, str]] = []

    def says(source_id: str, stated: str) -> bool:
        asked.append((source_id, stated))
        return source_id == "d_2"

    (found,) = seconded([claim(text, "d_1")], said, says)
    assert ("d_2",) == found.also_in
    assert [("d_2", text), ("d_9", text)] == sorted(asked)
    assert [2] == counts(source_of, found)


def test_an_id_behind_a_sentence_alone_makes_no_second_source(source_of: Make) -> None:
    said = "Flask was released in April 2010 [d_1][d_2]."
    assert [1] == counts(source_of, claim("Flask was released in April 2010.", "d_1"), summary=said)


def test_only_quoted_claims_are_counted_and_back_others(source_of: Make) -> None:
    text = "Flask was released in April 2010."
    assert [1, 0] == counts(source_of, claim(text, "d_1"), claim(text, "d_2", Support.UNQUOTED))
