from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.sentences import Sentence, bm25, ranked, sentences, split, spread, stem, terms
from orchestration.values.domain import Passage


def passage(text: str, chunk_id: str = "c1", source_id: str = "d_1", breadcrumb: str = "Page") -> Passage:
    return Passage(chunk_id, source_id, breadcrumb, text, 0.0)


def texts(found: list[Sentence]) -> list[str]:
    return [sentence.text for sentence in found]


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "Use a server, e.g. Gunicorn, in front. Dr. J. Smith wrote it vs. Flask in No. 5. It works well today."
    expected = [
        "Use a server, e.g. Gunicorn, in front.",
        "Dr. J. Smith wrote it vs. Flask in No. 5.",
        "It works well today.",
    ]
    assert expected == [piece.text for piece in split(text)]


def test_headings_sources_tables_and_code_are_not_sentences() -> None:
    item = "One item with five words"
    source, table, code = "Source: a page of docs, as of 2025", "| a | b | c | d |", "```\nx = 1 2 3 4\n```"
    text = "\n\n".join(["# A title of a page", source, table, f"- {item}", code])
    assert [item] == [piece.text for piece in split(text)]


def test_a_heading_inside_a_passage_belongs_to_the_sentences_below_it() -> None:
    found = sentences([passage("## Testing\n\nThe client calls it directly. A second sentence is here.")])
    assert [("Page Testing", True), ("Page Testing", False)] == [(s.headings, s.leads) for s in found]


def test_a_sentence_over_two_lines_is_kept_verbatim_and_shown_on_one() -> None:
    (found,) = sentences([passage("It goes over\ntwo lines of text.")])
    assert ("It goes over\ntwo lines of text.", "It goes over two lines of text.") == (found.text, found.shown)


def test_what_looks_like_a_citation_in_a_page_is_shown_as_something_else() -> None:
    (found,) = sentences([passage("This is proven by [d_other] and [12] but not by pip install x[extra].")])
    assert "This is proven by (d_other) and (12) but not by pip install x[extra]. [d_1]" == found.cited


def test_plural_and_verb_forms_share_a_stem() -> None:
    assert stem("tests") == stem("testing") == stem("test") == stem("tested")
    assert stem("deployment") == stem("deployed")


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    found = sentences([passage("The server is a server. The server has a checkpoint. The server is a tool here.")])
    assert "The server has a checkpoint." == ranked(terms("server checkpoint"), found)[0][1].text


def test_equal_scores_keep_the_order_of_chunk_ids_whatever_the_arrival() -> None:
    one, two = passage("Alpha beta gamma delta.", "c1", "d_1"), passage("Alpha beta gamma delta.", "c2", "d_2")
    first = [s.source_id for _, s in ranked(["alpha"], sentences([one, two]))]
    second = [s.source_id for _, s in ranked(["alpha"], sentences([two, one]))]
    assert ["d_1", "d_2"] == first == second


def test_spreading_prefers_a_different_sentence_to_a_repetition() -> None:
    found = sentences(
        [passage("Readers never block the writer. Readers never block a writer. Checkpoints copy the log back.")]
    )
    chosen = spread([(1.0, found[0]), (0.95, found[1]), (0.8, found[2])], 2)
    assert [found[0].text, found[2].text] == texts(chosen)


def test_no_candidates_have_no_scores() -> None:
    assert [] == bm25(["word"], [])


@given(st.text())
def test_every_sentence_is_an_exact_piece_of_its_text(text: str) -> None:
    assert all(piece.text in text for piece in split(text))


def test_the_rest_of_a_table_row_and_of_a_listing_is_no_sentence() -> None:
    row = "| `KEY` | Asks first. What may cost more asks before it starts. |"
    broken = "what may cost more asks before it starts |"
    listing = "```\nfirst line of the listing\n\nSecond line of that listing here.\n```"
    text = "\n\n".join(
        [broken, row, listing, "![A picture of the whole page](page.png)", "A sentence stands here alone."]
    )
    assert ["A sentence stands here alone."] == [piece.text for piece in split(text)]
