"""A first word is a subcommand only if the rest reads as its arguments."""

import pytest

from bot.incoming.subcommands import Subcommand, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Subcommand("help")),
        ("help", Subcommand("help")),
        ("Spend", Subcommand("spend")),
        ("spend by user", Subcommand("spend", {"by": "user"})),
        ("spend 2026-11", Subcommand("spend", {"period": "2026-11"})),
        ("spend 2026-11-20 by strategy", Subcommand("spend", {"period": "2026-11-20", "by": "strategy"})),
        ("stop", Subcommand("stop")),
        ("stop r_abc23", Subcommand("stop", {"run": "r_abc23"})),
    ],
)
def test_what_reads_as_a_subcommand_is_one(text: str, expected: Subcommand) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["spend by department", "spend on AI in 2026-11", "budget 2027 of France", "help me choose", "stop it", "why?"],
)
def test_everything_else_is_a_question(text: str) -> None:
    assert read(text) is None
