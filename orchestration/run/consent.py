"""The consent ladder: what a run asks a person before it spends, and what it offers instead."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from orchestration.context.beginning import has_begun
from orchestration.context.run_context import RunContext
from orchestration.money.prices import Prices
from orchestration.routing.estimate import escalated, estimate, estimated
from orchestration.rules import listings
from orchestration.run.escalation import parts
from orchestration.strategies import STRATEGIES
from orchestration.strategies.way import SMALLEST_TEAM
from orchestration.values.domain import (
    Critique,
    Draft,
    History,
    Note,
    NoteKind,
    Question,
    Route,
    Run,
    Strategy,
)
from orchestration.values.errors import UnknownPrice
from orchestration.values.events import RouteChosen
from orchestration.values.inquiry import (
    Choice,
    Clarification,
    ClarificationAsked,
    ConsentAsked,
    EarlierEstimates,
    EscalationOffered,
    Offer,
)
from orchestration.values.limits import Limits
from orchestration.values.ports import PastRuns

Cost = tuple[int, int]

MOST_WORKERS = 4
MOST_OPTIONS = 3
LONGEST_OPTION = 60
AS_IT_IS = "Take it as it is"
_AS_IT_IS = (AS_IT_IS, "Take it as it is")  # the second is what version 0.1 stored


@dataclass(frozen=True, slots=True)
class PriceList:
    """What every way of working is expected to cost and take on this installation."""

    prices: Prices
    limits: Limits
    past: Mapping[Strategy, PastRuns] | None = None

    @classmethod
    async def of(cls, ctx: RunContext) -> "PriceList":
        services = ctx.services
        return cls(services.prices, services.limits, await services.past.runs() if services.past else None)

    def offer(self, route: Route) -> Offer:
        found = estimate(route.strategy, route.subtask_count, self.prices, self.limits, self.past)
        priced = estimated(route, self.prices, self.limits, self.past)
        return Offer(priced, found.low_seconds, found.high_seconds, self.earlier(route.strategy))

    def earlier(self, strategy: Strategy) -> EarlierEstimates | None:
        runs = self.past.get(strategy) if self.past else None
        return EarlierEstimates(runs.count, runs.inside, runs.error) if runs else None

    def first(self, routes: Iterable[Route], fits: Callable[[Cost], bool]) -> Offer | None:
        """The first of these with a price that fits."""
        for route in routes:
            # A role of its own may have a model without a price; then this way is not on offer.
            with suppress(UnknownPrice):
                if fits(_cost(found := self.offer(route))):
                    return found
        return None

    def alternatives(self, route: Route) -> tuple[Offer, ...]:
        """Every other strategy for the same parts, the cheapest first."""
        reason = f"You chose it over {route.strategy}."
        others = [s for s in STRATEGIES if s is not route.strategy]
        found = [Route(s, reason, STRATEGIES[s].size_of(route.subtask_count), chosen_by="asker") for s in others]
        offers = (self.first([other], lambda cost: True) for other in found)
        return tuple(sorted((offer for offer in offers if offer), key=_cost))


async def beside_others(ctx: RunContext, chosen: RouteChosen) -> RouteChosen:
    """The route with what the other strategies would cost, and how good such estimates were so far."""
    known = await PriceList.of(ctx)
    return replace(chosen, others=known.alternatives(chosen.route), earlier=known.earlier(chosen.route.strategy))


async def consent_to_ask(ctx: RunContext, route: Route, *, settled: bool = False) -> ConsentAsked | None:
    """What to ask before the route is started, or None where it may start.

    What was paid for already proves that it was started once; asking later would not save it. `settled` where the
    work is the same whatever strategy is named, so that no other is on offer.
    """
    if ctx.history.consented or ctx.history.drafts or has_begun(ctx):
        return None
    if not is_dear(route, ctx.services.limits) or is_agreed(ctx.run.question):
        return None
    known = await PriceList.of(ctx)
    mine = known.offer(route)
    if settled:
        return ConsentAsked(ctx.run.epoch, mine)
    return ConsentAsked(
        ctx.run.epoch,
        mine,
        # Not strictly: where every model is free, a smaller team is still the smaller one.
        cheaper=known.first(_cheaper(route), lambda cost: cost <= _cost(mine)),
        deeper=known.first(_deeper(route), lambda cost: cost >= _cost(mine)),
        alternatives=known.alternatives(route),
    )


def _cheaper(route: Route) -> list[Route]:
    """One agent instead of a team; one agent alone instead of one with a critic."""
    if route.strategy is Strategy.SINGLE and not route.critic:
        return []
    return [Route(Strategy.SINGLE, "You chose the cheaper way.", chosen_by="asker")]


def _deeper(route: Route) -> list[Route]:
    """A team instead of one agent; else as large a team as there may be, or both sides heard."""
    if route.strategy is Strategy.DEBATE:
        return []
    ways = (
        [(Strategy.SUPERVISOR, SMALLEST_TEAM)]
        if route.strategy is Strategy.SINGLE
        else [(route.strategy, MOST_WORKERS)]
    )
    larger = [(strategy, count) for strategy, count in ways if count > route.subtask_count]
    ways = [*larger, (Strategy.DEBATE, SMALLEST_TEAM)]
    return [Route(strategy, "You chose the deeper way.", count, chosen_by="asker") for strategy, count in ways]


def is_dear(route: Route, limits: Limits) -> bool:
    return limits.ask_above_nano_usd == 0 or route.estimate_high_nano_usd > limits.ask_above_nano_usd


def is_agreed(question: Question) -> bool:
    """Who names both the strategy and what it may cost has agreed to both."""
    return question.strategy is not None and question.budget_nano_usd is not None


def clarification_to_ask(ctx: RunContext, question: str | None) -> ClarificationAsked | None:
    """The router's question back, once a run; whatever was answered, the run then goes on."""
    if question is None or ctx.history.clarified is not None:
        return None
    return ClarificationAsked(ctx.run.epoch, Clarification(question, (*options_in(question), AS_IT_IS)))


