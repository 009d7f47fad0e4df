"""The consent ladder: what a run asks a person before it spends, and what it offers instead."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from orchestration.context import Limits, RunContext
from orchestration.domain import (
    Choice,
    Critique,
    Draft,
    History,
    Note,
    NoteKind,
    Offer,
    Question,
    Route,
    Run,
    Strategy,
)
from orchestration.errors import UnknownPrice
from orchestration.estimate import CALLS, estimate
from orchestration.events import ConsentAsked, EscalationOffered
from orchestration.prices import Prices

MOST_WORKERS = 4
ROUTER = "router"


def consent_to_ask(ctx: RunContext, route: Route) -> ConsentAsked | None:
    """What to ask before the route is started, or None where it may start.

    What was paid for already proves that it was started once; asking later would not save it.
    """
    if ctx.history.consented or ctx.history.drafts or has_begun(ctx):
        return None
    limits = ctx.services.limits
    if not is_dear(route, limits) or is_agreed(ctx.run.question):
        return None
    prices = ctx.services.prices
    return ConsentAsked(ctx.run.epoch, offer(route, prices, limits), alternatives(route, prices, limits))


def is_dear(route: Route, limits: Limits) -> bool:
    return limits.ask_above_nano_usd == 0 or route.estimate_high_nano_usd > limits.ask_above_nano_usd


def is_agreed(question: Question) -> bool:
    """Who names both the strategy and what it may cost has agreed to both."""
    return question.strategy is not None and question.budget_nano_usd is not None


def offer(route: Route, prices: Prices, limits: Limits) -> Offer:
    band = estimate(route.strategy, route.subtask_count, prices, limits)
    priced = replace(route, estimate_low_nano_usd=band.low_nano_usd, estimate_high_nano_usd=band.high_nano_usd)
    return Offer(priced, band.low_seconds, band.high_seconds)


def alternatives(route: Route, prices: Prices, limits: Limits) -> tuple[Offer, ...]:
    """Every other strategy for the same parts, the cheapest first."""
    parts = max(2, route.subtask_count)
    reason = f"You chose it over {route.strategy}."
    found = []
    for strategy in CALLS.keys() - {route.strategy}:
        other = Route(strategy, reason, 1 if strategy is Strategy.SINGLE else parts, chosen_by="asker")
        # A role of its own may have a model without a price; then this way is not on offer.
        with suppress(UnknownPrice):
            found.append(offer(other, prices, limits))
    return tuple(sorted(found, key=_cost))


def chosen(asked: ConsentAsked, choice: Choice, strategy: Strategy | None = None) -> Offer | None:
    """The offer that an answer takes up; None where there is none such, as for something cheaper than the cheapest."""
    if choice is Choice.START or strategy is asked.offer.route.strategy:
        return asked.offer
    if choice is Choice.CHANGE:
        return next((other for other in asked.alternatives if other.route.strategy is strategy), None)
    mine = _cost(asked.offer)
    if choice is Choice.CHEAPER:
        return next((other for other in reversed(asked.alternatives) if _cost(other) < mine), None)
    return next((other for other in asked.alternatives if _cost(other) > mine), None)


def escalation(ctx: RunContext, route: Route, critique: Critique) -> EscalationOffered | None:
    """More workers for a price, where one agent left out what the question asks for."""
    missing = [note for note in critique.notes if note.kind is NoteKind.MISSING]
    if route.strategy is not Strategy.SINGLE or not missing:
        return None
    workers = min(max(2, len(missing)), MOST_WORKERS)
    more = Route(Strategy.SUPERVISOR, f"It closes {_named(n.note_id for n in missing)}.", workers, chosen_by="asker")
    return EscalationOffered(critique.draft_version, offer(more, ctx.services.prices, ctx.services.limits))


def clarified(run: Run, history: History) -> Run:
    """The run as its agents see it: what the asker answered is part of the question."""
    if history.clarified is None:
        return run
    text = f"{run.question.text}\n\nAsked back, the asker added: {history.clarified}"
    return replace(run, question=replace(run.question, text=text))


def missing_notes(history: History, draft: Draft) -> list[Note]:
    critique = next((c for c in history.critiques if c.draft_version == draft.version), None)
    return [note for note in (critique.notes if critique else ()) if note.kind is NoteKind.MISSING]


def has_begun(ctx: RunContext) -> bool:
    """Whether the version at work was started before; choosing a route is not yet work."""
    return any(key.startswith(f"v{ctx.version}/") and step.agent != ROUTER for key, step in ctx.steps.items())


def _cost(offered: Offer) -> tuple[int, int, float]:
    return offered.route.estimate_high_nano_usd, offered.route.estimate_low_nano_usd, offered.high_seconds


def _named(names: Iterable[str]) -> str:
    return ", ".join(names)
