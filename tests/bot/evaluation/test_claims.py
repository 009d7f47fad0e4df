"""The labelled set that ships, and what the rule flags on the half it was not tuned on."""

import json
from pathlib import Path

import pytest

from bot.evaluation.claims import SHIPPED, Row, auc, by_label, half, read_rows, score, share, shipped
from orchestration.values.errors import AskerError

LABELS = {
    "changed_name",
    "changed_number",
    "contradicted",
    "partly_supported",
    "supported_paraphrase",
    "supported_verbatim",
    "unsupported",
    "wrong_page",
}


def written(folder: Path, *lines: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_shipped_set_is_large_and_has_every_label_in_both_halves() -> None:
    rows = read_rows(SHIPPED)
    assert len(rows) >= 150
    for side in ("tune", "held-out"):
        assert LABELS == {row.label for row in rows if half(row) == side}


def test_it_leaves_what_is_right_alone_and_flags_what_is_certain() -> None:
    found = score(shipped())
    flagged = {label: share(rows) for label, rows in by_label(found.judged).items()}
    assert flagged["supported_verbatim"] == 0.0 and flagged["supported_paraphrase"] <= 0.05
    assert flagged["wrong_page"] == 1.0 and flagged["changed_number"] >= 0.85
    assert flagged["unsupported"] >= 0.5
    scores = auc(found.judged)
    assert scores["wrong_page"] >= 0.99 and scores["unsupported"] >= 0.95 and scores["partly_supported"] >= 0.8


def test_the_curve_has_the_flagged_share_of_each_label_at_each_threshold_and_at_the_one_in_use() -> None:
    found = score(shipped()).to_json()
    curve = {step["threshold"]: step["flagged"] for step in found["curve"]}
    assert found["flagged"] == curve[found["threshold"]]
    assert list(curve) == sorted(curve) and len(curve) >= 19
    for label in LABELS:
        shares = [flagged[label] for flagged in curve.values()]
        assert shares == sorted(shares)


def test_a_quote_has_to_stand_in_the_evidence_where_a_row_has_one() -> None:
    evidence = ("Readers do not block the writer of the log.",)
    rows = [
        Row(claim="Readers do not block the writer.", evidence=evidence, label=label, quote=quote)
        for label, quote in (("true", "readers do not block"), ("false", "readers do block"))
    ]
    document = score(rows).to_json()
    assert {"false": 1.0, "true": 0.0} == document["flagged"]
    assert {"quote": 1} == document["reasons"]["false"]


def test_labels_of_other_sets_and_evidence_in_one_text_are_taken(tmp_path: Path) -> None:
    rows = [
        {"claim": "Flask is small.", "evidence": "Flask is small. It is quick.", "label": "SUPPORTS", "id": 7},
        {"claim": "Flask is large and dear.", "evidence": [], "label": 1},
    ]
    found = score(read_rows(written(tmp_path, *map(json.dumps, rows)))).to_json()
    assert {"1": 1.0, "SUPPORTS": 0.0} == found["flagged"]
    assert {"1": 1.0} == found["auc"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1]", "line 2: is no JSON object"),
        ('{"claim": "a", "label": "b"}', "line 2: evidence: Field required"),
        ('{"claim": " ", "evidence": [], "label": "b"}', "line 2: claim: "),
        ('{"claim": "a", "evidence": [1], "label": "b"}', "line 2: evidence.0: "),
        ('{"claim": "a\\ud800", "evidence"', "line 2: is no JSON object"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, said: str) -> None:
    good = json.dumps({"claim": "a", "evidence": ["b"], "label": "c"})
    with pytest.raises(AskerError) as refused:
        read_rows(written(tmp_path, good, line))
    assert said in refused.value.sentence


def test_no_file_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", written(tmp_path, "", " ")):
        with pytest.raises(AskerError):
            read_rows(path)
