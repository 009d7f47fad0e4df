"""A refusal names the scope, its numbers, when it ends and who can act."""

from zoneinfo import ZoneInfo

from storage.money.budgets import Cap
from storage.money.refusal import sentence

CENT = 10_000_000


def test_a_teams_refusal_names_cap_spent_held_asked_the_reset_and_the_command() -> None:
    said = sentence(
        Cap("team:T1", "2026-11", 5000 * CENT), spent=4980 * CENT, held=15 * CENT, asked=12 * CENT, zone=ZoneInfo("UTC")
    )
    assert said == (
        "The team's budget for 2026-11 is $50.00, $49.80 is spent and $0.15 is held by running calls; this call could "
        "cost $0.12. It resets on 2026-12-01 00:00 UTC; a budget owner can raise it with "
        "`threadwork budget set team:T1 USD`."
    )


def test_a_runs_refusal_has_no_period_to_wait_for() -> None:
    said = sentence(Cap("run:r_1", "", 100 * CENT), spent=0, held=0, asked=101 * CENT, zone=ZoneInfo("UTC"))
    assert said.startswith("The run's budget is $1.00, $0.00 is spent")
    assert "It resets" not in said and "threadwork budget set run:r_1 USD" in said


def test_the_reset_is_told_in_the_installations_time_zone() -> None:
    said = sentence(Cap("user:T1/U1", "2026-03-28", CENT), spent=CENT, held=0, asked=1, zone=ZoneInfo("Europe/Berlin"))
    assert "It resets on 2026-03-29 00:00 CET" in said
    assert "could cost $0.000000001." in said
