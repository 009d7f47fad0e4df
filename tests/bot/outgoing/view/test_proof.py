from datetime import UTC, datetime

from drafts import claiming

from bot.outgoing.view.proof import assembled
from orchestration.values.domain import Claim, Source, Span, Support

BEGIN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TEXT = "# Log\n\nIntro.\n\n## Limits\n\nAll processes are on one host.\n\n## Speed\n\nIt is quick enough for most.\n"
SOURCE = Source("d_1", "Log", "", BEGIN, "h1")


def test_a_claim_is_found_with_its_headings_and_chunk() -> None:
    claim = Claim("It is quick.", "d_1", "quick enough for MOST", Support.QUOTED)
    (proof,) = assembled(claiming([claim], [SOURCE]), {"h1": TEXT}).sources
    (cited,) = proof.claims
    assert ("Speed", "d_1#3", False) == (cited.place, cited.chunk_id, cited.is_quote)


def test_the_place_that_was_stored_with_a_claim_stands_and_a_quote_over_two_chunks_has_no_chunk() -> None:
    stored = Claim("a", "d_1", "one host.\n\n## Speed\n\nIt is quick", Support.QUOTED, place="Elsewhere")
    (proof,) = assembled(claiming([stored], [SOURCE]), {"h1": TEXT}).sources
    assert ("Elsewhere", None) == (proof.claims[0].place, proof.claims[0].chunk_id)


def test_a_quote_that_is_there_twice_is_shown_where_the_check_found_it() -> None:
    text = "# Log\n\n## One\n\nIt is quick enough.\n\n## Two\n\nIt is quick enough.\n"
    at = text.rindex("It is quick")
    claim = Claim("It is quick.", "d_1", "It is quick enough.", Support.QUOTED, span=Span(at, at + 19))
    (proof,) = assembled(claiming([claim], [SOURCE]), {"h1": text}).sources
    assert ("Two", "d_1#2") == (proof.claims[0].place, proof.claims[0].chunk_id)


def test_without_the_text_there_is_what_the_claim_carries() -> None:
    claim = Claim("a", "d_1", "q", Support.QUOTED, place="Speed")
    found = assembled(claiming([claim, Claim("b", "d_9", "q", Support.UNCITED)], [SOURCE]), {})
    assert ("Speed", None) == (found.sources[0].claims[0].place, found.sources[0].claims[0].chunk_id)
    assert ["b"] == [claim.text for claim in found.unread]


def test_copies_name_the_source_they_copy() -> None:
    copy = Source("d_2", "Copy", "", BEGIN, "h1")
    found = assembled(claiming([], [SOURCE, copy]), {})
    assert ([None, 1], 1) == ([proof.same_as for proof in found.sources], found.independent)