def options_in(question: str) -> tuple[str, ...]:
    """The answers that a question itself names: `Do you mean the language or the snake?`"""
    options = next((series.items for series in listings(question) if series.join == "or"), ())
    usable = all(2 <= len(option) <= LONGEST_OPTION for option in options)
    return options if len(options) <= MOST_OPTIONS and usable else ()


def chosen(asked: ConsentAsked, choice: Choice, strategy: Strategy | None = None) -> Offer | None:
    """The offer that an answer takes up; None where there is none such, as for something cheaper than the cheapest."""
    if choice is Choice.START or strategy is asked.offer.route.strategy:
        return asked.offer
    if choice is Choice.CHANGE:
        return next((other for other in asked.alternatives if other.route.strategy is strategy), None)
    return asked.cheaper if choice is Choice.CHEAPER else asked.deeper


def escalation(ctx: RunContext, route: Route, critique: Critique) -> EscalationOffered | None:
    """More workers for a price, where one agent left out what the question asks for: those that a yes starts."""
    missing = [note for note in critique.notes if note.kind is NoteKind.MISSING]
    if route.strategy is not Strategy.SINGLE or not missing:
        return None
    workers = len(parts(missing))
    try:
        found = escalated(workers, ctx.services.prices, ctx.services.limits)
    except UnknownPrice:
        return None
    names = ", ".join(note.note_id for note in missing)
    more = Route(
        Strategy.SUPERVISOR,
        f"It closes {names}.",
        workers,
        estimate_low_nano_usd=found.low_nano_usd,
        estimate_high_nano_usd=found.high_nano_usd,
        chosen_by="asker",
    )
    return EscalationOffered(critique.draft_version, Offer(more, found.low_seconds, found.high_seconds))


def clarified(run: Run, history: History) -> Run:
    """The run as its agents see it: what the asker answered is part of the question."""
    if history.clarified in (None, *_AS_IT_IS):
        return run
    # On one line: what follows an empty one is taken for material.
    text = f"{run.question.text} ({' '.join(history.clarified.split())})"
    return replace(run, question=replace(run.question, text=text))


def missing_notes(history: History, draft: Draft) -> list[Note]:
    critique = history.critique_of(draft.version)
    return [note for note in (critique.notes if critique else ()) if note.kind is NoteKind.MISSING]


def _cost(offered: Offer) -> Cost:
    return offered.route.estimate_high_nano_usd, offered.route.estimate_low_nano_usd
