import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.agents.agent import Output
from orchestration.llm.offline import OfflineModel
from orchestration.roles.critic import CriticOutput
from orchestration.roles.supervisor import SupervisorOutput
from orchestration.roles.synthesizer import SynthesizerOutput
from orchestration.roles.worker import FindingsOutput
from orchestration.values.domain import Passage
from orchestration.values.ports import ChatRequest, ModelCallFailed

SCHEMAS: Mapping[str, type[Output]] = {
    "supervisor": SupervisorOutput,
    "worker": FindingsOutput,
    "single": FindingsOutput,
    "critic": CriticOutput,
    "synthesizer": SynthesizerOutput,
}
TOOLS: tuple[dict[str, Any], ...] = ({"type": "function", "function": {"name": "search_docs"}},)
Search = Callable[[str], list[Passage]]


def request(role: str, task: Any, *, tools: bool = False, most: int = 2000) -> ChatRequest:
    return ChatRequest(
        run_id="r_1",
        agent=role,
        model="offline",
        messages=({"role": "system", "content": "Work."}, {"role": "user", "content": json.dumps(task)}),
        tools=TOOLS if tools else (),
        max_output_tokens=most,
    )


async def test_the_same_request_gives_the_same_completion() -> None:
    asked = request("single", {"question": "How does WAL work?"}, tools=True)
    assert await OfflineModel().complete(asked) == await OfflineModel().complete(asked)


async def test_it_searches_before_it_answers_with_json_arguments() -> None:
    completion = await OfflineModel().complete(request("single", {"question": "Flask vs Django"}, tools=True))
    assert "tool_calls" == completion.finish_reason
    assert {"search_docs"} == {call.name for call in completion.tool_calls}
    assert all(json.loads(call.arguments)["query"] for call in completion.tool_calls)
    assert len(completion.tool_calls) == len({call.call_id for call in completion.tool_calls}) <= 6


async def test_usage_counts_four_bytes_a_token_rounded_up() -> None:
    asked = request("critic", {"question": "x", "reports": []})
    completion = await OfflineModel().complete(asked)
    sent = json.dumps([list(asked.messages), []], ensure_ascii=False).encode()
    assert completion.usage is not None
    assert math.ceil(len(sent) / 4) == completion.usage.input_tokens
    assert math.ceil(len(completion.text.encode()) / 4) == completion.usage.output_tokens


async def test_an_answer_beyond_the_output_cap_is_cut_as_a_real_one_would_be() -> None:
    completion = await OfflineModel().complete(request("supervisor", {"question": "Flask vs Django"}, most=10))
    assert ("length", 10) == (completion.finish_reason, completion.usage and completion.usage.output_tokens)


async def test_the_latency_is_slept_once_a_completion() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    await OfflineModel(latency_seconds=0.5, sleep=sleep).complete(request("critic", {}))
    await OfflineModel(sleep=sleep).complete(request("critic", {}))
    assert 1 == len(slept)
    assert 0.3 <= slept[0] <= 0.7


async def test_a_role_it_does_not_play_fails_and_costs_nothing() -> None:
    with pytest.raises(ModelCallFailed, match="juror") as failed:
        await OfflineModel().complete(request("juror", {}))
    assert ("none", False) == (failed.value.billing, failed.value.transient)


async def test_something_that_the_asker_adds_while_it_works_is_searched_and_answered(
    converse: Callable[[str, Search], Any], handbook: Search
) -> None:
    worker = converse("single", handbook)
    await worker.ask({"question": "How does SQLite WAL work?"})
    asked = request("single", {"question": "How does SQLite WAL work?"}, tools=True)
    added = {"role": "user", "content": json.dumps({"asker_adds": "What of network file systems?"})}
    completion = await OfflineModel().complete(ChatRequest(**{**_fields(asked), "messages": (*asked.messages, added)}))
    assert "What of network file systems?" in [json.loads(call.arguments)["query"] for call in completion.tool_calls]


def _fields(asked: ChatRequest) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in ChatRequest.__dataclass_fields__}


@pytest.mark.parametrize("role", list(SCHEMAS))
@given(question=st.text(st.characters(), max_size=500), tools=st.booleans())
async def test_any_question_gives_valid_json_of_the_roles_schema(role: str, question: str, tools: bool) -> None:
    completion = await OfflineModel().complete(
        request(role, {"question": question, "reports": [question]}, tools=tools)
    )
    if completion.tool_calls:
        assert all(json.loads(call.arguments)["query"].strip() for call in completion.tool_calls)
    else:
        SCHEMAS[role].model_validate(json.loads(completion.text))
    completion.text.encode()
