"""Suites of tasks: the shipped one can be answered from the handbook, and a bad line is named."""

from pathlib import Path

import pytest

from bot.evaluation.suite import ABSENT, HANDBOOK, SHIPPED, document_path, read_suite
from orchestration.evidence.quotes import folded
from orchestration.values.errors import AskerError

GOOD = '{"id": "a", "question": "Which port?", "kind": "fact", "expects": [{"any_of": ["5000"]}]}'


def test_the_shipped_suite_has_tasks_of_every_kind() -> None:
    suite = read_suite(SHIPPED)
    kinds = {task.kind for task in suite.tasks}
    assert len(suite.tasks) >= 30
    assert {"fact", "comparison", "contradiction", ABSENT, "stages", "opinion", "document"} == kinds


def test_every_expected_fact_stands_in_the_handbook() -> None:
    pages = " ".join(folded(path.read_text("utf-8").replace("`", "")) for path in HANDBOOK.glob("*.md"))
    lost = [
        f"{task.id}: {fact.any_of}"
        for task in read_suite(SHIPPED).tasks
        for fact in task.expects
        if not any(folded(way) in pages for way in fact.any_of)
    ]
    assert [] == lost


def test_every_document_of_the_shipped_suite_is_there() -> None:
    suite = read_suite(SHIPPED)
    names = [name for task in suite.tasks for name in task.documents]
    assert names
    assert all(document_path(suite, HANDBOOK, name).is_file() for name in names)
    with pytest.raises(match=r"there is no document gone\.md"):
        document_path(suite, HANDBOOK, "gone.md")


def test_a_document_beside_the_suite_goes_before_the_librarys(tmp_path: Path) -> None:
    mine = tmp_path / "http-caching.md"
    mine.write_text("# Mine\n", encoding="utf-8")
    suite = read_suite(written(tmp_path, GOOD))
    assert mine == document_path(suite, HANDBOOK, "http-caching.md")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("[1]", "is no JSON object"),
        ("{", "is no JSON object"),
        (GOOD.replace('"id"', '"no"'), "id: Field required"),
        (GOOD.replace('"a"', '"a b"'), "id: "),
        (GOOD.replace('"5000"', '" "'), "expects.0.any_of.0: "),
        (GOOD.replace('["5000"]', "[]"), "expects.0.any_of: "),
        ('{"id": "b", "question": "?", "kind": "fact"}', "it expects nothing, which only kind 'absent' may"),
    ],
)
def test_a_bad_line_is_named_with_what_to_write(tmp_path: Path, line: str, what: str) -> None:
    path = written(tmp_path, GOOD.replace('"a"', '"first"'), "", line)
    with pytest.raises(AskerError) as refused:
        read_suite(path)
    assert refused.value.sentence.startswith(f"{path}, line 3: {what}")
    assert '"any_of"' in refused.value.sentence


def test_two_tasks_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(match="line 2: the id 'a' was used above"):
        read_suite(written(tmp_path, GOOD, GOOD))


def test_a_file_that_is_missing_empty_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(match="cannot be read"):
        read_suite(tmp_path / "gone.jsonl")
    with pytest.raises(match="holds no rows"):
        read_suite(written(tmp_path, ""))
    (tmp_path / "suite.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(match="line 1: is not UTF-8"):
        read_suite(tmp_path / "suite.jsonl")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "suite.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
