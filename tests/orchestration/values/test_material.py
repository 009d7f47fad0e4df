"""A request is known by what it is about; the wording of its instructions has a version of its own."""

from dataclasses import replace
from typing import Any

import pytest

from orchestration.values.material import form_of
from orchestration.values.material import material_of as material_with
from orchestration.values.material import prompt_of as prompt_with
from orchestration.values.ports import ChatRequest, OutputSchema


def material_of(asked: ChatRequest) -> str:
    return material_with(asked, form_of(asked))


def prompt_of(asked: ChatRequest) -> str:
    return prompt_with(asked, form_of(asked))


def schema(text: str, kind: str = "string") -> OutputSchema:
    properties = {"title": {"type": kind, "title": text, "description": text}}
    return OutputSchema("found", {"title": text, "type": "object", "properties": properties})


def tool(text: str, name: str = "search_docs") -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"query": {"type": "string", "description": text}}}
    return {"type": "function", "function": {"name": name, "description": text, "parameters": parameters}}


def request(text: str = "Search.", repair: str = "Answer again.") -> ChatRequest:
    messages = (
        {"role": "system", "content": text},
        {"role": "user", "content": '{"question": "When?"}'},
        {"role": "assistant", "content": "It was 2010."},
        {"role": "user", "content": repair},
    )
    return ChatRequest("r_1", "worker", "m", messages, (tool(text),), schema(text))


@pytest.mark.parametrize("other", [request("Look for it."), request(repair="Once more.")])
def test_other_words_are_another_prompt_on_the_same_material(other: ChatRequest) -> None:
    assert material_of(request()) == material_of(other)
    assert prompt_of(request()) != prompt_of(other)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "n"},
        {"max_output_tokens": 9},
        {"messages": (*request().messages[:1], {"role": "user", "content": '{"question": "Where?"}'})},
        {"tools": (tool("Search.", name="fetch_page"),)},
        {"output": schema("Search.", kind="integer")},
        {"output": None},
    ],
)
def test_another_task_reply_model_or_form_is_other_material(change: dict[str, Any]) -> None:
    assert material_of(request()) != material_of(replace(request(), **change))
