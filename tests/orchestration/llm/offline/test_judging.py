"""The offline judge sets the two cases side by side and says that it gives no verdict."""

from collections.abc import Callable
from typing import Any

Search = Callable[[str], list[Any]]
Converse = Callable[..., Any]
EMPTY = ("agreements", "disagreements", "action_items", "minority_argument", "would_change_if")


def case(name: str, *lines: str) -> dict[str, Any]:
    return {"position": name, "summary": "\n".join(lines), "claims": []}


async def judged(converse: Converse, handbook: Search, *cases: dict[str, Any], most: int = 2000) -> Any:
    return await converse("judge", handbook).ask({"question": "Should we?", "positions": list(cases)}, most=most)


async def test_the_answer_is_two_lists_without_a_verdict_or_anything_made_of_them(
    converse: Converse, handbook: Search
) -> None:
    output = await judged(converse, handbook, case("K", "- Only this. [d_1]"), case("M", "- Only that. [d_1]"))
    assert "no verdict" in output["answer"] and None is output["stronger"]
    assert "Position K quotes:\n\n- Only this. [d_1]\n\nPosition M quotes:\n\n- Only that. [d_1]" in output["answer"]
    assert not any(output[name] for name in EMPTY)


async def test_what_was_not_found_is_said_once_before_the_lists(converse: Converse, handbook: Search) -> None:
    missing = "Nothing found in the library on Redis."
    output = await judged(converse, handbook, case("K", missing, "- A. [d_1]"), case("M", missing, "- B. [d_1]"))
    assert 1 == output["answer"].count(missing)
    assert output["answer"].index(missing) < output["answer"].index("Position K")


async def test_the_order_of_the_cases_changes_nothing(converse: Converse, handbook: Search) -> None:
    one, other = case("K", "- A. [d_1]", "- B. [d_1]"), case("M", "- C. [d_2]")
    assert await judged(converse, handbook, one, other) == await judged(converse, handbook, other, one)


async def test_lists_shrink_until_the_answer_fits(converse: Converse, handbook: Search) -> None:
    long = [f"- {n} {'word ' * 40} [d_1]" for n in range(5)]
    output = await judged(converse, handbook, case("K", *long), case("M"), most=300)
    assert 0 < output["answer"].count("\n- ") < 5


async def test_cases_without_quotes_are_said_to_quote_nothing(converse: Converse, handbook: Search) -> None:
    output = await judged(converse, handbook, {"position": "K", "summary": 7}, {"position": "M"})
    assert 2 == output["answer"].count("quotes nothing")
