from orchestration.llm.offline.sentences import Sentence, sentences, vocabulary
from orchestration.llm.offline.topics import FLOOR, MOST_QUOTES, WIDE_FLOOR, best_on, best_one_on, with_antecedents
from orchestration.values.domain import Passage


def found(*sections: tuple[str, str, str]) -> list[Sentence]:
    """Sentences of (source id, breadcrumb, text)."""
    return sentences(
        Passage(f"c{n}", source_id, breadcrumb, text, 0.0)
        for n, (source_id, breadcrumb, text) in enumerate(sections, start=1)
    )


def texts(chosen: list[Sentence]) -> list[str]:
    return [sentence.text for sentence in chosen]


def test_a_second_source_is_taken_where_it_answers_nearly_as_well() -> None:
    page = ("d_1", "Page › Log", "The log copies pages at a checkpoint. The checkpoint log is small here.")
    near, far = "A checkpoint empties the log file.", "Somebody keeps a captain's log at sea."
    assert {"d_1", "d_2"} == {
        s.source_id for s in best_on("log checkpoint", found(page, ("d_2", "Other", near)), FLOOR)
    }
    assert far not in texts(best_on("log checkpoint pages", found(page, ("d_2", "Other", far)), FLOOR))


def test_one_shared_word_is_enough_only_with_the_lower_floor() -> None:
    page = found(("d_1", "Page", "The licence of the tool is free."))
    assert ([], 1) == (
        best_on("licence cost support", page, FLOOR),
        len(best_on("licence cost support", page, WIDE_FLOOR)),
    )


def test_a_sentence_that_points_back_stands_behind_one_that_can_be_read_alone() -> None:
    page = found(
        ("d_1", "Page", "Tools exist in many forms. It writes the log quickly. The writer keeps the log short.")
    )
    assert ["The writer keeps the log short.", "It writes the log quickly."] == texts(best_on("log", page, FLOOR))


def test_a_common_word_alone_answers_nothing_about_a_thing_that_is_compared() -> None:
    page = found(("d_1", "Page", "The framework is small. The framework is quick. The framework is old."))
    assert best_one_on(vocabulary("licence framework"), page) is None


def test_no_candidates_answer_nothing() -> None:
    assert ([], None) == (best_on("anything", [], FLOOR), best_one_on(vocabulary("anything"), []))


def test_what_points_back_is_quoted_behind_the_sentence_of_its_section_that_it_points_to() -> None:
    page = found(
        ("d_1", "Page › Older", "RFC 7807 came before this one."),
        (
            "d_1",
            "Page › RFC",
            "RFC 9457 defines an error object. Its media type is JSON. It was published in July 2023.",
        ),
    )
    older, defines, media, published = page
    assert [defines, published, older] == with_antecedents([published, older], page)
    assert [defines, published, media] == with_antecedents([published, media], page)
    assert [media] == with_antecedents([media], [media, published])


def test_no_more_is_quoted_with_what_is_pointed_to() -> None:
    page = found(
        ("d_1", "Page", "RFC 9457 defines an object. " + " ".join(f"It has field number {n}." for n in range(9)))
    )
    assert page[:MOST_QUOTES] == with_antecedents(page[1:], page)


def test_a_name_that_is_everywhere_answers_nothing_where_the_rest_of_the_question_is_unknown() -> None:
    page = found(
        ("d_1", "Django › Start", "A developer runs one command to begin with Django. Django was released in July.")
    )
    assert [] == best_on("What is the salary of a Django developer in Berlin?", page, FLOOR)
    assert texts(best_on("Who maintains Django, and when was it released?", page, FLOOR))


def test_on_a_bare_name_the_openings_of_the_pages_own_sections_are_quoted() -> None:
    page = found(
        ("d_1", "Flask: licence and community › Licence", "Flask is licensed freely."),
        ("d_1", "Flask: licence and community › History", "Flask grew out of a joke."),
        (
            "d_2",
            "Flask: deployment › Deployment",
            "A Flask application is deployed on a server. Flask warns of another.",
        ),
    )
    assert {"Flask is licensed freely.", "A Flask application is deployed on a server."} == set(
        texts(best_on("flask?", page, FLOOR))
    )


def test_words_that_only_put_a_question_do_not_choose_the_answer() -> None:
    page = found(
        ("d_1", "Notes", "It may help where work is to be done and explains how to work."),
        ("d_2", "Retries", "Jitter spreads retries over time."),
    )
    assert ["Jitter spreads retries over time."] == texts(
        best_on("How do retries with jitter work and why do they help?", page, FLOOR)
    )


def test_a_section_named_like_the_question_comes_first_also_where_the_page_is_named_so_too() -> None:
    page = found(
        ("d_1", "FastAPI: testing › Async", "An endpoint of FastAPI may be async. Another endpoint may be plain."),
        ("d_1", "FastAPI: testing › Testing", "Testing a FastAPI application uses a client."),
    )
    assert (
        "Testing a FastAPI application uses a client."
        == texts(best_on("How do I test a FastAPI endpoint?", page, FLOOR))[0]
    )
