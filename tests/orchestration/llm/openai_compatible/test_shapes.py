"""Every shape in which endpoints answer, each over real HTTP: the same completion, or the same tool call."""

import json
from typing import Any

import pytest
from model_server import ModelServer, payload, text

from orchestration.llm.openai_compatible import OpenAICompatibleModel
from orchestration.values.domain import Outcome
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed

ANSWER = '{"summary": "So.", "claims": []}'
DRAFT = '```json\n{"summary": "A first draft.", "claims": []}\n```'
TOOL = {"type": "function", "function": {"name": "search_docs", "parameters": {"type": "object"}}}
CALL = {"name": "search_docs", "arguments": {"query": "flask"}}
USAGE = {"prompt_tokens": 90, "completion_tokens": 9}


def request(*, tools: bool = False) -> ChatRequest:
    messages = ({"role": "system", "content": "Work."}, {"role": "user", "content": "When?"})
    return ChatRequest("r_1", "single", "test-model", messages, tools=(TOOL,) if tools else ())


async def answered(fault: Any, *, tools: bool = False) -> Completion:
    async with ModelServer() as server, OpenAICompatibleModel(api_key=None, base_url=server.base_url) as model:
        server.faults["single"].append(fault)
        return await model.complete(request(tools=tools))


def message(finish: Any = "stop", **fields: Any) -> Any:
    choice = {"index": 0, "message": {"role": "assistant", **fields}, "finish_reason": finish}
    return payload({"model": "test-model", "choices": [choice], "usage": USAGE})


def events(*pieces: Any, done: bool = True) -> Any:
    lines = [f"data: {json.dumps(piece)}\n\n" for piece in pieces] + (["data: [DONE]\n\n"] if done else [])
    return text(": keep-alive\n\n" + "".join(lines), content_type="text/event-stream")


def deltas(*said: str) -> list[Any]:
    return [{"model": "test-model", "choices": [{"delta": {"content": piece}}]} for piece in said]


