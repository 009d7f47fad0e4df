"""What became of a call that brought a completion, and the sentence for one that cannot be used."""

from orchestration.agents.charge import LEAST_SHARE, estimated_output
from orchestration.money.budget import Measured
from orchestration.values.domain import Outcome
from orchestration.values.ports import Completion
from orchestration.values.text import cut

OVERFLOW_CHARACTERS = 2000
"""Below this a prompt fits every context window."""
SMALLEST_WINDOW = 256
"""No model reads less: a lower count is one that was never counted, and proves nothing."""

FINAL = frozenset({Outcome.TRUNCATED, Outcome.WINDOW, Outcome.REFUSED, Outcome.FILTERED})
"""Asking for the same in another form would bring the same."""

_BY_FINISH_REASON = {
    "refusal": Outcome.REFUSED,
    "content_filter": Outcome.FILTERED,
    "length": Outcome.TRUNCATED,
}


def outcome_of(completion: Completion, measured: Measured) -> Outcome:
    if _overflowed(completion, measured):
        return Outcome.OVERFLOW
    if outcome := _BY_FINISH_REASON.get(completion.finish_reason or ""):
        return Outcome.WINDOW if outcome is Outcome.TRUNCATED and _window_full(completion, measured) else outcome
    # A null finish reason says nothing: some servers always send it.
    return Outcome.OK if completion.text.strip() or completion.tool_calls else Outcome.EMPTY


def _overflowed(completion: Completion, measured: Measured) -> bool:
    """Some servers drop the head of a prompt that is too long, and answer with HTTP 200."""
    if not completion.raw_usage or not completion.usage or measured.spoken <= OVERFLOW_CHARACTERS:
        return False
    reported = completion.usage.input_tokens
    return reported >= SMALLEST_WINDOW and reported * LEAST_SHARE < measured.spoken


def _window_full(completion: Completion, measured: Measured) -> bool:
    """Cut off for its length with less than half of the cap used: it was the prompt that took the room."""
    cap = completion.output_cap or measured.output_cap
    used = completion.usage.output_tokens if completion.usage else cap
    return 2 * max(used, estimated_output(completion)) < cap


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
        if completion.output_cap and completion.output_cap < output_cap:
            return f"The model's answer was cut off at {completion.output_cap:,} tokens, the most its endpoint allows."
        return f"The model's answer was cut off at {output_cap:,} tokens. Raise THREADWORK_MAX_OUTPUT_TOKENS."
    if completion.outcome is Outcome.WINDOW:
        used = completion.usage.output_tokens if completion.usage else 0
        return (
            f"The model's context window was full after {used:,} tokens of its answer. Ask about less, or serve the "
            "model with a larger window."
        )
    if completion.outcome is Outcome.REFUSED:
        said = cut(" ".join(completion.text.split()), 200)
        return f"The model refused to answer: “{said}”." if said else "The model refused to answer."
    if completion.outcome is Outcome.FILTERED:
        return "The content filter of the model's provider stopped the answer. Put the question in other words."
    if completion.outcome is Outcome.EMPTY:
        return "The model's answer could not be read: it was empty, even after it was asked again."
    return UNREADABLE


UNREADABLE = "The model's answer could not be read, even after it was asked to repair it."
