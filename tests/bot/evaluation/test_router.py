"""The labelled set that ships, and how good the rules are on the half they were not tuned on."""

from pathlib import Path

import pytest

from bot.evaluation.router import LABELS, SHIPPED, Row, half, read_rows, score
from orchestration.values.errors import AskerError


def written(folder: Path, *lines: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_shipped_set_is_large_has_every_label_in_both_halves_and_no_question_twice() -> None:
    rows = read_rows(SHIPPED)
    assert len(rows) >= 160
    assert len(rows) == len({row.question for row in rows})
    for side in ("tune", "held-out"):
        assert set(LABELS) == {row.label for row in rows if half(row.question) == side}


def test_the_rules_route_what_they_were_not_tuned_on() -> None:
    found = score(row for row in read_rows(SHIPPED) if half(row.question) == "held-out")
    assert found.accuracy >= 0.85
    assert found.macro_f1 >= 0.85


def test_a_question_stays_in_its_half() -> None:
    assert ("held-out", "tune") == (half("Who wrote Momo?"), half("Redis or Memcached?"))


def test_a_score_counts_what_was_chosen_for_which_label() -> None:
    rows = [Row(question="Who wrote Momo?", label=label) for label in ("single", "single", "debate")]
    rows.append(Row(question="Redis or Memcached?", label="supervisor"))
    found = score(rows).to_json()
    assert (4, 0.75) == (found["rows"], found["accuracy"])
    assert {"single": {"single": 2}, "supervisor": {"supervisor": 1}, "debate": {"single": 1}} == found["confusion"]
    assert {"precision": 0.6667, "recall": 1.0, "f1": 0.8, "rows": 2} == found["labels"]["single"]
    assert round((0.8 + 1.0 + 0.0) / 3, 4) == found["macro_f1"]


def test_a_mistake_costs_what_the_wrong_route_costs_more_or_less_than_the_right_one() -> None:
    rows = [Row(question="Who wrote Momo?", label="debate"), Row(question="Redis or Memcached?", label="single")]
    dearer, cheaper = score(rows).mistakes
    assert ("single", "supervisor", 1) == (dearer.label, dearer.chosen, dearer.rows)
    assert ("debate", "single", 1) == (cheaper.label, cheaper.chosen, cheaper.rows)
    assert dearer.runs > 1 and cheaper.runs < -1


def test_a_score_tells_the_time_that_a_question_takes() -> None:
    took = [0.001, 0.003, 0.002]
    readings = iter([reading for n, seconds in enumerate(took) for reading in (float(n), n + seconds)])
    rows = [Row(question="Who wrote Momo?", label="single")] * 3
    found = score(rows, seconds=lambda: next(readings)).to_json()
    assert (2.0, 2.9) == (round(found["ms_p50"], 3), round(found["ms_p95"], 3))


def test_the_literatures_fan_out_is_a_supervisors_work(tmp_path: Path) -> None:
    path = written(tmp_path, '{"question": "Redis or Memcached?", "label": "Fan-out"}', "")
    assert ["supervisor"] == [row.label for row in read_rows(path)]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((), "holds no rows"),
        (('{"question": "What?"}',), "line 1: label: Field required"),
        (("not json",), "line 1: is no JSON object"),
        (('{"question": "What?", "label": "magic"}',), "line 1: 'magic' is no label"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, lines: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(AskerError, match=sentence):
        read_rows(written(tmp_path, *lines))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AskerError, match="cannot be read"):
        read_rows(tmp_path / "nowhere.jsonl")
