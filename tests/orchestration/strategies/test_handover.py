"""What a stage is handed keeps its size, whatever came before; `full` is there to compare with."""

import json

import pytest

from orchestration.domain import Claim, Support, WorkerReport
from orchestration.strategies.handover import FIELDS_BYTES, fields_of


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
