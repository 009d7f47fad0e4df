"""What a run asks before it goes on: what it may cost, or what was meant; later with the answer in place of buttons."""

from typing import Any

from bot.outgoing.blocks.amounts import about, band, duration, money, off_by
from bot.outgoing.blocks.elements import (
    actions,
    button,
    context,
    line,
    person,
    quoted,
    rich,
    section,
    span,
    words,
)
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.outgoing.blocks.reuse import reuse_offer
from bot.outgoing.blocks.team import size
from bot.outgoing.view.run_view import Inquiry, RunView
from orchestration.values.domain import RunStatus, Strategy
from orchestration.values.inquiry import (
    Choice,
    ClarificationAsked,
    ClarificationGiven,
    ConsentAsked,
    ConsentGiven,
    Offer,
    ReuseOffered,
)

OPTIONS = 4
OPEN_ENDED = "Answer in the thread"
_WITHOUT_ANSWER = {
    RunStatus.EXPIRED: "Nobody answered in time.",
    RunStatus.CANCELLED: "The run was stopped.",
}
_DONE = {
    Choice.START: "Started by ",
    Choice.CHEAPER: "Cheaper option started by ",
    Choice.DEEPER: "Deeper option started by ",
    Choice.CHANGE: "Changed and started by ",
}


def inquiry(view: RunView, asked: Inquiry, *, left_nano_usd: int | None = None) -> SlackMessage:
    """`left_nano_usd` is what is left of the team's budget; None where it has no limit."""
    if isinstance(asked.asked, ConsentAsked):
        return _price(view, asked, asked.asked, left_nano_usd)
    if isinstance(asked.asked, ReuseOffered):
        return reuse_offer(view, asked, asked.asked)
    return _clarification(view, asked, asked.asked)


def route_form(view: RunView, asked: ConsentAsked) -> dict[str, Any]:
    """The modal `route_form`: every strategy with its price and time; its private metadata is the button's value."""
    offers = sorted((asked.offer, *asked.alternatives), key=lambda offer: offer.route.estimate_high_nano_usd)
    options = [_option(offer) for offer in offers]
    proposed = next(o for o in options if o["value"] == asked.offer.route.strategy.value)
    element = {"type": "radio_buttons", "action_id": "strategy", "options": options, "initial_option": proposed}
    label = words("Which strategy should I use?", 150)
    return {
        "type": "modal",
        "callback_id": "route_form",
        "private_metadata": f"{view.run_id}:{asked.epoch}",
        "title": words("Change the route", 24),
        "submit": words("Start", 24),
        "close": words("Cancel", 24),
        "blocks": [{"type": "input", "block_id": "strategy", "label": label, "element": element}],
    }


def brief(offer: Offer) -> str:
    """`supervisor with 3 workers, $0.31–0.52, 8 s to 1 min 12 s`."""
    return f"{_team(offer)}, {_band(offer)}, {_time(offer)}"


def _price(view: RunView, whole: Inquiry, asked: ConsentAsked, left: int | None) -> SlackMessage:
    route = asked.offer.route
    question = f"This may cost {_band(asked.offer)}. Shall I start?"
    facts = [
        line(span(f"{_team(asked.offer).capitalize()}: ", "bold"), span(plain(route.reason, 300))),
        line(span("Expected: ", "bold"), span(f"{_band(asked.offer)} in {_time(asked.offer)}{_off(asked.offer)}")),
    ]
    blocks: list[Block] = [section(f"*{escape(question)}*"), rich(*facts)]
    if whole.given is None and view.open_inquiry is whole:
        of_team = "the team's budget has no limit" if left is None else f"the team has {money(max(0, left))} left"
        blocks.append(context(f"This run may spend {money(view.budget_nano_usd)}; {of_team}."))
        blocks += _choices(view, asked)
    else:
        blocks += _closed(view, whole)
    return SlackMessage(f"{escape(question)} {escape(plain(route.reason, 200))}", blocks)


def _off(offer: Offer) -> str:
    return f"; earlier estimates were {off_by(offer.earlier)}" if offer.earlier else ""


def _choices(view: RunView, asked: ConsentAsked) -> list[Block]:
    value = f"{view.run_id}:{asked.epoch}"
    other = {Choice.CHEAPER: asked.cheaper, Choice.DEEPER: asked.deeper}
    found = {choice: offer for choice, offer in other.items() if offer}
    buttons = [button("Start", "consent_start", value, style="primary")]
    buttons += [button(choice.capitalize(), f"consent_{choice}", value) for choice in found]
    buttons += [button("Change", "consent_change", value)] if asked.alternatives else []
    offers = [f"{choice.capitalize()}: {escape(brief(offer))}" for choice, offer in found.items()]
    return [actions(*buttons), *([context(*offers)] if offers else [])]


def _clarification(view: RunView, whole: Inquiry, asked: ClarificationAsked) -> SlackMessage:
    text = plain(asked.clarification.text, 600)
    blocks: list[Block] = [section("*One question before I start*"), rich(line(span(text)))]
    if whole.given is None and view.open_inquiry is whole:
        value = f"{view.run_id}:{asked.epoch}"
        options = enumerate(asked.clarification.options[:OPTIONS], start=1)
        buttons = [button(plain(option, 75), f"clarify_{n}", value) for n, option in options]
        blocks.append(actions(*buttons, button(OPEN_ENDED, "clarify_thread", value)))
        blocks.append(context("You can also answer in your own words: reply here and mention me."))
    else:
        blocks += _closed(view, whole)
    return SlackMessage(f"One question before I start: {escape(text)}", blocks)


def _closed(view: RunView, whole: Inquiry) -> list[Block]:
    given = whole.given
    if isinstance(given, ClarificationGiven):
        return [rich(line(span("Answered by ", "bold"), person(given.user_id)), quoted(span(plain(given.text, 600))))]
    if isinstance(given, ConsentGiven):
        route = given.route
        what = f": {route.strategy}, {band(route.estimate_low_nano_usd, route.estimate_high_nano_usd)}"
        return [rich(line(span(_DONE[given.choice], "bold"), person(given.user_id), span(what)))]
    return [context(_WITHOUT_ANSWER.get(view.status, "It was not answered."))]


def _option(offer: Offer) -> Block:
    return {
        "text": words(_team(offer).capitalize(), 75),
        "value": offer.route.strategy.value,
        "description": words(f"{_band(offer)}, {_time(offer)}", 75),
    }


def _team(offer: Offer) -> str:
    route = offer.route
    if route.strategy is Strategy.SINGLE:
        return "single agent"
    return f"{route.strategy} with {size(route, route.subtask_count)}"


def _band(offer: Offer) -> str:
    low, high = offer.route.estimate_low_nano_usd, offer.route.estimate_high_nano_usd
    return band(low, high) if high else about(high)


def _time(offer: Offer) -> str:
    return f"{duration(offer.low_seconds)} to {duration(offer.high_seconds)}"
