"""Claims judged by a model where THREADWORK_VERIFY asks for it: which ones, what becomes of them, and what it costs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench import CENT, CHEAP, DOLLAR, PRICE, open_bench
from scripts import DJANGO_QUOTE, FLASK_QUOTE, SHIP, found, plans, searches, task, works

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.money.prices import Prices
from orchestration.roles.verifier import sample_size
from orchestration.routing.estimate import band, verification
from orchestration.run.verification import to_verify
from orchestration.values.domain import (
    Claim,
    Draft,
    Route,
    Strategy,
    Support,
    WorkerReport,
)
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed

ALL = Limits(model="test-model", verify="all")
QUESTION = "When was Flask released?"
TEXTS = ("Flask was first released on 1 April 2010.", "Flask was first released by then.")


def reports(request: ChatRequest) -> Completion:
    """Two claims on one quote."""
    if request.messages[-1]["role"] == "user":
        return searches("Flask first released")
    source = found(request)
    claims = [{"text": text, "source_id": source, "quote": FLASK_QUOTE} for text in TEXTS]
    return says(json.dumps({"summary": " ".join(f"{t} [{source}]" for t in TEXTS), "claims": claims}))


def verdicts(*said: tuple[int, str, str]) -> Completion:
    return says(json.dumps({"verdicts": [{"claim": n, "verdict": v, "reason": why} for n, v, why in said]}))


async def run(folder: Path, critic: list[Any], *, limits: Limits = ALL, budget: int = DOLLAR) -> dict[str, Any]:
    script = {"single": [reports, reports], "critic": critic}
    async with ScriptedModel(script) as model, open_bench(folder, model, limits=limits) as bench:
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE, budget=budget))
        assert (await bench.ledger.verify()).ok
    asked = [request for request in model.requests if request.agent == "critic"]
    return {**shown, "requests": asked, "asked": [task(request) for request in asked]}


def said(shown: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(claim["entailment"], claim["entailment_reason"]) for claim in shown["claims"]]


async def test_by_default_no_model_is_asked(tmp_path: Path) -> None:
    shown = await run(tmp_path, [], limits=Limits(model="test-model"))
    assert [(None, None)] * 2 == said(shown)


async def test_verdicts_stand_with_the_claims_and_become_notes_that_name_the_report(tmp_path: Path) -> None:
    shown = await run(tmp_path, [verdicts((1, "supported", ""), (2, "contradicted", "The quote names the day."))])
    assert [("supported", None), ("contradicted", "The quote names the day.")] == said(shown)
    (note,) = shown["critiques"][0]["notes"]
    assert ("N1", "contradiction", "s1") == (note["note_id"], note["kind"], note["subtask_id"])
    assert "The quote names the day." in note["text"]
    assert ("complete", True) == (shown["status"], shown["critiques"][0]["final"])
    (asked,) = shown["asked"]
    assert [1, 2] == [claim["claim"] for claim in asked["claims"]]
    assert "microframework" in asked["claims"][0]["passage"]
    (request,) = shown["requests"]
    assert 0.0 == request.temperature


async def test_a_claim_that_nothing_was_said_of_is_not_verified(tmp_path: Path) -> None:
    shown = await run(tmp_path, [verdicts((1, "supported", ""), (7, "supported", ""))])
    assert ["supported", "not_verified"] == [claim["entailment"] for claim in shown["claims"]]
    assert "1 of 2 claims were not verified by a model" in shown["drafts"][0]["gaps"][0]


async def test_two_verdicts_on_one_claim_make_it_unclear(tmp_path: Path) -> None:
    shown = await run(tmp_path, [verdicts((1, "supported", ""), (1, "contradicted", ""), (2, "supported", ""))])
    assert ["unclear", "supported"] == [claim["entailment"] for claim in shown["claims"]]


@pytest.mark.parametrize("reply", [says("They all look fine to me."), says('{"verdict": "ship", "notes": []}')])
async def test_what_cannot_be_read_even_after_a_repair_is_not_verified(tmp_path: Path, reply: Completion) -> None:
    shown = await run(tmp_path, [reply, reply])
    assert {"not_verified"} == {claim["entailment"] for claim in shown["claims"]}
    assert shown["drafts"][0]["gaps"] and "complete" == shown["status"]


async def test_a_model_that_fails_leaves_the_answer_and_says_so(tmp_path: Path) -> None:
    down = ModelCallFailed("The endpoint is down.", billing="none", transient=False)
    shown = await run(tmp_path, [down])
    assert ["Claims were not verified by a model: The endpoint is down."] == shown["drafts"][0]["gaps"]


async def test_a_model_that_cannot_judge_is_not_asked(tmp_path: Path) -> None:
    limits = replace(ALL, model_by_role={"critic": "offline"})
    shown = await run(tmp_path, [], limits=limits)
    assert {"not_verified"} == {claim["entailment"] for claim in shown["claims"]}
    assert "the offline model quotes and cannot judge" in shown["drafts"][0]["gaps"][0]


async def test_a_revision_judges_only_what_is_new(tmp_path: Path) -> None:
    """The report that no note names keeps its verdicts, and nothing is paid for them again."""
    first = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4}
    judged = verdicts((1, "supported", ""), (2, "unsupported", "No date in the claim."))
    again = {"worker": [works] * 2, "critic": [verdicts((1, "supported", "")), SHIP]}
    async with open_bench(tmp_path, ScriptedModel({}), limits=ALL) as bench:
        run_id = await bench.ask("Flask vs Django: when were they released?")
        async with ScriptedModel({**first, "critic": [judged, SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
        assert "awaiting_review" == shown["status"]
        (note,) = shown["critiques"][0]["notes"]
        assert ("unsupported", "s2") == (note["kind"], note["subtask_id"])
        assert await bench.request_revisions(run_id, "N1")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
            (asked, _) = [task(request) for request in model.requests if request.agent == "critic"]
        shown = await bench.show(run_id)
    assert [DJANGO_QUOTE] == [claim["quote"] for claim in asked["claims"]]
    assert ["supported", "supported"] == [claim["entailment"] for claim in shown["claims"]]


async def test_a_short_budget_drops_it_first_and_says_so(tmp_path: Path) -> None:
    shown = await run(tmp_path, [], budget=2 * CENT)
    assert "no model verifies the claims" in shown["setbacks"][0]
    assert "the budget had no room for it" in shown["drafts"][0]["gaps"][0]
    assert 2 == len(shown["claims"])


def draft(count: int) -> Draft:
    claims = tuple(
        Claim(f"Claim {'with 12 %' if n % 5 == 0 else 'of words'} {'x' * n}", "d_1", "q", Support.QUOTED)
        for n in range(count)
    )
    return Draft(1, "", (WorkerReport("s1", "T", "", claims=claims),), ())


def test_a_sample_is_a_third_and_at_least_three_numbers_first_and_the_same_each_time() -> None:
    limits = Limits(verify="sample")
    assert [0, 1, 2, 3, 3, 3, 4, 10] == [sample_size(n) for n in (0, 1, 2, 3, 8, 9, 10, 30)]
    chosen = to_verify(draft(12), limits, "r_1")
    assert {0, 5, 10} <= {draft(12).claims.index(claim) for claim in chosen} and 4 == len(chosen)
    assert chosen == to_verify(draft(12), limits, "r_1")
    assert any(chosen != to_verify(draft(12), limits, f"r_{n}") for n in range(2, 9))


def test_its_price_is_in_the_estimate() -> None:
    prices = Prices({"test-model": PRICE, "cheap-model": CHEAP})
    route = Route(Strategy.SUPERVISOR, "", 3)
    bands = {v: band(route, prices, Limits(model="test-model", verify=v)) for v in ("quotes", "sample", "all")}
    assert bands["quotes"] < bands["sample"] < bands["all"]
    assert [] == verification(3, Limits(model="offline", verify="all"))


async def test_taken_up_after_a_crash_it_pays_for_no_verdict_twice(tmp_path: Path) -> None:
    """Twelve claims are two calls; the second one breaks the run."""

    def many(request: ChatRequest) -> Completion:
        if request.messages[-1]["role"] == "user":
            return searches("Flask first released")
        source = found(request)
        texts = [f"Flask was first released, as point {n} says." for n in "abcdefghijkl"]
        claims = [{"text": text, "source_id": source, "quote": FLASK_QUOTE} for text in texts]
        return says(json.dumps({"summary": f"Flask is from 2010. [{source}]", "claims": claims}))

    def judge(request: ChatRequest) -> Completion:
        return verdicts(*((claim["claim"], "supported", "") for claim in task(request)["claims"]))

    def breaks(request: ChatRequest) -> Completion:
        if len(task(request)["claims"]) == 2:
            raise RuntimeError("a bug")
        return judge(request)

    async with open_bench(tmp_path, ScriptedModel({}), limits=ALL) as bench:
        run_id = await bench.ask(QUESTION, strategy=Strategy.SINGLE)
        async with ScriptedModel({"single": [many] * 2, "critic": [breaks] * 2}) as model:
            await bench.with_model(model).drive(run_id)
        assert "error" == (await bench.show(run_id))["status"]
        assert await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"critic": [judge]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ["supported"] * 12 == [claim["entailment"] for claim in shown["claims"]]
    assert "complete" == shown["status"]
