"""Short messages: a run that stopped, a refusal, help."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.outgoing.blocks.answer import partial
from bot.outgoing.blocks.elements import (
    Span,
    actions,
    button,
    context,
    line,
    listed,
    moment,
    person,
    prose,
    rich,
    section,
    span,
)
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.outgoing.blocks.receipt import Bill, money_line
from bot.outgoing.view.run_view import Ending, RunView, Stop
from orchestration.values.domain import RunStatus, Strategy
from orchestration.values.events import ReviewReminded

CUT_OFF = "Calls that were cut off are booked at the most they can cost, until the provider's bill is known."
_TITLES = {
    RunStatus.PAUSED: "Paused at a budget",
    RunStatus.ERROR: "⚠ The run failed",
    RunStatus.CANCELLED: "Stopped",
    RunStatus.EXPIRED: "Expired",
}


def ended(view: RunView, ending: Ending, bill: Bill) -> SlackMessage:
    """How a run ended without a decision, with what it has, and what can be done next."""
    title = _TITLES[ending.status]
    by = [span(" by "), person(ending.user_id)] if ending.user_id else []
    sentence = plain(ending.sentence, 1500)
    parts = [line(span(title, "bold"), *by)]
    if sentence:
        parts.append(line(*prose(sentence)))
    blocks: list[Block] = [rich(*parts)]
    known = ending.partial and view.of_version(ending.partial.version)
    if ending.partial and ending.partial.answer.strip() and not known:
        blocks += [section("*Result so far*"), *partial(ending.partial)]
    blocks += [] if ending.repeats else [actions(*_ways(view, ending))]
    blocks.append(context(_next_step(ending)))
    blocks.append(money_line(bill, view.run_id))
    blocks += [context(CUT_OFF)] if ending.status is RunStatus.CANCELLED and bill.estimated else []
    return SlackMessage(f"{title}: {escape(sentence) or 'what is paid for is kept'} ({view.run_id})", blocks)


def reminder(view: RunView, reminded: ReviewReminded) -> SlackMessage:
    """To the asker, once: what waits for them, and until when."""
    assert view.question is not None
    paused = view.status is RunStatus.PAUSED
    what = "this run is paused at a budget" if paused else "your draft is waiting for a decision"
    spans = [person(view.question.user_id), span(f" {what}. It expires on "), moment(reminded.until), span(".")]
    return SlackMessage(f"Reminder: {what} ({view.run_id})", [rich(line(*spans))])


def gone_on(payload: Mapping[str, Any], said: str) -> dict[str, Any]:
    """How a run had ended, and what set it going again in place of the buttons and what is below them."""
    blocks = payload["blocks"]
    kept = next((place for place, block in enumerate(blocks) if block["type"] == "actions"), len(blocks))
    return {**payload, "blocks": blocks if kept == len(blocks) else [*blocks[:kept], context(said)]}


def held(stop: Stop) -> SlackMessage:
    """Work was paused here, and goes on."""
    why = f": {plain(stop.reason, 300)}" if stop.reason else "."
    parts = [line(span("Work was paused" if stop.resumed_by else "Work is paused", "bold"), span(" by "))]
    parts[0]["elements"] += [*_who(stop.user_id), *prose(why)]
    if stop.resumed_by:
        parts.append(line(span("Resumed by "), *_who(stop.resumed_by), span(". It goes on where it was.")))
    else:
        parts.append(
            line(
                span(
                    "No new call is made. What is paid for is kept, and it goes on by itself once an owner "
                    "resumes work."
                )
            )
        )
    text = "Work goes on" if stop.resumed_by else f"Work is paused{escape(why)}"
    return SlackMessage(text, [rich(*parts)])


def _who(user_id: str) -> list[Span]:
    return [person(user_id)] if user_id.startswith(("U", "W")) else [span(user_id or "the operator")]


def _ways(view: RunView, ending: Ending) -> list[Block]:
    go_on = button("Go on", "retry", view.run_id)
    if ending.status is not RunStatus.PAUSED:
        return [go_on]
    return [button("Top up", "top_up", f"{view.run_id}:{ending.epoch}", style="primary"), go_on]


def sentence(text: str, *, run_id: str = "") -> SlackMessage:
    """An answer to a click, a command or a question that did not work: what to do, and the run it is about."""
    said = escape(plain(text, 2000)) or "Something went wrong. The log has the details."
    named = [context(f"`{escape(run_id)}`")] if run_id else []
    return SlackMessage(said, [section(said), *named])


def research_it(said: str, text: str, *, key: str) -> SlackMessage:
    """Words that may be no question, with a button that asks them; `key` is that of the run it would start."""
    ways = "Have it researched as a question with the button, or write `/research ask` before it."
    ask = actions(button("Research it", "research_it", f"{key} {text}"))
    return SlackMessage(escape(f"{said} {ways}"), [section(escape(said)), ask, context(ways)])


def ask_again(key: str) -> SlackMessage:
    """Below a question that was edited; `key` says which message."""
    said = "The question was edited. What I found answers it as it was before."
    ask = actions(button("Ask again", "ask_again", key))
    return SlackMessage(f"{said} Press Ask again to have it researched as it reads now.", [section(said), ask])


def help_message(
    commands: Sequence[tuple[str, str]], *, bot_user_id: str = "", offline: bool = False, demo: bool = False
) -> SlackMessage:
    """`commands`: how each is written, and what it does."""
    name = [person(bot_user_id)] if bot_user_id else [span("@threadwork", "bold")]
    asking = [
        [*name, span(" Which queue fits a small team? ", "italic"), span("in a channel, or write to me directly")],
        [span("/research QUESTION", "code"), span(" in any channel I am in")],
        [span("Research this", "bold"), span(" in the menu of any message")],
        [span("Attach a file (text, PDF, Office, CSV) to the message to ask about it")],
        [span("Or paste a longer text below the question")],
    ]
    words = [
        [span(f"--strategy {'|'.join(Strategy)}", "code"), span(" chooses the strategy")],
        [span("--budget 0.50", "code"), span(" lowers the cap of this run, in dollars")],
    ]
    parts = [
        *_titled("Ask", asking),
        *_titled("In a question", words),
        *_titled("Commands", [[span(written, "code"), span(f" {does}")] for written, does in commands]),
        line(span("In a thread, mention me again to follow up; while I work, your message goes to the workers.")),
        line(span("Go on", "bold"), span(" takes up a run that paused, failed or was stopped from what is paid for.")),
    ]
    notes = ["Answers can be wrong. Every claim names its source: check it before you rely on it."]
    notes += ["No model is set up: answers are quotes from the library, without a conclusion."] if offline else []
    notes += ["This is the demo: its prices are made up and nothing is charged."] if demo else []
    return SlackMessage("How to ask Threadwork and manage its runs", [rich(*parts), context(*notes)])


def _titled(title: str, items: list[list[dict[str, object]]]) -> list[Block]:
    return [line(span(title, "bold")), listed(items)]


def _next_step(ending: Ending) -> str:
    if ending.status is RunStatus.PAUSED:
        return (
            "What is paid for is kept. *Top up* makes room and continues from here (for budget owners); once the "
            "budget has room, *Go on* does too."
        )
    if ending.repeats:
        return "Going on would only bring the same. Ask again once that is changed."
    return "What is paid for is kept: *Go on* continues from here."
