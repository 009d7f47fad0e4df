"""An endpoint's error as a failure of a kind: what it cost, whether it may pass, and a sentence for who must act."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.llm.openai_compatible.meaning import Kind
from orchestration.values.domain import Outcome
from orchestration.values.ports import ModelCallFailed

UNBILLED = frozenset({400, 401, 402, 403, 404, 405, 413, 415, 422, 429})
"""Complete error replies after which nothing was charged."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sentences name."""

    model: str
    cap: int = 0
    setting: str = "THREADWORK_MODEL"


SENTENCES: Mapping[Kind, str] = {
    Kind.TOOLS: (
        "The endpoint takes no tools for {model}, and without them nothing can be searched. Serve it with a tool-call "
        "parser (vLLM: --enable-auto-tool-choice --tool-call-parser; llama.cpp: --jinja), or choose another model in "
        "{setting}."
    ),
    Kind.CONTEXT: (
        "The prompt is longer than the context window of {model} ({status}). Ask about less, serve the model with a "
        "larger window, or choose another in {setting}."
    ),
    Kind.CAP: "{model} takes no output cap of {cap:,} tokens. Lower THREADWORK_MAX_OUTPUT_TOKENS.",
    Kind.FILTER: ("The content filter of the model's provider refused the request. Put the question in other words."),
    Kind.ACCOUNT: (
        "The model provider says the account's quota or credit is used up. Raise it there, then retry the run."
    ),
    Kind.KEY: "The model provider refused the key ({status}). Check OPENAI_API_KEY.",
    Kind.MODEL: "The endpoint does not serve {model} ({status}). Check {setting} and OPENAI_BASE_URL.",
    Kind.RATE: (
        "One request is larger than what the provider allows this account in a minute, so no wait helps. Raise that "
        "limit there, or choose another model in {setting}."
    ),
    Kind.STREAM: "The endpoint answers {model} in streams only, and refused one too. Choose another in {setting}.",
    Kind.GENERATION: "{model} wrote a tool call or JSON that its endpoint could not read.",
}
_OUTCOMES = {
    Kind.CONTEXT: Outcome.OVERFLOW,
    Kind.FILTER: Outcome.FILTERED,
    Kind.ACCOUNT: Outcome.QUOTA,
    Kind.RATE: Outcome.QUOTA,
    Kind.MODEL: Outcome.NOT_SERVED,
    Kind.GENERATION: Outcome.MALFORMED,
}


def failure(status: int, kind: Kind | None, asked: Asked) -> ModelCallFailed:
    kind = _by_status(status) if kind is None else kind
    passing = kind is Kind.GENERATION or (kind is None and (status in (408, 409, 425, 429) or status >= 500))
    sentence = _SENTENCE_BY_STATUS.get(status, _ANY) if kind is None else SENTENCES[kind]
    filled = sentence.format(model=asked.model, cap=asked.cap, setting=asked.setting, status=f"HTTP {status}")
    failed = ModelCallFailed(
        filled,
        billing="none" if status in UNBILLED or kind is Kind.TOOLS else "input",
        transient=passing,
        outcome=Outcome.TRANSPORT if passing and kind is None else _outcome(kind),
    )
    failed.repeats = not passing and kind is not Kind.ACCOUNT
    return failed


def _outcome(kind: Kind | None) -> Outcome:
    return _OUTCOMES.get(kind, Outcome.REJECTED) if kind else Outcome.REJECTED


def _by_status(status: int) -> Kind | None:
    return {401: Kind.KEY, 402: Kind.ACCOUNT, 403: Kind.KEY, 404: Kind.MODEL, 413: Kind.CONTEXT}.get(status)


_ANY = "The model endpoint answered {status}."
_SENTENCE_BY_STATUS = {
    405: "The model endpoint takes no completions at this address ({status}). Check OPENAI_BASE_URL.",
    429: "The model provider is limiting requests ({status}).",
}
