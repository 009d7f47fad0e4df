"""The way of a run, with a script in the model's place and everything else real."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from bench import CENT, DOLLAR, open_bench

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.run.research import Research
from orchestration.values.domain import (
    Decision,
    History,
    Review,
    RunStatus,
    Steering,
    Strategy,
    Usage,
)
from orchestration.values.errors import ModelFailed
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed, ToolCall
from storage.runs.run_log import RunLog

FLASK_QUOTE = "Flask was first released on 1 April 2010."
DJANGO_QUOTE = "Django was first released on 21 July 2005."
SHIP = says('{"verdict": "ship", "notes": []}')


def searches(query: str) -> Completion:
    call = ToolCall("c1", "search_docs", json.dumps({"query": query}))
    return Completion("", (call,), "tool_calls", usage=Usage(100, 20))


def found(request: ChatRequest) -> str:
    """The source id of the best passage the agent was shown."""
    results = [json.loads(m["content"]) for m in request.messages if m["role"] == "tool"]
    return str(results[0]["passages"][0]["source_id"])


def reports(text: str, quote: str):  # type: ignore[no-untyped-def]
    """A report that cites what was found."""

    def reply(request: ChatRequest) -> Completion:
        source = found(request)
        claims = [{"text": text, "source_id": source, "quote": quote}]
        return says(json.dumps({"summary": f"{text} [{source}]", "claims": claims}))

    return reply


def plans(*titles: str) -> Completion:
    return says(
        json.dumps({"subtasks": [{"title": t, "instructions": f"Find out when {t} appeared."} for t in titles]})
    )


def by_subtask(request: ChatRequest) -> str:
    return str(json.loads(request.messages[1]["content"])["subtask"]["title"])


def works(request: ChatRequest) -> Completion:
    """A worker that searches for its own title, then reports the sentence on its first release."""
    title = by_subtask(request)
    if request.messages[-1]["role"] == "user":
        return searches(f"{title} first released")
    return reports(f"{title} has a date.", FLASK_QUOTE if title == "Flask" else DJANGO_QUOTE)(request)


async def test_a_single_agent_searches_answers_and_completes_with_numbered_sources(tmp_path: Path) -> None:
    script = {"single": [searches("Flask release"), reports("Flask appeared in 2010.", FLASK_QUOTE)]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?"))
    assert ("complete", "single") == (shown["status"], shown["strategy"])
    assert "Flask appeared in 2010. [1]" == shown["answer"]
    assert ["quoted"] == [claim["support"] for claim in shown["claims"]]
    assert ["Flask"] == [source["title"] for source in shown["sources"]]
    assert 2 == shown["usage"]["llm_calls"]


async def test_a_supervisor_run_goes_plan_workers_combine_critic_and_waits_for_review(tmp_path: Path) -> None:
    critic = says('{"verdict":"revise","notes":[{"kind":"vague","text":"Which version?","subtask_id":"s2"}]}')
    script = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [critic]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when were they released?"))
        assert (await bench.ledger.verify()).ok
    assert ("awaiting_review", "supervisor") == (shown["status"], shown["strategy"])
    assert "## Flask\n\nFlask has a date. [1]\n\n## Django\n\nDjango has a date. [2]" == shown["answer"]
    (note,) = shown["critiques"][0]["notes"]
    assert ("N1", "vague", "s2") == (note["note_id"], note["kind"], note["subtask_id"])
    assert ["complete", "complete"] == [subtask["status"] for subtask in shown["subtasks"]]


async def test_a_revision_works_over_only_the_report_that_the_chosen_note_names(tmp_path: Path) -> None:
    notes = [{"kind": "vague", "text": "Which one?", "subtask_id": s} for s in ("s1", "s2")]
    first = {
        "supervisor": [plans("Flask", "Django")],
        "worker": [works] * 4,
        "critic": [says(json.dumps({"verdict": "revise", "notes": notes}))],
    }
    again = {"worker": [works, reports("Django, of 2005.", DJANGO_QUOTE)], "critic": [SHIP]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("Flask vs Django: when were they released?")
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        assert await bench.request_revisions(run_id, "N2")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
            task = json.loads(model.requests[0].messages[1]["content"])
        shown = await bench.show(run_id)
    assert ["N2"] == [note["note_id"] for note in task["notes"]]
    assert ("complete", 2) == (shown["status"], shown["draft_version"])
    assert "Flask has a date. [1]" in shown["answer"] and "Django, of 2005. [2]" in shown["answer"]
    assert ["Django: reworked for N2"] == shown["drafts"][1]["changed"]


async def test_own_words_that_ask_for_more_become_one_new_subtask(tmp_path: Path) -> None:
    first = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [SHIP]}
    again = {"worker": [searches("Flask"), reports("Python it is.", FLASK_QUOTE)], "critic": [SHIP]}
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("Flask vs Django: when were they released?")
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        assert RunStatus.COMPLETE == await bench.status(run_id)
        assert await bench.request_revisions(run_id, comment="Also add the language they are written in")
        async with ScriptedModel(again) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ["s1", "s2", "s3"] == [subtask["subtask_id"] for subtask in shown["subtasks"]]
    assert shown["answer"].endswith("Python it is. [1]")


async def test_a_note_about_the_whole_goes_to_one_synthesizer_call(tmp_path: Path) -> None:
    note = {"kind": "contradiction", "text": "The dates disagree.", "subtask_id": None}
    critic = says(json.dumps({"verdict": "revise", "notes": [note]}))
    first = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [critic]}

    def synthesizes(request: ChatRequest) -> Completion:
        sources = [
            r["summary"].split("[")[1].split("]")[0] for r in json.loads(request.messages[1]["content"])["reports"]
        ]
        answer = f"Django came first [{sources[1]}], then Flask [{sources[0]}]."
        return says(json.dumps({"answer": answer, "conflicts": [{"text": "None of weight", "subtask_ids": []}]}))

    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("Flask vs Django: when were they released?")
        async with ScriptedModel(first) as model:
            await bench.with_model(model).drive(run_id)
        await bench.request_revisions(run_id, "N1")
        async with ScriptedModel({"synthesizer": [synthesizes], "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert shown["answer"].startswith("Django came first [1], then Flask [2].")
    assert "None of weight" in shown["answer"]


async def test_a_second_drive_of_a_finished_run_does_nothing_and_pays_nothing(tmp_path: Path) -> None:
    script = {"single": [searches("Flask"), reports("It did.", FLASK_QUOTE)]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask("When was Flask released?")
        before = await bench.drive(run_id)
        assert before == await bench.drive(run_id)


async def test_what_was_paid_for_before_a_failure_is_not_paid_again_by_a_retry(tmp_path: Path) -> None:
    broken = ModelCallFailed("The endpoint is down.", billing="none", transient=False)
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("When was Flask released?")
        async with ScriptedModel({"single": [searches("Flask"), broken]}) as model:
            await bench.with_model(model).drive(run_id)
        failed = await bench.show(run_id)
        assert "error" != failed["status"] or failed["error"]
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"single": [reports("It did.", FLASK_QUOTE)]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("complete", 2) == (shown["status"], shown["usage"]["llm_calls"])


async def test_one_failed_worker_leaves_the_others_useful_and_is_named(tmp_path: Path) -> None:
    def fails_for_django(request: ChatRequest) -> Completion:
        if by_subtask(request) == "Django":
            raise ModelCallFailed("The endpoint is down.", billing="none", transient=False)
        return works(request)

    script = {"supervisor": [plans("Flask", "Django")], "worker": [fails_for_django] * 3, "critic": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?"))
    assert ["complete", "error"] == [subtask["status"] for subtask in shown["subtasks"]]
    assert "Flask has a date. [1]" in shown["answer"]
    assert ["Django: The endpoint is down."] == shown["drafts"][0]["gaps"]


async def test_a_retry_does_again_what_failed_and_its_subtasks_say_so(tmp_path: Path) -> None:
    down = ModelCallFailed("The endpoint is down.", billing="none", transient=False)
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("Flask vs Django: when?", strategy=Strategy.SUPERVISOR)
        async with ScriptedModel({"supervisor": [plans("Flask", "Django")], "worker": [down, down]}) as model:
            await bench.with_model(model).drive(run_id)
        failed = await bench.show(run_id)
        assert ("error", ["error", "error"]) == (failed["status"], [s["status"] for s in failed["subtasks"]])
        await bench.runs.retry(run_id, "U1")
        async with ScriptedModel({"worker": [works] * 4, "critic": [SHIP]}) as model:
            await bench.with_model(model).drive(run_id)
        shown = await bench.show(run_id)
    assert ("complete", ["complete", "complete"]) == (shown["status"], [s["status"] for s in shown["subtasks"]])
    assert [None, None] == [subtask["error"] for subtask in shown["subtasks"]]


async def test_at_the_runs_cap_it_pauses_with_a_sentence_that_names_the_cap(tmp_path: Path) -> None:
    script = {"supervisor": [plans("Flask", "Django")], "worker": [], "critic": []}
    limits = Limits(model="test-model", max_output_tokens_by_role={"worker": 10_000})
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        run_id = await bench.ask("Flask vs Django: when?", strategy=Strategy.SUPERVISOR, budget=2 * CENT)
        shown = await bench.drive(run_id)
        assert (await bench.ledger.verify()).ok
    assert "paused" == shown["status"]
    assert "$0.02" in shown["error"] and "threadwork budget set run:" in shown["error"]


async def test_a_refused_hold_sends_no_request(tmp_path: Path) -> None:
    async with ScriptedModel({}) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?", budget=10))
        assert [] == model.requests
    assert "paused" == shown["status"]


async def test_workers_that_only_wait_for_each_others_holds_all_get_their_turn(tmp_path: Path) -> None:
    script = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [SHIP]}
    limits = Limits(model="test-model", max_output_tokens=500)
    async with ScriptedModel(script) as model, open_bench(tmp_path, model, limits=limits) as bench:
        # One call's worst case is about 0.6 cents here: two at once do not fit, one after the other all do.
        run_id = await bench.ask("Flask vs Django: when?", strategy=Strategy.SUPERVISOR, budget=2 * CENT)
        shown = await bench.drive(run_id)
    assert "complete" == shown["status"], shown["events"][-1]


@pytest.mark.parametrize(
    "reply", ["", "no json", "[]", '{"summary": 1}', '{"summary": "\\ud800\\u0000", "claims": "x"}']
)
async def test_an_answer_that_stays_unreadable_after_one_repair_fails_the_run_and_says_so(
    tmp_path: Path, reply: str
) -> None:
    script = {"single": [says(reply), says(reply)]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?"))
        assert "could not be used" in model.requests[1].messages[-1]["content"]
    assert ("error", None) == (shown["status"], shown["answer"])
    assert "could not be read" in shown["error"]


async def test_a_critic_that_cannot_be_read_counts_as_revise_and_says_so(tmp_path: Path) -> None:
    script = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [says("hm"), says("hm")]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?"))
    assert "awaiting_review" == shown["status"]
    assert "could not be read" in shown["critiques"][0]["notes"][0]["text"]


@pytest.mark.parametrize(
    ("reply", "verdict", "notes"),
    [
        ("SHIP IT", "ship", 0),
        ("**APPROVED** – good work", "ship", 0),
        ("REVISE\n1. Name the version.\n2) And the date.", "revise", 2),
        ('```json\n{"verdict": "ship", "notes": []}\n```', "ship", 0),
    ],
)
async def test_plain_verdicts_are_read_too(tmp_path: Path, reply: str, verdict: str, notes: int) -> None:
    script = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [says(reply)]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?"))
    assert (verdict, notes) == (shown["critiques"][0]["verdict"], len(shown["critiques"][0]["notes"]))


async def test_an_unusable_plan_falls_back_to_one_subtask_that_is_the_whole_goal(tmp_path: Path) -> None:
    script = {
        "supervisor": [says("no"), says("plan")],
        "worker": [searches("Flask"), reports("It did.", FLASK_QUOTE)],
        "critic": [SHIP],
    }
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?"))
    assert ["Flask vs Django: when?"] == [subtask["title"] for subtask in shown["subtasks"]]


async def test_bad_tool_calls_go_back_to_the_model_and_the_third_failure_ends_its_tools(tmp_path: Path) -> None:
    def calls(name: str, arguments: str) -> Completion:
        return Completion("", (ToolCall("c1", name, arguments),), "tool_calls", usage=Usage(10, 1))

    script = {
        "single": [
            calls("delete_everything", "{}"),
            calls("search_docs", "{not json"),
            calls("search_docs", '{"query": 7}'),
            says('{"summary": "Nothing found.", "claims": []}'),
        ]
    }
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?"))
        errors = [m["content"] for m in model.requests[-1].messages if m["role"] == "tool"]
        assert () == tuple(model.requests[-1].tools)
    assert "There is no tool 'delete_everything'" in errors[0]
    assert "do not fit its schema" in errors[1] and "query" in errors[2]
    assert "complete" == shown["status"]


async def test_claims_whose_quotes_stand_but_of_which_the_source_says_little_are_one_note(tmp_path: Path) -> None:
    doubtful = ("Encrypted backups need a password.", "Uploaded images get resized at night.", "Kafka is quicker.")

    def claims_more(request: ChatRequest) -> Completion:
        claims = [
            {"text": text, "source_id": found(request), "quote": FLASK_QUOTE} for text in (*doubtful, FLASK_QUOTE)
        ]
        return says(json.dumps({"summary": f"{FLASK_QUOTE} [{found(request)}]", "claims": claims}))

    async with (
        ScriptedModel({"single": [searches("Flask"), claims_more]}) as model,
        open_bench(tmp_path, model) as bench,
    ):
        shown = await bench.drive(await bench.ask("When was Flask released?", strategy=Strategy.SINGLE))
    assert ["quoted"] * 4 == [claim["support"] for claim in shown["claims"]]
    (note,) = shown["critiques"][0]["notes"]
    assert f"The sources may not say this: {'; '.join(f'“{text}”' for text in doubtful)}." == note["text"]


async def test_a_claim_with_an_invented_quote_is_marked_and_becomes_a_note(tmp_path: Path) -> None:
    def invents(request: ChatRequest) -> Completion:
        if request.messages[-1]["role"] == "user":
            return searches("Flask first released")
        return reports("Flask appeared in 1999.", "Flask was first released in 1999.")(request)

    script = {"supervisor": [plans("Flask", "Django")], "worker": [invents] * 4, "critic": [SHIP]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?"))
    assert {"unquoted"} == {claim["support"] for claim in shown["claims"]}
    notes = shown["critiques"][0]["notes"]
    assert ["unsupported", "unsupported", "missing"] == [note["kind"] for note in notes]
    assert [True, True, False] == ["is not in the source" in note["text"] for note in notes]
    assert "Django: no sentence with a source mentions it." == notes[2]["text"]


async def test_what_is_said_to_a_working_run_reaches_its_next_call_and_a_replay_hears_it_again(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("When was Flask released?")

        def asks(request: ChatRequest) -> Completion:
            bench_research.steer(run_id, Steering("m1", "U2", "Only stable releases, please"))
            return searches("Flask")

        broken = ModelCallFailed("down", billing="none", transient=False)
        async with ScriptedModel({"single": [asks, broken]}) as model:
            bench_research = bench.with_model(model)
            await bench_research.drive(run_id)
            assert "Only stable releases" in model.requests[1].messages[-1]["content"]
        shown = await bench.show(run_id)
        assert "steer" in {step["operation"] for step in shown["steps"]}


async def test_what_is_said_while_a_run_is_being_taken_up_is_heard(tmp_path: Path) -> None:
    class Slow(RunLog):
        async def history(self, run_id: str) -> History:
            found = await super().history(run_id)
            research.steer(run_id, Steering("m1", "U2", "Only stable releases, please"))
            return found

    broken = ModelCallFailed("down", billing="none", transient=False)
    async with ScriptedModel({"single": [broken]}) as model, open_bench(tmp_path, model) as bench:
        research = Research(replace(bench.services, run_log=Slow(bench.database, bench.services.clock)))
        await research.drive(await bench.ask("When was Flask released?"))
    assert "Only stable releases" in model.requests[0].messages[-1]["content"]


async def test_what_is_said_too_late_for_any_agent_becomes_a_note_and_is_not_lost(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("When was Flask released?")

        def reports_late(request: ChatRequest) -> Completion:
            bench_research.steer(run_id, Steering("m1", "U2", "Also add Django"))
            return reports("It did.", FLASK_QUOTE)(request)

        async with ScriptedModel({"single": [searches("Flask"), reports_late]}) as model:
            bench_research = bench.with_model(model)
            await bench_research.drive(run_id)
        shown = await bench.show(run_id)
    (note,) = shown["critiques"][0]["notes"]
    assert ("awaiting_review", "missing") == (shown["status"], note["kind"])
    assert "Also add Django" in note["text"]


@pytest.mark.parametrize(
    ("verify", "strategy", "role"),
    [("all", Strategy.SINGLE, "single"), ("quotes", Strategy.SUPERVISOR, "worker")],
    ids=["the verifier", "the critic"],
)
async def test_what_only_a_reader_of_the_draft_has_heard_is_a_note_too(
    tmp_path: Path, verify: str, strategy: Strategy, role: str
) -> None:
    limits = Limits(model="test-model", verify=verify)
    async with open_bench(tmp_path, ScriptedModel({}), limits=limits) as bench:
        run_id = await bench.ask("When was Flask released?", strategy=strategy)

        def reports_late(request: ChatRequest) -> Completion:
            research.steer(run_id, Steering("m1", "U2", "Also add Django"))
            return reports("It did.", FLASK_QUOTE)(request)

        verdicts = says('{"verdicts": [{"claim": 1, "verdict": "supported", "reason": ""}]}')
        script = {role: [searches("Flask"), reports_late], "critic": [verdicts if verify == "all" else SHIP]}
        script["supervisor"] = [plans("Flask")] if strategy is Strategy.SUPERVISOR else []
        async with ScriptedModel(script) as model:
            research = bench.with_model(model)
            await research.drive(run_id)
            assert "Also add Django" in model.requests[-1].messages[-1]["content"]
        shown = await bench.show(run_id)
    (note,) = shown["critiques"][0]["notes"]
    assert ("awaiting_review", "missing") == (shown["status"], note["kind"])
    assert "Also add Django" in note["text"]


async def test_cancelled_by_a_person_it_stays_cancelled_and_keeps_what_was_paid_for(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("When was Flask released?")
        reached = asyncio.Event()

        class Hanging(ScriptedModel):
            async def complete(self, request: ChatRequest) -> Completion:
                if len(self.requests) == 1:
                    reached.set()
                    await asyncio.sleep(60)
                return await super().complete(request)

        task = asyncio.create_task(bench.with_model(Hanging({"single": [searches("Flask")]})).drive(run_id))
        await reached.wait()
        assert await bench.runs.cancel(run_id, "U1")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        shown = await bench.show(run_id)
        assert (await bench.ledger.verify()).ok
    assert ("cancelled", 1) == (shown["status"], len([s for s in shown["steps"] if s["operation"] == "chat"]))
    # The call in flight may have been billed: its whole hold is booked, marked estimated.
    assert shown["estimated_cost_usd"] > "0.000000"


async def test_drained_by_its_process_it_is_parked_as_queued(tmp_path: Path) -> None:
    class Hanging(ScriptedModel):
        async def complete(self, request: ChatRequest) -> Completion:
            reached.set()
            await asyncio.sleep(60)
            raise AssertionError

    reached = asyncio.Event()
    async with open_bench(tmp_path, ScriptedModel({})) as bench:
        run_id = await bench.ask("When was Flask released?")
        task = asyncio.create_task(bench.with_model(Hanging({})).drive(run_id))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert RunStatus.QUEUED == await bench.status(run_id)


async def test_an_agent_that_runs_out_of_time_fails_a_run_of_its_own(tmp_path: Path) -> None:
    class Slow(ScriptedModel):
        async def complete(self, request: ChatRequest) -> Completion:
            await asyncio.Event().wait()
            raise AssertionError

    limits = Limits(model="test-model", worker_seconds=0.2)
    async with open_bench(tmp_path, Slow({}), limits=limits) as bench:
        shown = await bench.drive(await bench.ask("When was Flask released?"))
    assert "error" == shown["status"]
    assert "0.2 s (THREADWORK_WORKER_SECONDS)" in shown["error"]


async def test_approval_is_a_review_and_a_second_decision_changes_nothing(tmp_path: Path) -> None:
    critic = says('{"verdict":"revise","notes":[{"kind":"vague","text":"Hm.","subtask_id":null}]}')
    script = {"supervisor": [plans("Flask", "Django")], "worker": [works] * 4, "critic": [critic]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        run_id = await bench.ask("Flask vs Django: when?")
        await bench.drive(run_id)
        approve = Review("U1", Decision.APPROVE, bench.services.clock.now(), 1)
        assert await bench.runs.review(run_id, approve)
        assert not await bench.runs.review(run_id, approve)
        shown = await bench.show(run_id)
    assert ("complete", ["approve"]) == (shown["status"], [review["decision"] for review in shown["reviews"]])


async def test_the_asker_may_choose_one_agent_for_a_comparison(tmp_path: Path) -> None:
    script = {"single": [searches("Flask"), reports("It did.", FLASK_QUOTE)]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        shown = await bench.drive(await bench.ask("Flask vs Django: when?", strategy=Strategy.SINGLE))
    assert ("single", "You asked for it.") == (shown["strategy"], shown["route"]["reason"])


def test_a_model_that_failed_names_the_next_step() -> None:
    assert "THREADWORK_MODEL" in ModelFailed().sentence
    assert DOLLAR == 100 * CENT
