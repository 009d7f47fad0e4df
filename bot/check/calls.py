"""What each configured model does when it is really called: once with a tool, once for an output format."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.bootstrap import Services, open_model, open_services
from bot.check import model as endpoint
from bot.check.finding import Finding, Mark
from bot.setup.settings import Settings
from orchestration.agents.agent import Output, output_schema
from orchestration.agents.loop import read_output
from orchestration.agents.trial import AGENT, Trial, Trials
from orchestration.values.errors import BudgetRefused, OperatorError, UnknownPrice
from orchestration.values.limits import Limits
from orchestration.values.ports import ChatRequest
from storage.money.amounts import dollars

TEAM = "local"
TOOL = {
    "type": "function",
    "function": {
        "name": "search_docs",
        "description": "Search the library. The only way to know what it says.",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    },
}
TOOL_ROUNDS = 2
TOKENS_OF_A_REPORT = 600
"""After these, what most workers need."""


class CheckOutput(Output):
    summary: str
    """Six sentences about how tides come about."""
    words: list[str]
    """Five words of the summary."""


@dataclass(frozen=True, slots=True)
class Called:
    name: str
    tool: Trial
    form: Trial


async def look(configured: Settings, announce: Callable[[str], None]) -> list[Finding]:
    """`announce` gets the price before anything is asked."""
    names = [] if configured.offline else endpoint.names(configured)
    if not names:
        return [Finding("model calls", Mark.UNUSED, "no model is set up that could be called")]
    try:
        async with open_services(configured) as services, open_model(services) as model:
            trials = Trials(model, services.ledger, services.prices, services.clock, services.ids, TEAM)
            return await _called(trials, services, names, announce)
    except OperatorError:
        return []  # a line of its own says what is wrong with the model, its price or the database


async def _called(
    trials: Trials, services: Services, names: Sequence[str], announce: Callable[[str], None]
) -> list[Finding]:
    asked = [(name, *_requests(services, name)) for name in names]
    most = sum(trials.most_nano_usd(request) for _, *requests in asked for request in requests)
    announce(f"Calling {', '.join(names)}, twice each, for at most {dollars(most)} together.")
    found: list[Finding] = []
    for name, with_tool, with_form in asked:
        try:
            called = Called(name, await trials.run(with_tool), await trials.run(with_form))
        except (BudgetRefused, UnknownPrice) as error:
            found.append(Finding(f"calls of {name}", Mark.WRONG, error.sentence))
            continue
        found += findings(called, services)
    return found


def _requests(services: Services, name: str) -> tuple[ChatRequest, ChatRequest]:
    limits = services.limits
    asks = {"role": "user", "content": "When was Flask first released? Search the library before you answer."}
    writes = {"role": "user", "content": "Write six sentences about how tides come about, and five words of them."}
    system = {
        "role": "system",
        "content": "You work for a research team. Answer with one JSON object and nothing else.",
    }
    base = ChatRequest(
        "",
        AGENT,
        name,
        (system, asks),
        tools=(TOOL,),
        max_output_tokens=limits.max_output_tokens,
        timeout_seconds=limits.call_seconds,
    )
    form = ChatRequest(
        "",
        AGENT,
        name,
        (system, writes),
        output=output_schema(CheckOutput),
        max_output_tokens=limits.max_output_tokens,
        temperature=0.0,
        timeout_seconds=limits.call_seconds,
    )
    return base, form


def findings(called: Called, services: Services) -> Iterator[Finding]:
    name = called.name
    if called.tool.failed and called.form.failed:
        yield _failed(f"calls of {name}", called.form)
        return
    yield _tools(called)
    yield _format(called)
    if left_out := dict.fromkeys([*called.tool.refused, *called.form.refused]):
        yield Finding(f"left out for {name}", Mark.UNUSED, ", ".join(LEFT_OUT.get(part, part) for part in left_out))
    if timed := _timed(called):
        yield from _speed(called, timed, services.limits)


LEFT_OUT = {
    "json_schema": "json_schema (refused)",
    "json_object": "json_object (refused)",
    "temperature": "temperature (refused)",
    "max_tokens": "max_tokens (sent as max_completion_tokens)",
    "system": "the system message (sent as the user's)",
    "cap": "the output cap (lowered to what the endpoint names)",
    "stream": "whole replies (it only streams)",
}


def _failed(part: str, trial: Trial) -> Finding:
    assert trial.failed is not None
    what, _, fix = trial.failed.sentence.partition(". ")
    words = f" (the endpoint said: “{trial.failed.reason}”)" if trial.failed.reason else ""
    return Finding(part, Mark.WRONG, f"{what}{words}", fix)


def _tools(called: Called) -> Finding:
    part = f"tools of {called.name}"
    if called.tool.failed:
        return _failed(part, called.tool)
    completion = called.tool.completion
    if completion and any(call.name == "search_docs" for call in completion.tool_calls):
        return Finding(part, Mark.GOOD, f"a tool was called, after {called.tool.seconds:.1f} s")
    fix = "Serve it with a tool-call parser, or choose a model that calls tools: docs/endpoints.md says how."
    return Finding(part, Mark.WRONG, "no tool was called although one was needed: nothing would be searched", fix)


def _format(called: Called) -> Finding:
    part = f"output format of {called.name}"
    if called.form.failed:
        return _failed(part, called.form)
    refused = called.form.refused
    form = (
        "described in words"
        if "json_object" in refused
        else "json_object"
        if "json_schema" in refused
        else "json_schema"
    )
    text = called.form.completion.text if called.form.completion else ""
    if read_output(CheckOutput, text) is None:
        fix = "Choose a model that keeps to a schema: answers that cannot be read are paid for and lost."
        return Finding(part, Mark.WRONG, f"the answer does not fit its schema ({form})", fix)
    return Finding(part, Mark.GOOD, f"the answer fits its schema ({form})")


def _timed(called: Called) -> Trial | None:
    """The one with the longer answer, for a rate means little over a few tokens."""
    answered = [trial for trial in (called.tool, called.form) if trial.completion and trial.completion.usage]
    return max(answered, key=lambda t: t.completion.usage.output_tokens, default=None)  # type: ignore[union-attr]


def _speed(called: Called, timed: Trial, limits: Limits) -> Iterator[Finding]:
    assert timed.completion and timed.completion.usage
    tokens = timed.completion.usage.output_tokens
    rate = tokens / max(timed.seconds, 0.001)
    name = called.name
    pace = f"{rate:,.{0 if rate >= 10 else 1}f} tokens a second"
    yield Finding(f"speed of {name}", Mark.GOOD, f"{pace} ({tokens:,} in {timed.seconds:.1f} s)")
    whole = limits.max_output_tokens / rate
    worker = TOOL_ROUNDS * called.tool.seconds + TOKENS_OF_A_REPORT / rate
    for setting, needed, given in (
        ("THREADWORK_CALL_SECONDS", whole, limits.call_seconds),
        ("THREADWORK_WORKER_SECONDS", worker, limits.worker_seconds),
    ):
        what = f"is {given:g}; with {name} about {needed:,.0f} s are needed"
        if needed > given:
            yield Finding(setting, Mark.WRONG, what, f"Write {setting}={_round_up(2 * needed)}.")
        else:
            yield Finding(setting, Mark.GOOD, what)


def _round_up(seconds: float) -> int:
    return -(-int(seconds) // 10) * 10
