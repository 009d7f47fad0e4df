"""A question that was answered before, on the bench: offered once, taken over, refreshed, or researched again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench import DOLLAR, Bench, open_bench
from website import Website, json_reply

from orchestration.llm.scripted import ScriptedModel, says
from orchestration.run.research import Research
from orchestration.tools.web.engines import SearXNG
from orchestration.values.domain import Conversation, Question, RunStatus, Strategy, Usage
from orchestration.values.inquiry import (
    Choice,
    ConsentAsked,
    ConsentGiven,
    Reuse,
    ReuseChosen,
    ReuseOffered,
)
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest, Completion, ToolCall
from storage.runs.answers import Answers
from storage.runs.events import Events

ASKED = "When was Flask first released?"
AGAIN = "Please, when was Flask first released"


def works(request: ChatRequest) -> Completion:
    """Searches once, then reports with the passage that came first."""
    found = [json.loads(m["content"]) for m in request.messages if m["role"] == "tool"]
    if not found:
        call = ToolCall("c1", "search_docs", json.dumps({"query": "Flask released"}))
        return Completion("", (call,), "tool_calls", usage=Usage(100, 20))
    passage = found[0]["passages"][0]
    quote = passage["text"].split(". ")[0]
    claims = [{"text": quote, "source_id": passage["source_id"], "quote": quote}]
    return says(json.dumps({"summary": f"{quote} [{passage['source_id']}]", "claims": claims}))


async def answered_once(bench: Bench) -> str:
    run_id = await bench.ask(ASKED, strategy=Strategy.SINGLE)
    assert "complete" == (await bench.drive(run_id))["status"]
    return run_id


async def asked_again(bench: Bench, text: str = AGAIN, *, channel: str = "C1", thread: str = "2.0") -> str:
    question = Question(text, Conversation("T1", channel, thread), "U2", offer_reuse=True)
    run, _ = await bench.runs.create(question, key=f"{channel}/{thread}", budget_nano_usd=DOLLAR)
    return run.run_id


async def choose(bench: Bench, run_id: str, earlier: str, choice: Reuse) -> None:
    given = ReuseChosen(1, choice, earlier, "U2")
    assert await Answers(bench.database, bench.services.clock).give(run_id, given)


async def change_flask(bench: Bench) -> None:
    await bench.services.library.add(  # type: ignore[attr-defined]  # the bench's library is the real one
        team_id="T1",
        channel_id=None,
        title="Flask",
        text="# Flask\n\nFlask was first released on 2 April 2010. Flask is a microframework for Python.\n",
        url="https://docs.example/Flask",
        source="docs",
    )


async def test_the_same_question_is_offered_its_answer_before_anything_is_spent(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({"single": [works, works]})) as bench:
        earlier = await answered_once(bench)
        shown = await bench.drive(run_id := await asked_again(bench))
        assert ("awaiting_input", "0.000000") == (shown["status"], shown["cost_usd"][:8])
        (offered,) = [s.event for s in await Events(bench.database).of(run_id) if isinstance(s.event, ReuseOffered)]
        assert (earlier, ASKED, 0, False, ()) == (
            offered.earlier.run_id,
            offered.earlier.question,
            offered.earlier.days_ago,
            offered.earlier.approved,
            offered.earlier.changed,
        )
        assert offered.earlier.cost_nano_usd > 0


async def test_reusing_brings_the_answer_with_its_sources_for_nothing(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({"single": [works, works]})) as bench:
        earlier = await answered_once(bench)
        await bench.drive(run_id := await asked_again(bench))
        await choose(bench, run_id, earlier, Reuse.REUSE)
        shown = await bench.drive(run_id)
        first = await bench.show(earlier)
        assert "complete" == shown["status"]
        assert [first[name] for name in ("answer", "claims")] == [shown[name] for name in ("answer", "claims")]
        assert [s["source_id"] for s in first["sources"]] == [s["source_id"] for s in shown["sources"]]
        assert 0 == shown["usage"]["llm_calls"]
        (asked,) = shown["consents"]
        assert ("reuse", "reuse", "U2") == (asked["kind"], asked["answer"]["choice"], asked["answer"]["user_id"])


async def test_a_refresh_looks_up_what_changed_and_keeps_the_rest(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({"single": [works] * 4})) as bench:
        earlier = await answered_once(bench)
        await change_flask(bench)
        await bench.drive(run_id := await asked_again(bench))
        (offered,) = [s.event for s in await Events(bench.database).of(run_id) if isinstance(s.event, ReuseOffered)]
        assert ("Flask",) == offered.earlier.changed
        await choose(bench, run_id, earlier, Reuse.REFRESH)
        shown = await bench.drive(run_id)
        assert "complete" == shown["status"], shown["error"]
        assert "2 April 2010" in shown["answer"]
        assert {"quoted"} == {claim["support"] for claim in shown["claims"]}


async def test_who_takes_over_an_answer_that_read_what_is_not_public_knows_it_too(tmp_path: Path) -> None:
    def searches_the_web(request: ChatRequest) -> Completion:
        return Completion("", (ToolCall("c1", "web_search", '{"query": "Flask released"}'),), "tool_calls")

    def gives_up(request: ChatRequest) -> Completion:
        return says('{"summary": "Nothing was found.", "claims": []}')

    async with Website() as site, open_bench(tmp_path, ScriptedModel({"single": [works, works]})) as bench:
        site.answers["/search"] = json_reply({"results": []})
        earlier = await answered_once(bench)
        await bench.drive(run_id := await asked_again(bench))
        await choose(bench, run_id, earlier, Reuse.REUSE)
        await bench.drive(run_id)
        assert (await bench.services.run_log.history(run_id)).read_private

        await change_flask(bench)
        await bench.drive(run_id := await asked_again(bench, thread="3.0"))
        await choose(bench, run_id, earlier, Reuse.REFRESH)
        async with ScriptedModel({"single": [searches_the_web, gives_up]}) as model:
            services = replace(bench.services, model=model, web_search=SearXNG(site.base))
            await Research(services).drive(run_id)
        assert [] == site.seen


async def test_a_refresh_asks_for_its_own_price_alone_for_another_strategy_would_do_the_same(tmp_path: Path) -> None:
    always = Limits(model="test-model", ask_above_nano_usd=0)
    async with open_bench(tmp_path, ScriptedModel({"single": [works] * 4})) as bench:
        earlier = await answered_once(bench)
        await change_flask(bench)
        research = Research(replace(bench.services, limits=always))
        await research.drive(run_id := await asked_again(bench))
        await choose(bench, run_id, earlier, Reuse.REFRESH)
        await research.drive(run_id)
        (asked,) = [s.event for s in await Events(bench.database).of(run_id) if isinstance(s.event, ConsentAsked)]
        assert (None, None, ()) == (asked.cheaper, asked.deeper, asked.alternatives)
        given = ConsentGiven(asked.epoch, Choice.START, asked.offer.route, "U2")
        assert await Answers(bench.database, bench.services.clock).give(run_id, given)
        await research.drive(run_id)
        assert "2 April 2010" in (await bench.show(run_id))["answer"]


async def test_a_refresh_of_what_has_not_changed_pays_nothing(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({"single": [works, works]})) as bench:
        earlier = await answered_once(bench)
        await bench.drive(run_id := await asked_again(bench))
        await choose(bench, run_id, earlier, Reuse.REFRESH)
        shown = await bench.drive(run_id)
        assert ("complete", 0) == (shown["status"], shown["usage"]["llm_calls"])


async def test_anew_is_a_run_like_any_other_and_is_not_asked_twice(tmp_path: Path) -> None:
    async with open_bench(tmp_path, ScriptedModel({"single": [works] * 4})) as bench:
        earlier = await answered_once(bench)
        await bench.drive(run_id := await asked_again(bench))
        await choose(bench, run_id, earlier, Reuse.AGAIN)
        shown = await bench.drive(run_id)
        assert ("complete", 2) == (shown["status"], shown["usage"]["llm_calls"])


@pytest.mark.parametrize(
    ("text", "channel"),
    [("When was Django first released?", "C1"), (AGAIN, "C2")],
    ids=["another question", "another channel, which was not open"],
)
async def test_nothing_is_offered_for(tmp_path: Path, text: str, channel: str) -> None:
    async with open_bench(tmp_path, ScriptedModel({"single": [works] * 4})) as bench:
        await answered_once(bench)
        shown = await bench.drive(await asked_again(bench, text, channel=channel))
        assert "complete" == shown["status"]


async def test_an_answer_of_an_open_channel_is_offered_in_others_until_the_channel_closes(tmp_path: Path) -> None:
    async def ask(bench: Bench, text: str, channel: str, thread: str, *, is_open: bool) -> dict[str, Any]:
        place = Conversation("T1", channel, thread)
        question = Question(text, place, "U1", channel_is_public=is_open, offer_reuse=True)
        run, _ = await bench.runs.create(question, key=thread, budget_nano_usd=DOLLAR)
        return await bench.drive(run.run_id)

    async with open_bench(tmp_path, ScriptedModel({"single": [works] * 8})) as bench:
        await ask(bench, ASKED, "C1", "1.0", is_open=True)
        assert "awaiting_input" == (await ask(bench, AGAIN, "C2", "2.0", is_open=True))["status"]
        await ask(bench, "Which kind of framework is Flask?", "C1", "3.0", is_open=False)
        assert "complete" == (await ask(bench, AGAIN, "C3", "4.0", is_open=True))["status"]


async def test_agents_quote_earlier_answers_as_sources(tmp_path: Path) -> None:
    def remembers(request: ChatRequest) -> Completion:
        found = [json.loads(m["content"]) for m in request.messages if m["role"] == "tool"]
        if not found:
            call = ToolCall("c1", "search_runs", json.dumps({"query": "Flask released"}))
            return Completion("", (call,), "tool_calls", usage=Usage(100, 20))
        past = found[0]["answers"][0]
        quote = "Flask was first released on 1 April 2010"
        claims = [{"text": quote, "source_id": past["source_id"], "quote": quote}]
        return says(json.dumps({"summary": f"{quote} [{past['source_id']}]", "claims": claims}))

    async with open_bench(tmp_path, ScriptedModel({"single": [works, works, remembers, remembers]})) as bench:
        earlier = await answered_once(bench)
        run_id = await bench.ask("In which month did Flask appear?", strategy=Strategy.SINGLE, key="other")
        shown = await bench.drive(run_id)
        assert [(earlier, "quoted")] == [(claim["source_id"], claim["support"]) for claim in shown["claims"]]
        assert shown["sources"][0]["title"].endswith(f": {ASKED}")
        assert RunStatus.COMPLETE == await bench.status(run_id)


async def test_a_run_does_not_find_its_own_answer_when_it_revises_it(tmp_path: Path) -> None:
    def remembers(request: ChatRequest) -> Completion:
        found = [json.loads(m["content"]) for m in request.messages if m["role"] == "tool"]
        if not found:
            call = ToolCall("c1", "search_runs", json.dumps({"query": "Flask released"}))
            return Completion("", (call,), "tool_calls", usage=Usage(100, 20))
        seen.extend(past["source_id"] for past in found[0]["answers"])
        return says(json.dumps({"summary": "Nothing new.", "claims": []}))

    seen: list[str] = []
    async with open_bench(tmp_path, ScriptedModel({"single": [works] * 4 + [remembers] * 2})) as bench:
        earlier = await answered_once(bench)
        run_id = await bench.ask("In which month did Flask appear?", strategy=Strategy.SINGLE, key="other")
        await bench.drive(run_id)
        assert await bench.request_revisions(run_id, comment="Shorter, please")
        await bench.drive(run_id)
    assert [earlier] == seen
