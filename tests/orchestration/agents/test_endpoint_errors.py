"""Each kind of error, in the words of several endpoints: so many requests, this booking, this sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
from bench import open_bench
from families import error
from model_server import ModelServer, ends, payload, status, text
from sqlalchemy import select

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Strategy
from orchestration.values.limits import Limits
from storage.engine.tables import holds

QUESTION = "When was Flask released?"

TOOLS = "takes no tools for test-model, and without them nothing can be searched"
WINDOW = "longer than the context window of test-model"
ACCOUNT = "quota or credit is used up"
NOT_SERVED = "does not serve test-model"

KINDS: list[tuple[Any, int, str, str]] = [
    (error("registry.example/gemma:2b does not support tools"), 1, "released", TOOLS),
    (error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser'), 1, "released", TOOLS),
    (error("No endpoints found that support tool use.", 404), 1, "released", TOOLS),
    (error("tools param requires --jinja flag", 500), 1, "released", TOOLS),
    (error("maximum context length is 2048 tokens", code="context_length_exceeded"), 1, "released", WINDOW),
    (error("the request exceeds the available context size"), 1, "released", WINDOW),
    (error("prompt is too long: 210000 tokens > 200000 maximum"), 1, "released", WINDOW),
    (status(413, {"error": {"message": "Payload too large"}}), 1, "released", WINDOW),
    (error("max_tokens is too large"), 1, "released", "takes no output cap of 2,000 tokens"),
    (error("filtered", code="content_filter"), 1, "released", "content filter of the model's provider refused"),
    (error("triggering the content management policy"), 1, "released", "content filter of the model's provider"),
    (error("Insufficient Balance", 402), 1, "released", ACCOUNT),
    (error("", 429, code="insufficient_quota"), 1, "released", ACCOUNT),
    (error("This request requires more credits, or fewer max_tokens", 402), 1, "released", ACCOUNT),
    (error("The model `gpt-9` does not exist"), 1, "released", NOT_SERVED),
    (error("The API deployment for this resource does not exist.", 404), 1, "released", NOT_SERVED),
    (error("test-model is not a valid model ID"), 1, "released", NOT_SERVED),
    (error("API key not valid. Please pass a valid API key."), 1, "released", "refused the key (HTTP 400)"),
    (error("Invalid token", 401), 1, "released", "refused the key (HTTP 401)"),
    (
        error("Request too large for test-model on tokens per minute (TPM): Limit 6000, Requested 8000", 429),
        1,
        "released",
        "larger than what the provider allows this account in a minute",
    ),
    (error("Rate limit reached. See https://x.example/billing", 429), 3, "released", "is limiting requests (HTTP 429)"),
    (error("Failed to call a function.", code="tool_use_failed"), 3, "released", "that its endpoint could not read"),
    (error("overloaded", 529), 3, "settled", "answered HTTP 529"),
    (payload({"error": {"message": "Insufficient credits", "code": 402}}), 1, "assumed", ACCOUNT),
    (payload({"error": {"message": "No endpoints found that support tool use"}}), 1, "assumed", TOOLS),
    (payload({"error": {"message": "Provider returned error"}}), 3, "assumed", "with HTTP 200"),
    (text("<html>Sign in</html>"), 3, "assumed", "a web page"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "requests", "state", "sentence"), KINDS)
async def test_an_error_of_each_kind(tmp_path: Path, fault: Any, requests: int, state: str, sentence: str) -> None:
    async with (
        ModelServer(weather=lambda received: fault) as server,
        OpenAICompatibleModel(api_key="sk-test-0123456789", base_url=server.base_url) as model,
        open_bench(tmp_path, model, limits=Limits(model="test-model")) as bench,
    ):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
        statement = select(holds.c.state)
        states = await bench.database.read(lambda conn: list(conn.execute(statement).scalars()))
        assert (await bench.ledger.verify()).ok
    assert (requests, [state] * requests) == (len(server.received), states)
    assert "error" == shown["status"] and sentence in shown["error"]
    assert ("0.000000" == shown["cost_usd"]) == (state == "released")


async def test_the_endpoints_own_words_are_shown_to_the_operator_short_and_without_secrets(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = (
        "Incorrect API key provided: sk-proj-SECRET1234567890 for org-SECRETabcdef123. \u202eAsk <!channel> "
        + "x " * 900
    )
    async with (
        ModelServer(weather=lambda received: error(f"{words} own-key-SECRET", 401)) as server,
        OpenAICompatibleModel(api_key="own-key-SECRET", base_url=server.base_url) as model,
        open_bench(tmp_path, model, limits=Limits(model="test-model")) as bench,
    ):
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    (said,) = shown["endpoint_said"]
    assert ("single", "test-model", "v1/single/s1/chat/1") == (said["agent"], said["model"], said["step_id"])
    assert said["words"].startswith("Incorrect API key provided: …") and len(said["words"]) <= 300
    assert "SECRET" not in said["words"] and "\u202e" not in said["words"]
    assert [said["words"]] == [r.__dict__["endpoint_said"] for r in caplog.records if hasattr(r, "endpoint_said")]
    assert "Incorrect" not in shown["error"]  # the thread reads a sentence of ours


async def test_a_window_that_fills_while_the_answer_is_written_is_not_asked_for_a_longer_one(tmp_path: Path) -> None:
    async def few(request: Any) -> Any:
        answer = await ends("length", '{"summary": "Flask was')(request)
        value = json.loads(answer.body)
        value["usage"]["completion_tokens"] = 39
        return await payload(value)(request)

    async with (
        ModelServer() as server,
        OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model,
        open_bench(tmp_path, model, limits=Limits(model="test-model", max_output_tokens=300)) as bench,
    ):
        server.faults["single"].append(few)
        shown = await bench.drive(await bench.ask(QUESTION, strategy=Strategy.SINGLE))
    assert 1 == len(server.received)
    assert ["window"] == [step["outcome"] for step in shown["steps"] if step["operation"] == "chat"]
    assert "error" == shown["status"]
    assert "context window was full after 39 tokens" in shown["error"] and "larger window" in shown["error"]
    assert "MAX_OUTPUT_TOKENS" not in shown["error"]
