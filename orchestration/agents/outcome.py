"""What became of a call that brought a completion, and the sentence for one that cannot be used."""

from collections.abc import Sequence

from orchestration.money.budget import Measured
from orchestration.values.domain import Outcome
from orchestration.values.ports import Completion, Message
from orchestration.values.text import cut

OVERFLOW_BYTES = 2000
"""Below this a prompt fits every context window."""
BYTES_A_TOKEN = 4
READ_AT_LEAST = 4
"""A report below a quarter of the estimate is no other tokenizer any more."""
SMALLEST_WINDOW = 256
"""No model reads less: a lower count is one that was never counted, and proves nothing."""

FINAL = frozenset({Outcome.TRUNCATED, Outcome.REFUSED, Outcome.FILTERED})
"""Asking for the same in another form would bring the same."""

_BY_FINISH_REASON = {
    "refusal": Outcome.REFUSED,
    "content_filter": Outcome.FILTERED,
    "length": Outcome.TRUNCATED,
}


def outcome_of(completion: Completion, messages: Sequence[Message], measured: Measured) -> Outcome:
    if _overflowed(completion, messages, measured):
        return Outcome.OVERFLOW
    if outcome := _BY_FINISH_REASON.get(completion.finish_reason or ""):
        return outcome
    # A null finish reason says nothing: some servers always send it.
    return Outcome.OK if completion.text.strip() or completion.tool_calls else Outcome.EMPTY


def _overflowed(completion: Completion, messages: Sequence[Message], measured: Measured) -> bool:
    """Some servers drop the head of a prompt that is too long, and answer with HTTP 200."""
    if not completion.raw_usage or not completion.usage or measured.input_bytes <= OVERFLOW_BYTES:
        return False
    reported = completion.usage.input_tokens
    if reported < SMALLEST_WINDOW or reported * BYTES_A_TOKEN * READ_AT_LEAST >= measured.input_bytes:
        return False
    # Without tools and schema, which not every endpoint counts.
    sent = sum(len(str(message.get("content") or "").encode("utf-8", "replace")) for message in messages)
    return sent > OVERFLOW_BYTES and reported * BYTES_A_TOKEN * READ_AT_LEAST < sent


def overflow_sentence(completion: Completion, measured: Measured) -> str:
    reported = completion.usage.input_tokens if completion.usage else 0
    return (
        f"The model has read only {reported:,} of about {measured.estimated_input_tokens:,} tokens: its context window "
        "is too small for this, and its server cuts prompts silently. Serve it with a larger window, or choose another "
        "model in THREADWORK_MODEL."
    )


def unusable_sentence(completion: Completion, output_cap: int) -> str:
    """Why an agent has no output, for the asker; `output_cap` is that of the last call."""
    if completion.outcome is Outcome.TRUNCATED:
        return f"The model's answer was cut off at {output_cap:,} tokens. Raise THREADWORK_MAX_OUTPUT_TOKENS."
    if completion.outcome is Outcome.REFUSED:
        said = cut(" ".join(completion.text.split()), 200)
        return f"The model refused to answer: “{said}”." if said else "The model refused to answer."
    if completion.outcome is Outcome.FILTERED:
        return "The content filter of the model's provider stopped the answer. Put the question in other words."
    if completion.outcome is Outcome.EMPTY:
        return "The model's answer could not be read: it was empty, even after it was asked again."
    return UNREADABLE


UNREADABLE = "The model's answer could not be read, even after it was asked to repair it."
