from orchestration.evidence.citations import Statement, cited_ids, numbered, source_order, statements
from orchestration.values.domain import Source, WorkerReport


def test_source_ids_become_numbers_and_unknown_ids_a_question_mark() -> None:
    text = "One [d_1]. Two [d_2, d_1]. Made up [d_9][w_x]. An [aside] and a [link](x)."
    expected = "One [1]. Two [2][1]. Made up [?][?]. An [aside] and a [link](x)."
    assert expected == numbered(text, {"d_1": 1, "d_2": 2})


def test_a_number_that_the_model_wrote_itself_points_at_no_source() -> None:
    text = "Mine [1]. Both [d_1] [2, 3]. In [2019] and rows[0], `x [4]`.\n\n```\n[1, 2]\n```\n"
    expected = "Mine [?]. Both [1] [?]. In [2019] and rows[0], `x [4]`.\n\n```\n[1, 2]\n```\n"
    assert expected == numbered(text, {"d_1": 1})


def test_ids_come_in_the_order_of_their_first_mention() -> None:
    assert ["d_2", "d_1"] == cited_ids("x [d_2] y [d_1; d_2]")


def test_sources_are_numbered_by_first_mention_and_each_once(source_of) -> None:  # type: ignore[no-untyped-def]
    one, two = source_of("d_1", "a"), source_of("d_2", "b")
    report = WorkerReport("s1", "T", "B [d_2]. A [d_1][d_2].", sources=(one, two))
    assert ("d_2", "d_1") == tuple(source.source_id for source in source_order([report], [report.summary]))
    assert isinstance(one, Source)


def test_a_statement_has_the_citations_in_it_and_behind_its_full_stop() -> None:
    text = "The client is built in here [d_1]. The server is built in too. [d_2][d_3] It is the fastest of all."
    assert [
        Statement("The client is built in here .", ("d_1",)),
        Statement("The server is built in too.", ("d_2", "d_3")),
        Statement("It is the fastest of all.", ()),
    ] == statements(text)


def test_headings_code_questions_labels_and_findings_of_nothing_state_nothing() -> None:
    text = (
        "## A heading of quite some words here\n\n```\ncode that looks like a sentence of words\n```\n\n"
        "Is it really as fast as they say?\n\nThese are the points of it all:\n\n"
        "- **Testing:** nothing found in the library for it.\n- Short one.\n\nThe documents do not say when it began."
    )
    assert [] == statements(text)
