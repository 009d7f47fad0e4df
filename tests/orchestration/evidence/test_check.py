from pydantic import TypeAdapter

from orchestration.evidence.check import DOUBTFUL, MISATTRIBUTED, NOT_READ, Evidence, evidence_of, read_all, supported
from orchestration.values.domain import Claim, Support

PAGE = "Flask  was first released in 2010 — as an April Fool's joke.\nIt is “small”."


def support_of(quote: str, source_id: str = "d_1") -> Support:
    stated = [Claim("A claim.", source_id, quote, Support.UNCITED)]
    return supported(stated, read_all({"d_1": PAGE}))[0].support


def test_a_quote_that_stands_in_the_page_is_quoted_whatever_its_spacing_dashes_and_quotation_marks() -> None:
    assert Support.QUOTED == support_of('flask was first released in 2010 - as an April Fool’s joke. it is "small"')


def test_a_quote_copied_without_its_code_marks_is_quoted() -> None:
    stated = [Claim("A claim.", "d_1", "pip install Flask is enough", Support.UNCITED)]
    assert Support.QUOTED == supported(stated, read_all({"d_1": "Then `pip install Flask` is enough."}))[0].support


def test_a_changed_number_is_not_quoted() -> None:
    assert Support.UNQUOTED == support_of("Flask was first released in 2011")


def test_a_quote_too_short_to_prove_anything_is_not_quoted() -> None:
    assert Support.UNQUOTED == support_of("is")


def test_a_source_that_was_not_read_is_uncited_even_if_the_quote_is_true() -> None:
    assert Support.UNCITED == support_of("Flask was first released in 2010", "d_2")


HANDBOOK = (
    "# Log\n\nIntro of it.\n\n## Limits\n\n"
    "The queue of Postgres holds 8 GB, and a payload is shorter than 8000 bytes.\n"
)
QUOTE = "a payload is shorter than 8000 bytes"


def checked(text: str, quote: str = QUOTE, source_id: str = "d_1") -> Claim:
    return supported([Claim(text, source_id, quote, Support.UNCITED)], read_all({"d_1": HANDBOOK, "d_2": PAGE}))[0]


def test_a_claim_whose_numbers_the_passage_has_is_quoted_with_its_place() -> None:
    claim = checked("In Postgres a payload has less than 8,000 bytes, and the queue 8 GB.")
    assert (Support.QUOTED, "", "Log › Limits") == (claim.support, claim.reason, claim.place)
    assert claim.span and QUOTE == HANDBOOK[claim.span.start : claim.span.end]


def test_a_number_that_the_passage_gives_otherwise_makes_it_unquoted_and_says_which() -> None:
    claim = checked("A payload is shorter than 9000 bytes.")
    assert (Support.UNQUOTED, "the source says 8000, not 9000") == (claim.support, claim.reason)


def test_a_number_or_name_that_the_passage_does_not_speak_of_is_no_finding() -> None:
    assert Support.QUOTED == checked("Postgres has had a queue since version 9.5 of January 2016.").support


def test_a_quote_from_behind_a_denial_is_none_and_a_denial_elsewhere_in_the_sentence_says_nothing() -> None:
    text = "It is not true that the cache survives a restart. He grew up in Leeds with two sisters but not with him."
    denied = Claim("The cache survives a restart.", "d_1", "the cache survives a restart", Support.UNCITED)
    plain = Claim("He has two sisters.", "d_1", "He grew up in Leeds with two sisters", Support.UNCITED)
    found = supported([denied, plain], read_all({"d_1": text}))
    assert ["the source says “not true that” right before the quote, which reverses its meaning", ""] == [
        claim.reason for claim in found
    ]
    assert [Support.UNQUOTED, Support.QUOTED] == [claim.support for claim in found]


def test_a_quote_from_another_source_that_was_read_is_said_to_be_so() -> None:
    assert MISATTRIBUTED == checked("It is small.", "Flask was first released in 2010").reason
    assert NOT_READ == checked("It is small.", source_id="d_9").reason


def test_words_between_quotation_marks_in_a_claim_have_to_stand_there_too() -> None:
    claim = checked("The page says “a payload is never shorter than that”, which is 8000 bytes.")
    assert Support.UNQUOTED == claim.support and "never shorter" in claim.reason


def test_a_claim_that_its_source_says_little_of_stays_quoted_and_is_doubted() -> None:
    claim = checked("Encrypted backups need an administrator's approval first.")
    assert (Support.QUOTED, DOUBTFUL) == (claim.support, claim.doubt)


def test_a_cited_sentence_with_a_number_that_no_cited_source_has_is_doubted() -> None:
    stated = [Claim("A payload is short.", "d_1", QUOTE, Support.UNCITED)]
    summary = "A payload is shorter than 8000 bytes [d_1]. The queue of Postgres holds 16 GB [d_1]. See https://x.y/z."
    found = evidence_of(summary, stated, [], read_all({"d_1": HANDBOOK}))
    assert ("“The queue of Postgres holds 16 GB .”: the source says 8, not 16",) == found.doubts
    assert found.summary is not None and "https" not in found.summary


def test_evidence_of_earlier_journals_can_still_be_read() -> None:
    old = '{"claims":[{"text":"t","source_id":"d_1","quote":"q","support":"quoted"}],"sources":[]}'
    found = TypeAdapter(Evidence).validate_json(old)
    assert (None, None) == (found.summary, found.claims[0].entailment)


def test_a_source_cited_besides_is_kept_where_its_text_says_the_claim_too() -> None:
    texts = {
        "d_1": "Flask was first released in April 2010 by Armin Ronacher.",
        "d_2": "The first release of Flask, by Armin Ronacher, was in April 2010.",
        "d_3": "Django was first released in July 2005 by its two authors.",
    }
    said = "Flask was first released in April 2010 [d_1][d_2][d_3]."
    claim = Claim("Flask was first released in April 2010.", "d_1", "released in April 2010 by Armin", Support.UNCITED)
    (found,) = evidence_of(said, [claim], (), read_all(texts)).claims
    assert (Support.QUOTED, ("d_2",)) == (found.support, found.also_in)
