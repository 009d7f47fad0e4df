"""The worst case of a call, before it is made. Pure."""

import json
from dataclasses import dataclass

from orchestration.money.prices import Price
from orchestration.values.material import form_of, material_of, prompt_of
from orchestration.values.ports import ChatRequest

PER_MESSAGE_TOKENS = 16
"""Role markers and separators of chat templates; real ones take 3 to 8 a message."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A request's size and identity."""

    input_bytes: int
    messages: int
    digest: str
    """Of what it is about."""
    prompt: str
    """The version of its instructions."""
    spoken: int = 0
    """Characters of the messages alone: not every endpoint counts tools and schema."""
    output_cap: int = 0

    @property
    def input_upper_bound(self) -> int:
        """Tokens the input cannot exceed: a byte-level tokenizer makes no more tokens than there are UTF-8 bytes."""
        return self.input_bytes + PER_MESSAGE_TOKENS * (self.messages + 1)

    @property
    def estimated_input_tokens(self) -> int:
        """For booking a call whose usage was not reported: about four bytes a token."""
        return max(self.input_bytes // 4, 1)


def measure(request: ChatRequest) -> Measured:
    form = form_of(request)
    parts = [request.model, request.max_output_tokens, *request.messages]
    data = json.dumps(parts, ensure_ascii=False, default=dict, separators=(",", ":")).encode("utf-8", "replace")
    return Measured(
        input_bytes=len(data) + form.bytes,
        messages=len(request.messages),
        digest=material_of(request, form),
        prompt=prompt_of(request, form),
        spoken=sum(len(str(message.get("content") or "")) for message in request.messages),
        output_cap=request.max_output_tokens,
    )


def worst_case_nano_usd(request: ChatRequest, measured: Measured, price: Price) -> int:
    return price.worst_case(measured.input_upper_bound, request.max_output_tokens)
