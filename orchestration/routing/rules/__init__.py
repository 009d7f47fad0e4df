"""What a question's wording shows about the way to work on it: the table of all rules, tried in order.

Each rule says what it saw, and that sentence is what the thread shows. The order is the router's preference
(independent parts, stages, expertises, opinions), except that a sight which cannot be mistaken comes before one that
can: a list of bullets before a comparison, "first … then" before a name with a relative clause.
"""

from collections.abc import Callable

from orchestration.routing.rules.asked import Asked, Finding
from orchestration.routing.rules.expertise import several_expertises
from orchestration.routing.rules.opinions import argued, subjective
from orchestration.routing.rules.parts import (
    aspects,
    compared,
    hurried,
    items,
    named,
    several_questions,
)
from orchestration.routing.rules.plurals import several_of_a_kind
from orchestration.routing.rules.stages import chained, staged, within

RULES: tuple[Callable[[Asked], Finding | None], ...] = (
    items,
    argued,
    several_expertises,
    staged,
    compared,
    subjective,
    within,
    several_of_a_kind,
    named,
    chained,
    aspects,
    several_questions,
    hurried,
)


def first_finding(asked: Asked) -> Finding | None:
    found = (rule(asked) for rule in RULES)
    return next((finding for finding in found if finding), None)
