"""Question → Route: rules first, a model where they are unsure, then whatever is built and the budget has room for."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from orchestration.agents.loop import Work, invoke
from orchestration.context.beginning import has_begun
from orchestration.context.run_context import RunContext
from orchestration.roles.document import asks_for_analysis
from orchestration.roles.router import ROUTER, ROUTER_SECONDS, RouterOutput, router_task
from orchestration.roles.supervisor import MAX_SUBTASKS
from orchestration.routing.estimate import band
from orchestration.rules import first_finding, names_for
from orchestration.rules.asked import Asked, Finding, read
from orchestration.rules.facts import CLARIFY, is_prone, is_vague, subject
from orchestration.strategies import STRATEGIES
from orchestration.values.domain import Question, Route, Strategy
from orchestration.values.errors import BudgetRefused, ModelFailed, UnknownPrice
from orchestration.values.limits import OFFLINE
from orchestration.values.text import cut

SURE = 0.6
"""Below this confidence of the rules a model is asked, where there is one."""
LONG_WORDS = 40
"""A longer question in which no rule sees anything may hide what the rules cannot read."""
ASSUMED = "It does not say what to look into, so one agent takes it as it is."
Expected = Callable[[Route], tuple[int, int]]
"""A route's price band in nano-USD."""


@dataclass(frozen=True, slots=True)
class RouteChoice:
    route: Route
    confidence: float = 1.0
    clarify: str | None = None
    """One question back, where nobody can know what is meant; `route` is what happens if it is not asked."""

    @property
    def label(self) -> str:
        """As labelled sets name it: a strategy or `clarify`."""
        return "clarify" if self.clarify else self.route.strategy.value


def choose_route(question: Question) -> RouteChoice:
    """The asker's own strategy where there is one, else what the rules see, else single."""
    asked = read(_with_its_subject(question))
    finding = first_finding(asked)
    if question.strategy is not None:
        return RouteChoice(_own(question, asked, finding))
    if is_vague(asked):
        return RouteChoice(Route(Strategy.SINGLE, ASSUMED), 0.9, CLARIFY)
    if finding is None:
        return _alone(asked)
    parts = _parts(finding.strategy, question, finding.parts)
    route = Route(finding.strategy, finding.reason, parts, names=finding.names)
    return RouteChoice(route, finding.confidence)


def _with_its_subject(question: Question) -> Question:
    return replace(question, text=subject(question.text, [said.text for said in question.thread]))


async def choose(ctx: RunContext) -> RouteChoice:
    """What a run starts with, and its price band."""
    services = ctx.services
    choice = choose_route(ctx.run.question)
    if choice.confidence < SURE and services.limits.model_for(ROUTER.role) != OFFLINE:
        choice = await _ask_model(ctx, choice)
    past = await services.past.runs() if services.past else None
    left = await services.purse.left(ctx.run.run_id) if services.purse else None
    return fitted(choice, lambda route: band(route, services.prices, services.limits, past), left)


async def choose_again(ctx: RunContext, route: Route) -> Route | None:
    """A larger route than one that a short budget had made small, where there is money again; else None.

    Only where a person set the run going again, nothing was spent on the route, and nobody agreed to just this one.
    """
    history = ctx.history
    if not route.lowered or ctx.run.interrupted or has_begun(ctx) or history.drafts or history.consented:
        return None
    found = (await choose(ctx)).route
    if found.lowered and found.subtask_count <= route.subtask_count:
        return None
    return replace(found, reason=f"There is budget again. {found.reason}")


def fitted(choice: RouteChoice, expected: Expected, left_nano_usd: int | None) -> RouteChoice:
    """The choice with a route that fits what is left (None: no limit); the asker's own is kept as it is."""
    route = choice.route
    if route.chosen_by != "asker":
        route = affordable(route, expected, left_nano_usd)
    low, high = expected(route)
    return replace(choice, route=replace(route, estimate_low_nano_usd=low, estimate_high_nano_usd=high))


def affordable(route: Route, expected: Expected, left_nano_usd: int | None) -> Route:
    """A cheaper route where this one would probably pass what is left: fewer workers first, then one agent."""
    if left_nano_usd is None or route.strategy is Strategy.SINGLE or _likely(expected(route)) <= left_nano_usd:
        return route
    smaller = replace(route, subtask_count=2, lowered=True)
    if route.subtask_count > 2 and _likely(expected(smaller)) <= left_nano_usd:
        return replace(smaller, reason=f"{route.reason} The remaining budget is enough for two at once.")
    reason = f"{route.reason} The remaining budget is not enough for {route.strategy}, so one agent does it."
    return replace(_instead(route, Strategy.SINGLE), reason=reason, lowered=True)


def _instead(route: Route, strategy: Strategy) -> Route:
    parts = 1 if strategy is Strategy.SINGLE else route.subtask_count
    return replace(route, strategy=strategy, subtask_count=parts)


def _likely(band: tuple[int, int]) -> float:
    return sum(band) / 2


def named_parts(question: Question, strategy: Strategy) -> tuple[str, ...]:
    """For a strategy that a person chose instead of the router's."""
    return names_for(strategy, read(_with_its_subject(question)))


def _own(question: Question, asked: Asked, finding: Finding | None) -> Route:
    strategy = question.strategy or Strategy.SINGLE
    names = names_for(strategy, asked)
    parts = _parts(strategy, question, len(names) or (finding.parts if finding else 3))
    return Route(strategy, "You asked for it.", parts, chosen_by="asker", names=names)


def _alone(asked: Asked) -> RouteChoice:
    confidence = 0.8 if len(asked.words) <= LONG_WORDS else 0.5
    if is_prone(asked):
        reason = "One line of enquiry where models tend to make things up: one agent, then a critic."
        return RouteChoice(Route(Strategy.SINGLE, reason, critic=True), confidence)
    return RouteChoice(Route(Strategy.SINGLE, "One line of enquiry: one agent is enough."), confidence)


def _parts(strategy: Strategy, question: Question, seen: int) -> int:
    """How many subtasks there will be; a document is analysed as well as argued about by two sides."""
    if strategy is Strategy.DEBATE:
        return STRATEGIES[strategy].size_of(0) + asks_for_analysis(question)
    return min(STRATEGIES[strategy].size_of(seen), MAX_SUBTASKS)


async def _ask_model(ctx: RunContext, choice: RouteChoice) -> RouteChoice:
    """The model's choice, or that of the rules where the model fails: a failed router must not fail the run."""
    work = Work(f"v1/{ROUTER.role}", seconds=ROUTER_SECONDS)
    try:
        output = await invoke(ctx, ROUTER, router_task(ctx.run.question), work)
    except (TimeoutError, ModelFailed, BudgetRefused, UnknownPrice):
        return choice
    return choice if output is None else _chosen(ctx.run.question, output, choice)


def _chosen(question: Question, output: RouterOutput, rules: RouteChoice) -> RouteChoice:
    strategy = Strategy(output.strategy)
    clarify = cut((output.clarify or "").strip(), 300) or None
    if clarify:
        return RouteChoice(Route(Strategy.SINGLE, ASSUMED, chosen_by="model"), clarify=clarify)
    parts = _parts(strategy, question, output.subtask_count)
    reason = cut(" ".join(output.reason.split()), 200) or rules.route.reason
    critic = strategy is Strategy.SINGLE and rules.route.critic
    return RouteChoice(Route(strategy, reason, parts, chosen_by="model", critic=critic))
