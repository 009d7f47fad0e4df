"""What an endpoint can do to one request, against a real server: a typed outcome each, and never a second request."""

import json
from typing import Any

import pytest
from model_server import Fault, ModelServer, counts, cut, ends, hang, payload, reset, status, text

from orchestration.agents.outcome import outcome_of
from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.money.budget import measure
from orchestration.values.domain import Outcome
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed

ANSWER = '{"summary": "So.", "claims": []}'
LONG = "It matters for the archive. " * 500
ERROR = {"error": {"message": "fault"}}


def request(said: str = "When?", seconds: float = 20.0) -> ChatRequest:
    messages = ({"role": "system", "content": "Work."}, {"role": "user", "content": said})
    return ChatRequest("r_1", "single", "test-model", messages, max_output_tokens=500, timeout_seconds=seconds)


async def sent(fault: Fault, asked: ChatRequest) -> tuple[Completion | ModelCallFailed, int]:
    """What became of it, and how many requests the server saw."""
    async with ModelServer() as server, OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model:
        server.faults["single"].append(fault)
        became: Completion | ModelCallFailed
        try:
            became = await model.complete(asked)
        except ModelCallFailed as error:
            became = error
        return became, len(server.received)


@pytest.mark.parametrize(
    ("fault", "outcome", "billing", "transient"),
    [
        (text("<html>busy</html>"), Outcome.MALFORMED, "unknown", True),
        (text("{broken", content_type="application/json"), Outcome.MALFORMED, "unknown", True),
        (text(""), Outcome.MALFORMED, "unknown", True),
        (payload({"choices": None}), Outcome.MALFORMED, "unknown", True),
        (payload({"choices": []}), Outcome.MALFORMED, "unknown", True),
        (payload({"choices": [{"message": None}]}), Outcome.MALFORMED, "unknown", True),
        (payload(ERROR), Outcome.MALFORMED, "unknown", True),
        (payload(None), Outcome.MALFORMED, "unknown", True),
        (status(500, ERROR), Outcome.TRANSPORT, "input", True),
        (status(429, ERROR), Outcome.TRANSPORT, "none", True),
        (status(429, {"error": {"code": "insufficient_quota"}}), Outcome.QUOTA, "none", False),
        (status(404, ERROR), Outcome.NOT_SERVED, "none", False),
        (status(400, ERROR), Outcome.REJECTED, "none", True),
        (reset(), Outcome.TRANSPORT, "unknown", True),
        (cut(), Outcome.TRANSPORT, "unknown", True),
    ],
)
async def test_what_is_no_completion_is_a_failure_of_a_kind_with_what_it_may_have_cost(
    fault: Fault, outcome: Outcome, billing: str, transient: bool
) -> None:
    failed, requests = await sent(fault, request())
    assert isinstance(failed, ModelCallFailed), failed
    assert (outcome, billing, transient, 1) == (failed.outcome, failed.billing, failed.transient, requests)


async def test_a_server_that_never_answers_is_a_failure_of_its_transport() -> None:
    failed, requests = await sent(hang(60), request(seconds=5))
    assert isinstance(failed, ModelCallFailed), failed
    assert (Outcome.TRANSPORT, "unknown", 1) == (failed.outcome, failed.billing, requests)


@pytest.mark.parametrize(
    ("fault", "said", "outcome"),
    [
        (ends("stop", ANSWER), "When?", Outcome.OK),
        (ends(None, ANSWER), "When?", Outcome.OK),
        (ends("length", '{"summary": "S'), "When?", Outcome.TRUNCATED),
        (ends("length", None), "When?", Outcome.TRUNCATED),
        (ends("stop", None), "When?", Outcome.EMPTY),
        (ends("stop", " \n"), "When?", Outcome.EMPTY),
        (ends("stop", None, refusal="No."), "When?", Outcome.REFUSED),
        (ends("content_filter", None), "When?", Outcome.FILTERED),
        (counts(300, ANSWER), LONG, Outcome.OVERFLOW),
        (counts(300, ANSWER), "When?", Outcome.OK),
    ],
)
async def test_a_completion_says_what_became_of_it(fault: Fault, said: str, outcome: Outcome) -> None:
    asked = request(said)
    completion, requests = await sent(fault, asked)
    assert isinstance(completion, Completion), completion
    assert (outcome, 1) == (outcome_of(completion, measure(asked)), requests)


@pytest.mark.parametrize(
    "usage",
    [None, {}, {"prompt_tokens": 0, "completion_tokens": 3}, {"prompt_tokens": "many"}, {"prompt_tokens": -1}],
)
async def test_a_usage_that_counts_nothing_is_none(usage: Any) -> None:
    answer = {"choices": [{"message": {"content": ANSWER}, "finish_reason": "stop"}], "usage": usage}
    completion, _ = await sent(payload(json.loads(json.dumps(answer))), request())
    assert isinstance(completion, Completion) and completion.usage is None
