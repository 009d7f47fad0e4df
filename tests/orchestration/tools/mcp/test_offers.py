"""The tools of servers in a run: fixed at its beginning, and never a way from one place to another."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench import Bench, open_bench
from mcp_house import House, declared

from orchestration.agents.toolbox import CLOSED
from orchestration.llm.scripted import Reply, ScriptedModel, says
from orchestration.run.research import Research
from orchestration.tools.mcp import servers as servers_module
from orchestration.values.domain import Strategy, Usage
from orchestration.values.limits import Limits
from orchestration.values.offers import OfferedTool, Offers, ServerSaid
from orchestration.values.policy import SourcePolicies, SourcePolicy
from orchestration.values.ports import ChatRequest, Completion, ToolCall
from storage.library.pages import Pages

SENTENCE = "The launch is planned for 4 March 2027."
SCHEMA = {"type": "object", "properties": {"query": {"type": "string"}}}
DONE = says(json.dumps({"summary": "That is all.", "claims": []}))


class Answering:
    """Two servers, `a` and `b`, with a tool each that always says the same."""

    def __init__(self, *, offers: Sequence[str] = ("a", "b")) -> None:
        self.offered = offers
        self.looks = 0
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    async def usable(self, servers: Sequence[str]) -> Offers:
        self.looks += 1
        tools = [OfferedTool(n, "ask", f"{n}__ask", "Asks.", SCHEMA, "hash") for n in servers if n in self.offered]
        return Offers(tuple(tools), {n: f"No {n} today." for n in servers if n not in self.offered})

    async def call(self, offer: OfferedTool, arguments: Mapping[str, Any]) -> str:
        self.calls.append((offer.server, arguments))
        if arguments.get("query") == "fail":
            raise ServerSaid("It failed.")
        return SENTENCE


def calls(*names: str, query: str = "launch") -> Completion:
    asked = [ToolCall(f"c{n}", name, json.dumps({"query": query})) for n, name in enumerate(names)]
    return Completion("", tuple(asked), "tool_calls", usage=Usage(100, 20))


def results(request: ChatRequest) -> list[dict[str, Any]]:
    return [json.loads(message["content"]) for message in request.messages if message["role"] == "tool"]


def with_servers(bench: Bench, servers: Any, **policy: Any) -> Research:
    named = SourcePolicy(**{"mcp_servers": ("a", "b"), **policy})
    pages = Pages(bench.database, bench.services.clock)
    policies = SourcePolicies(places={"T1/C1": named})
    bench.services = replace(bench.services, tool_servers=servers, pages=pages, policies=policies)
    bench.research = Research(bench.services)
    return bench.research


async def asked(bench: Bench, text: str) -> dict[str, Any]:
    return await bench.drive(await bench.ask(text, strategy=Strategy.SINGLE))


async def test_what_a_server_said_can_be_quoted_and_goes_back_to_it_alone(tmp_path: Path) -> None:
    def quotes(request: ChatRequest) -> Completion:
        source = results(request)[0]["source_id"]
        claim = {"text": "It is in March.", "source_id": source, "quote": SENTENCE}
        return says(json.dumps({"summary": f"It is in March. [{source}]", "claims": [claim]}))

    servers = Answering()
    script: dict[str, list[Reply]]
    script = {"single": [calls("a__ask"), calls("a__ask", "b__ask", query="more"), quotes]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        with_servers(bench, servers)
        shown = await asked(bench, "When is the launch?")
        assert [("a", {"query": "launch"}), ("a", {"query": "more"})] == servers.calls
        assert {"untrusted": True, "error": CLOSED} == results(model.requests[-1])[-1]
        assert (["quoted"], "a › ask") == ([c["support"] for c in shown["claims"]], shown["sources"][0]["title"])
        tools = [step["tool"] for step in shown["steps"] if step["operation"] == "execute_tool"]
        assert ["a__ask", "a__ask", "b__ask"] == sorted(tools)
        # The conversation remembers: a follow-up may ask the same server and no other.
        bench.research = bench.with_model(ScriptedModel({"single": [calls("a__ask", "b__ask"), DONE]}))
        await asked(bench, "And which day of the week is that?")
        assert ["a", "a", "a"] == [server for server, _ in servers.calls]


@pytest.mark.parametrize(("outward", "expected"), [(False, []), (True, ["a"])])
async def test_after_a_private_document_servers_are_closed_unless_the_channel_says_otherwise(
    tmp_path: Path, outward: bool, expected: list[str]
) -> None:
    servers = Answering()
    script = {"single": [calls("search_docs", query="Flask"), calls("a__ask"), DONE]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        with_servers(bench, servers, outward_after_private=outward)
        await asked(bench, "When is the launch?")
    assert expected == [server for server, _ in servers.calls]


async def test_a_channel_without_servers_has_none_of_their_tools_and_asks_none(tmp_path: Path) -> None:
    servers = Answering()
    async with ScriptedModel({"single": [DONE]}) as model, open_bench(tmp_path, model) as bench:
        with_servers(bench, servers, mcp_servers=())
        await asked(bench, "When is the launch?")
    assert 0 == servers.looks
    assert "a__ask" not in json.dumps(model.requests[0].tools)


async def test_a_server_that_is_not_there_is_told_to_the_thread_and_the_others_serve(tmp_path: Path) -> None:
    servers = Answering(offers=("a",))
    script = {"single": [calls("a__ask", query="fail"), DONE]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        with_servers(bench, servers)
        shown = await asked(bench, "When is the launch?")
    assert ["No b today."] == shown["setbacks"]
    assert [{"untrusted": True, "error": "It failed."}] == results(model.requests[-1])


async def test_the_words_of_a_failure_are_as_private_as_an_answer(tmp_path: Path) -> None:
    servers = Answering()
    script = {"single": [calls("a__ask", query="fail"), calls("b__ask"), DONE]}
    async with ScriptedModel(script) as model, open_bench(tmp_path, model) as bench:
        with_servers(bench, servers)
        await asked(bench, "When is the launch?")
    assert ["a"] == [server for server, _ in servers.calls]
    assert {"untrusted": True, "error": CLOSED} == results(model.requests[-1])[-1]


async def test_a_replay_has_the_tools_of_the_first_time_whatever_servers_offer_by_then(tmp_path: Path) -> None:
    def dies(request: ChatRequest) -> Completion:
        raise asyncio.CancelledError

    servers = Answering()
    model = ScriptedModel({"single": [calls("a__ask"), dies, DONE]})
    async with open_bench(tmp_path, model) as bench:
        with_servers(bench, servers)
        run_id = await bench.ask("When is the launch?", strategy=Strategy.SINGLE)
        with pytest.raises(asyncio.CancelledError):
            await bench.research.drive(run_id)
        servers.offered = ()
        await bench.drive(run_id)
    assert (1, 1) == (servers.looks, len(servers.calls))
    assert model.requests[1].tools == model.requests[2].tools


async def test_a_server_that_never_gets_ready_does_not_move_the_deadline(
    tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers_module, "START_SECONDS", 3600.0)
    servers = house.of(declared(name="a", command=("sleep", "600")))
    limits = Limits(model="test-model", run_seconds=2)
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(ScriptedModel({}))
        bench = await stack.enter_async_context(open_bench(tmp_path, model, limits=limits))
        with_servers(bench, servers)
        shown = await asked(bench, "When is the launch?")
    assert "error" == shown["status"]