END = {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": USAGE}


@pytest.mark.parametrize(
    "fault",
    [
        message(content=ANSWER),
        message(content=[{"type": "text", "text": ANSWER[:9]}, {"type": "text", "text": ANSWER[9:]}]),
        message(content=[{"type": "thinking", "thinking": [{"text": DRAFT}]}, {"type": "text", "text": ANSWER}]),
        message(content=[ANSWER]),
        message(content=f"<think>Hm {{x}}. {DRAFT}</think>\n{ANSWER}"),
        message(content=f"Hm {{x}}. {DRAFT}\n</think>\n\n{ANSWER}"),
        message(content=f"<thinking>a</thinking><think>b</think>{ANSWER}"),
        message(content=f"◁think▷Hm {DRAFT}◁/think▷{ANSWER}"),
        message(content=f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}"),
        message(content=ANSWER, reasoning_content=DRAFT),
        message(content="", reasoning_content=ANSWER),
        message(content=None, reasoning=f"Hm.</think>{ANSWER}"),
        message({"type": "stop"}, content=ANSWER),
        message({"reason": "stop"}, content=ANSWER),
        events(*deltas(ANSWER[:5], ANSWER[5:]), END),
        events(*deltas(ANSWER), END, done=False),
        events({"choices": [{"delta": {"reasoning_content": DRAFT}}]}, *deltas(ANSWER), END),
        text("\n".join(map(json.dumps, [*deltas(ANSWER), END])), content_type="application/x-ndjson"),
        text(
            "\n".join(
                [
                    json.dumps({"model": "test-model", "message": {"content": ANSWER[:9]}, "done": False}),
                    json.dumps({"message": {"content": ANSWER[9:]}, "done": True, "done_reason": "stop"}
                               | {"prompt_eval_count": 90, "eval_count": 9}),
                ]
            ),
            content_type="application/x-ndjson",
        ),
        payload({"model": "test-model", "message": {"content": ANSWER}, "done": True, "done_reason": "stop"}
                | {"prompt_eval_count": 90, "eval_count": 9}),
    ],
)  # fmt: skip
async def test_the_answer_is_the_same_in_every_shape(fault: Any) -> None:
    completion = await answered(fault)
    assert (ANSWER, (), "stop") == (completion.text.strip(), completion.tool_calls, completion.finish_reason)
    assert completion.usage and (90, 9) == (completion.usage.input_tokens, completion.usage.output_tokens)


@pytest.mark.parametrize(
    "fields",
    [
        {"content": f"<think>{ANSWER}"},
        {"content": "", "reasoning_content": f"Perhaps {ANSWER}, but I should search."},
        {"content": "", "reasoning_content": "Let me think."},
        {"content": f"<think>{DRAFT}</think>"},
    ],
)
async def test_a_thought_never_becomes_the_answer(fields: Any) -> None:
    completion = await answered(message(**fields))
    assert "" == completion.text.strip()
    assert completion.thought_bytes > 0


async def test_an_answer_that_is_about_the_tags_of_thoughts_is_left_whole() -> None:
    about = json.dumps({"summary": "Models close a thought with </think>, after <think>.", "claims": []})
    assert about == (await answered(message(content=about))).text


@pytest.mark.parametrize(
    "fields",
    [
        {"tool_calls": [{"id": "call_0", "type": "function", "function": CALL}]},
        {"tool_calls": [{"id": None, "function": {**CALL, "arguments": json.dumps(CALL["arguments"])}}]},
        {"function_call": {**CALL, "arguments": json.dumps(CALL["arguments"])}},
        {"content": f"<tool_call>\n{json.dumps(CALL)}\n</tool_call>"},
        {"content": f"<think>I need the docs.</think><tool_call>{json.dumps(CALL)}"},
        {"content": f"I will search.\n```json\n{json.dumps(CALL)}\n```"},
        {"content": f"I will search: {json.dumps(CALL)}"},
        {"content": json.dumps({"name": "search_docs", "parameters": {"query": "flask"}})},
        {"content": json.dumps({"type": "function", "function": CALL})},
        {"content": f"[TOOL_CALLS]{json.dumps([CALL])}"},
        {"content": f"<|python_tag|>{json.dumps(CALL)}"},
        {"content": '<function=search_docs>{"query": "flask"}</function>'},
        {"content": "<tool_call><function=search_docs>\n<parameter=query>\nflask\n</parameter>\n</function>"},
    ],
)
async def test_a_tool_call_is_the_same_in_every_shape(fields: Any) -> None:
    completion = await answered(message("tool_calls", **{"content": None, **fields}), tools=True)
    (call,) = completion.tool_calls
    assert ("call_0", "search_docs", {"query": "flask"}) == (call.call_id, call.name, json.loads(call.arguments))
    assert "{" not in completion.text and "<" not in completion.text


async def test_pieces_of_a_tool_call_in_a_stream_are_put_together() -> None:
    first = {"index": 0, "id": "call_0", "function": {"name": "search_docs", "arguments": '{"qu'}}
    then = {"index": 0, "function": {"arguments": 'ery": "flask"}'}}
    other = {"index": 1, "id": "call_1", "function": {"name": "search_docs", "arguments": "{}"}}
    pieces = [{"choices": [{"delta": {"tool_calls": [piece]}}]} for piece in (first, then, other)]
    completion = await answered(events(*pieces, END), tools=True)
    assert [("call_0", '{"query": "flask"}'), ("call_1", "{}")] == [
        (c.call_id, c.arguments) for c in completion.tool_calls
    ]


@pytest.mark.parametrize(
    "content",
    [json.dumps(CALL), json.dumps({"name": "delete_all", "arguments": {}}), '{"summary": "search_docs", "claims": []}'],
)
async def test_only_a_tool_that_was_offered_is_called(content: str) -> None:
    completion = await answered(message(content=content), tools=content != json.dumps(CALL))
    assert ((), content) == (completion.tool_calls, completion.text)


async def test_what_an_endpoint_adds_is_kept_for_it() -> None:
    added = {"extra_content": {"google": {"thought_signature": "s"}}}
    calls = [{"id": "call_0", "type": "function", "function": CALL, **added}]
    fault = message("tool_calls", content=None, tool_calls=calls, reasoning_content="Hm.", refusal=None, unknown=[1])
    completion = await answered(fault, tools=True)
    assert {"reasoning_content": "Hm.", "unknown": [1]} == completion.kept
    assert added == completion.tool_calls[0].extra


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (events(*deltas(ANSWER), done=False), "ended in the middle"),
        (text('{"message": {"content": "a"}}\n{"message": {"content": "b"}}'), "ended in the middle"),
        (text("data: <oops>\n\n", content_type="text/event-stream"), "no completion"),
        (text("<html>Bad gateway</html>"), "web page"),
        (payload([1, 2]), "no completion"),
        (events({"error": {"message": "overloaded"}}), "an error in place of a completion"),
        (payload({"error": {"message": "overloaded"}}), "an error in place of a completion"),
    ],
)
async def test_what_is_no_whole_reply_says_what_it_is(fault: Any, sentence: str) -> None:
    with pytest.raises(ModelCallFailed) as failed:
        await answered(fault)
    assert sentence in failed.value.sentence
    assert ("unknown", True, Outcome.MALFORMED) == (failed.value.billing, failed.value.transient, failed.value.outcome)
