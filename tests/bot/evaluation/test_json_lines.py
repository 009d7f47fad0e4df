"""Other people's files of JSON lines."""

from pathlib import Path

import pytest

from bot.evaluation.json_lines import read
from bot.evaluation.labelled_document import LabelledDocument
from bot.evaluation.retrieval import DOCUMENT, ROW, Row
from orchestration.values.errors import AskerError


def test_a_byte_order_mark_blank_lines_and_a_missing_last_newline_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"query": "a", "relevant": [1, "b", 1]}\r\n\n{"query": "c", "relevant": []}')
    rows = read(path, Row, ROW)
    assert [(1, "a", {"1", "b"}), (3, "c", set())] == [(n, row.query, set(row.relevant)) for n, row in rows]


def test_a_text_may_hold_what_python_takes_for_an_end_of_line(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text('{"id": 7, "title": null, "text": "one\u2028two\x85three"}\n', encoding="utf-8")
    ((_, document),) = read(path, LabelledDocument, DOCUMENT)
    assert ("7", "", "one\u2028two\x85three", "") == (document.id, document.title, document.text, document.source)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"query": "b"}', r"line 2: relevant: Field required"),
        (b'{"query": "b", "relevant": "d1"}', r"line 2: relevant: "),
        (b'{"query": "b", "relevant": [""]}', r"line 2: relevant.0: "),
        (b'{"query": "b", "relevant": [1', r"line 2: is no JSON object"),
        (b"[]", r"line 2: is no JSON object"),
        (b'{"query": "\xff", "relevant": []}', r"line 2: is not UTF-8"),
        (b'{"query": "\\ud800", "relevant": []}', r"line 2: "),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_number(tmp_path: Path, line: bytes, expected: str) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b'{"query": "a", "relevant": ["d"]}\n' + line + b"\n")
    with pytest.raises(AskerError, match=expected):
        read(path, Row, ROW)


def test_no_file_and_no_rows_are_said(tmp_path: Path) -> None:
    with pytest.raises(AskerError, match="cannot be read"):
        read(tmp_path / "none.jsonl", Row, ROW)
    (tmp_path / "empty.jsonl").write_text("\n\n")
    with pytest.raises(AskerError, match="holds no rows"):
        read(tmp_path / "empty.jsonl", Row, ROW)
