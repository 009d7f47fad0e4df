"""A first word is a subcommand only if the rest reads as its arguments; what nearly is one is no question."""

import pytest

from bot.incoming.subcommands import COMMANDS, NearMiss, Subcommand, near_miss, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Subcommand("help")),
        ("help", Subcommand("help")),
        ("Spend", Subcommand("spend")),
        ("spend by user", Subcommand("spend", {"by": "user"})),
        ("spend 2026-11", Subcommand("spend", {"period": "2026-11"})),
        ("spend 2026-11-20 by strategy", Subcommand("spend", {"period": "2026-11-20", "by": "strategy"})),
        ("spend\u00a0by\u2003user", Subcommand("spend", {"by": "user"})),
        ("ask Why is the sky blue?", Subcommand("ask", {"question": "Why is the sky blue?"})),
        ("ask\nspend\nor save?", Subcommand("ask", {"question": "spend\nor save?"})),
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
def test_everything_else_is_no_command(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("histroy", "history"),
        ("hitsory of runs", "history"),
        ("hstry", "history"),
        ("spned", "spend"),
        ("spends", "spend"),
        ("Budgte", "budget"),
        ("budget set 10", "budget"),
        ("spend csv", "spend"),
        ("/spend all", "spend"),
        ("stop it", "stop"),
        ("help me, please", "help"),
        ("history\u00a0of Rome", "history"),
        ("ask", "ask"),
    ],
)
def test_a_slip_in_a_commands_name_or_its_rest_is_a_near_miss(text: str, name: str) -> None:
    assert read(text) is None and near_miss(text) == NearMiss(COMMANDS[name])


@pytest.mark.parametrize("text", ["export", "Why?", "café", "node.js", "SQLite?!", "r_abc12", "naïve", "C++"])
def test_a_single_latin_word_is_a_near_miss_of_no_command(text: str) -> None:
    assert near_miss(text) == NearMiss(None)


@pytest.mark.parametrize(
    "text",
    [
        "history of the alpha reactor: what is known?",
        "stop words in search engines",
        "spend less on AWS?",
        "Which queue?",
        "hsty of Rome",
        "история",
        "なぜ",
        "budget とは何ですか",
        "help 日本の首都はどこですか",
        "https://example.org/why",
        "a" * 151,
        "2+2",
        "🚀",
        "",
    ],
)
def test_everything_else_is_a_question(text: str) -> None:
    assert near_miss(text) is None
