import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orchestration.llm.offline.critique import critique
from orchestration.llm.offline.reading import Reading
from orchestration.roles.critic import CriticOutput

CAP = 8000


def report(
    summary: str, about: str = "s1", title: str = "Flask", *, sources: tuple[str, ...] = ("d_1", "d_2"), error: str | None = None
) -> dict[str, Any]:
    claims = [{"text": "x", "source_id": source, "quote": "x", "support": "quoted"} for source in sources]
    return {"subtask_id": about, "title": title, "summary": summary, "error": error, "claims": claims}


def notes(*reports: dict[str, Any], question: str = "How is Flask tested?") -> list[tuple[str, str, str | None]]:
    task = {"question": question, "answer": "x", "sources": [], "reports": list(reports), "gaps": []}
    output = CriticOutput.model_validate(critique(Reading(task, (), 0), CAP))
    assert output.verdict == ("revise" if output.notes else "ship")
    return [(note.kind, note.text, note.subtask_id) for note in output.notes]


CITED = "**Testing:** A client calls the application. [d_1]"


def test_a_report_whose_every_line_is_cited_ships() -> None:
    assert [] == notes(report(CITED))


def test_an_empty_cell_is_missing() -> None:
    (found,) = notes(report(f"{CITED}\n**Community:** nothing found in the library."))
    assert ("missing", "Flask: nothing was found on Community. A wider search may close the gap.", "s1") == found


def test_empty_cells_are_one_note_that_names_the_report_of_each() -> None:
    empty = "**Community:** nothing found in the library."
    (found,) = notes(report(empty), report(f"{empty}\n**OpenAPI:** nothing found in the library.", "s2", "FastAPI"))
    cells = "Community (Flask); Community (FastAPI); OpenAPI (FastAPI)"
    assert ("missing", f"Nothing was found on {cells}. A wider search may close the gap.", None) == found


def test_empty_cells_of_one_report_are_one_note_about_it() -> None:
    empty = "**Community:** nothing found in the library.\n**OpenAPI:** nothing found in the library."
    (found,) = notes(report(empty))
    assert ("Flask: nothing was found on Community; OpenAPI. A wider search may close the gap.", "s1") == found[1:]


def test_a_line_named_after_a_thing_keeps_its_spelling() -> None:
    (found,) = notes(report("**FastAPI:** nothing found in the library."))
    assert found[1].startswith("Flask: nothing was found on FastAPI.")


def test_a_cell_that_stays_empty_after_a_wider_search_asks_for_a_document() -> None:
    (found,) = notes(report(f"{CITED}\n**Community:** nothing found in the library, also not with a wider search."))
    assert ("missing", True) == (found[0], found[1].endswith("Add a document or waive this note."))


def test_sentences_without_a_source_are_left_to_code() -> None:
    assert [] == notes(report("The client is built in. [d_1] It is also the fastest of them all."))


def test_a_quoted_line_that_claims_to_be_empty_is_no_empty_cell() -> None:
    assert [] == notes(report("**Testing:** nothing found in the library, says the page of that name. [d_1]"))


def test_a_failed_report_is_missing() -> None:
    (found,) = notes(report("", error="It ran out of time (30 s)."))
    assert ("missing", "Flask: there is no whole report. It ran out of time (30 s).", "s1") == found


@given(st.text(max_size=300), st.text(max_size=2000))
def test_any_report_gives_a_critique_that_fits_the_output_cap(title: str, summary: str) -> None:
    reports = [report(summary, title=title, sources=("d_1", "d_1"), error=summary) for _ in range(4)]
    task = {"question": title, "answer": summary, "reports": reports}
    written = json.dumps(critique(Reading(task, (), 0), CAP), ensure_ascii=False)
    CriticOutput.model_validate(json.loads(written))
    assert len(written.encode(errors="replace")) <= CAP
