"""What a question's wording shows about the way to work on it: the table of all rules, tried in order.

Each rule says what it saw, and that sentence is what the thread shows. The order is the router's preference
(independent parts, stages, expertises, opinions), except that a sight which cannot be mistaken comes before one that
can: a list of bullets before a comparison, "first … then" before a name with a relative clause.
"""

from collections.abc import Callable

from orchestration.rules.asked import Asked, Finding, asked_in
from orchestration.rules.expertise import several_expertises
from orchestration.rules.opinions import argued, subjective
from orchestration.rules.parts import aspects, compared, hurried, items, questions, several_questions
from orchestration.rules.plurals import several_of_a_kind
from orchestration.rules.series import Series
from orchestration.rules.stages import chained, staged
from orchestration.values.domain import Strategy

Rule = Callable[[Asked], Finding | None]
RULES: tuple[Rule, ...] = (
    items,
    argued,
    several_expertises,
    staged,
    compared,
    subjective,
    several_of_a_kind,
    chained,
    aspects,
    several_questions,
    hurried,
)


NAMING: dict[Strategy, tuple[Rule, ...]] = {
    Strategy.SUPERVISOR: (items, compared, several_questions, aspects, questions),
    Strategy.FANOUT: (several_expertises,),
    Strategy.SEQUENTIAL: (chained,),
}
"""Rules that can name the parts of a strategy's plan."""


def names_for(strategy: Strategy, asked: Asked) -> tuple[str, ...]:
    """Of the parts that the strategy would have, where the question has them; whatever its wording calls for."""
    found = (rule(asked) for rule in NAMING.get(strategy, ()))
    return next((finding.names for finding in found if finding and finding.names), ())


def things(text: str) -> tuple[str, ...]:
    """What a text compares or asks about alike; empty where it names no two things."""
    finding = compared(asked_in(text))
    return finding.names if finding else ()


def listings(text: str) -> list[Series]:
    """Every list in a text, in its order."""
    return asked_in(text).series


def first_finding(asked: Asked) -> Finding | None:
    found = (rule(asked) for rule in RULES)
    return next((finding for finding in found if finding), None)
