"""The offline judge counts quotes and says that it gives no verdict."""

from collections.abc import Callable
from typing import Any

Search = Callable[[str], list[Any]]


def case(name: str, *quotes: str) -> dict[str, Any]:
    return {"position": name, "summary": "", "claims": [{"text": q, "source_id": "d_1", "quote": q} for q in quotes]}


async def judged(converse: Callable[..., Any], handbook: Search, *cases: dict[str, Any], most: int = 2000) -> Any:
    return await converse("judge", handbook).ask({"question": "Should we?", "positions": list(cases)}, most=most)


async def test_it_lists_what_both_quote_and_what_only_one_does(converse: Callable[..., Any], handbook: Search) -> None:
    output = await judged(
        converse, handbook, case("K", "Both say.", "Only this."), case("M", "Both  say.", "Only that.")
    )
    assert ["Both say. [d_1]"] == output["agreements"]
    assert ["Only position K quotes: Only this. [d_1]", "Only position M quotes: Only that. [d_1]"] == output[
        "disagreements"
    ]
    assert "no verdict" in output["answer"] and [] == output["action_items"] and None is output["stronger"]


async def test_the_order_of_the_cases_changes_nothing(converse: Callable[..., Any], handbook: Search) -> None:
    one, other = case("K", "A.", "B."), case("M", "B.", "C.")
    assert await judged(converse, handbook, one, other) == await judged(converse, handbook, other, one)


async def test_lists_shrink_until_the_answer_fits(converse: Callable[..., Any], handbook: Search) -> None:
    long = [f"{n} {'word ' * 40}" for n in range(5)]
    output = await judged(converse, handbook, case("K", *long), case("M"), most=300)
    assert 0 < len(output["disagreements"]) < 5


async def test_cases_without_claims_are_counted_as_none(converse: Callable[..., Any], handbook: Search) -> None:
    output = await judged(converse, handbook, {"position": "K", "claims": "?"}, {"position": "M"})
    assert "0 sentences" in output["answer"] and [] == output["agreements"] == output["disagreements"]
