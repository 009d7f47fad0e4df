"""The offline judge sets quotes side by side and says that it gives no verdict."""

from collections.abc import Callable
from typing import Any

Search = Callable[[str], list[Any]]
Converse = Callable[..., Any]
WORKS = "Async views work well and are supported natively by the server."
TIES = "Each async view needs one worker and cannot serve more requests."


def case(name: str, *quotes: str) -> dict[str, Any]:
    return {"position": name, "summary": "", "claims": [{"text": q, "source_id": "d_1", "quote": q} for q in quotes]}


async def judged(converse: Converse, handbook: Search, *cases: dict[str, Any], most: int = 2000) -> Any:
    return await converse("judge", handbook).ask({"question": "Should we?", "positions": list(cases)}, most=most)


async def test_the_answer_shows_both_cases_and_gives_no_verdict(converse: Converse, handbook: Search) -> None:
    output = await judged(converse, handbook, case("K", "Only this."), case("M", "Only that."))
    assert "no verdict" in output["answer"] and None is output["stronger"]
    assert "Position K quotes:\n\n- Only this. [d_1]\n\nPosition M quotes:\n\n- Only that. [d_1]" in output["answer"]


async def test_what_both_quotes_say_is_agreed_and_not_disputed(converse: Converse, handbook: Search) -> None:
    one = "Flask brings no database layer and no admin site."
    other = "There is no database layer and no admin site in the core."
    output = await judged(converse, handbook, case("K", one), case("M", other))
    assert [f"{one} [d_1] {other} [d_1]"] == output["agreements"] and [] == output["disagreements"]


async def test_quotes_on_one_matter_that_lean_apart_are_to_be_looked_into(converse: Converse, handbook: Search) -> None:
    output = await judged(converse, handbook, case("K", WORKS, "The sky is blue today."), case("M", TIES))
    assert [
        f"Look into async support, where position K quotes “{WORKS}” [d_1] and position M quotes “{TIES}” [d_1]"
    ] == output["disagreements"]


async def test_cases_without_a_common_matter_are_weighed_by_what_leads_them(
    converse: Converse, handbook: Search
) -> None:
    output = await judged(converse, handbook, case("K", "It is fast."), case("M", "Rain fails us."))
    (only,) = output["disagreements"]
    assert only.startswith("Look into what weighs more for you") and "It is fast." in only and "Rain" in only


async def test_a_quoted_limit_is_to_be_checked_and_an_empty_case_to_be_looked_for_elsewhere(
    converse: Converse, handbook: Search
) -> None:
    output = await judged(converse, handbook, case("K"), case("M", TIES, "It was made in 2010."))
    assert [
        {"text": f"Check whether this holds for you: {TIES} [d_1]", "confidence": 0.5},
        {"text": "Look beyond the library for what position K could rest on.", "confidence": 0.5},
    ] == output["action_items"]


async def test_the_order_of_the_cases_changes_nothing(converse: Converse, handbook: Search) -> None:
    one, other = case("K", WORKS, "B."), case("M", TIES, "C.")
    assert await judged(converse, handbook, one, other) == await judged(converse, handbook, other, one)


async def test_lists_shrink_until_the_answer_fits(converse: Converse, handbook: Search) -> None:
    long = [f"{n} {'word ' * 40}" for n in range(5)]
    output = await judged(converse, handbook, case("K", *long), case("M"), most=300)
    assert 0 < output["answer"].count("\n- ") < 5


async def test_cases_without_claims_are_said_to_quote_nothing(converse: Converse, handbook: Search) -> None:
    output = await judged(converse, handbook, {"position": "K", "claims": "?"}, {"position": "M"})
    assert 2 == output["answer"].count("quotes nothing") and [] == output["agreements"] == output["disagreements"]
