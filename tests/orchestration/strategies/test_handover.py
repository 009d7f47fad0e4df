"""What a stage is handed keeps its size, whatever came before; `full` is there to compare with."""

import json

import pytest

from orchestration.strategies.handover import FIELDS_BYTES, declared_of, fields_of
from orchestration.values.domain import Claim, Field, Support, WorkerReport


def report(
    claims: int, *, text: str = "A statement of some length about the thing at hand", summary: str = ""
) -> WorkerReport:
    stated = tuple(Claim(f"{text} {n}", "d_1", "quote", Support.QUOTED) for n in range(claims))
    return WorkerReport("s1", "Stage", summary, stated)


@pytest.mark.parametrize("claims", [1, 5, 50, 500])
@pytest.mark.parametrize("stages", [1, 2, 8])
def test_fields_of_any_pipeline_stay_within_the_same_room(claims: int, stages: int) -> None:
    handed = [fields_of(report(claims), FIELDS_BYTES // stages) for _ in range(stages)]
    assert len(json.dumps(handed)) <= FIELDS_BYTES * 1.2


def test_what_is_left_out_is_counted() -> None:
    fields = fields_of(report(50), 500)
    assert 50 == len(fields["claims"]) + fields["more_claims"]


def test_a_report_without_claims_hands_over_the_head_of_its_summary() -> None:
    fields = fields_of(report(0, summary="ü" * 5000), 500)
    assert fields["claims"][0]["text"].startswith("üü") and len(json.dumps(fields, ensure_ascii=False).encode()) <= 520


def test_a_long_claim_is_cut_rather_than_lost() -> None:
    (claim,) = fields_of(report(1, text="word " * 1000), 500)["claims"]
    assert claim["text"].endswith("…") and "d_1" == claim["source_id"]


def test_a_failed_stage_says_so() -> None:
    failed = WorkerReport("s1", "Stage", "", error="It ran out of time.")
    assert {"title": "Stage", "error": "It ran out of time.", "claims": []} == fields_of(failed, 500)


def fielded(*fields: Field) -> WorkerReport:
    return WorkerReport("s1", "Stage", "A summary.", fields=fields)


def test_declared_fields_are_handed_over_under_their_names_and_nothing_else() -> None:
    handed = declared_of(fielded(Field("date", "1 April", ("d_1",)), Field("licence")), 500)
    date = {"value": "1 April", "source_ids": ["d_1"]}
    assert {"title": "Stage", "fields": {"date": date}, "missing": ["licence"]} == handed


@pytest.mark.parametrize("length", [5, 500, 50_000])
@pytest.mark.parametrize("stages", [1, 3, 8, 16])
def test_declared_fields_of_any_pipeline_stay_within_the_same_room(length: int, stages: int) -> None:
    fields = [Field(f"field {n}", "ü" * length if n % 3 else "", ("d_1", "d_2")) for n in range(6)]
    handed = [declared_of(fielded(*fields), FIELDS_BYTES // stages) for _ in range(stages)]
    assert len(json.dumps(handed, ensure_ascii=False).encode()) <= FIELDS_BYTES * 1.2
    told = [len(h["fields"]) + len(h.get("missing", ())) + h.get("more_fields", 0) for h in handed]
    assert [6] * stages == told


def test_three_stages_of_six_long_fields_lose_no_field() -> None:
    fields = [Field(f"a name of forty letters, or nearly so: {n}", "word " * 100, ("d_1234567890",)) for n in range(6)]
    handed = declared_of(fielded(*fields), FIELDS_BYTES // 3)
    assert 6 == len(handed["fields"]) and "more_fields" not in handed


def test_a_failed_stage_names_all_that_it_should_have_found() -> None:
    failed = WorkerReport("s1", "Stage", "", error="It ran out of time.", fields=(Field("date"), Field("licence")))
    handed = {"title": "Stage", "error": "It ran out of time.", "fields": {}, "missing": ["date", "licence"]}
    assert handed == declared_of(failed, 500)
