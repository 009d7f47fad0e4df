"""The lines of a receipt add up to its total."""

import re
from decimal import Decimal

from run_story import bill

from bot.outgoing.blocks.receipt import Bill, cost, money_line, receipt
from storage.money.spend import ReceiptLine


def lines(shown: Bill, *, final: bool = True) -> list[str]:
    return receipt(shown, budget_nano_usd=1_000_000_000, final=final)


def test_every_agent_has_a_line_and_the_total_is_their_sum() -> None:
    *agents, total = lines(bill())
    spent = [Decimal(re.findall(r"\$([\d.]+)", line)[0]) for line in (*agents, total)]
    assert len(agents) == 3 and sum(spent[:-1]) == spent[-1]
    assert agents[0] == "Worker: 6 calls · 17,946 tokens in, 2,156 out · $0.010628"


def test_searches_have_a_line_without_tokens_and_are_no_model_calls() -> None:
    searches = ReceiptLine("web_search", 0, 0, 0, 0, 16_000_000, tool_calls=2)
    shown = lines(Bill((ReceiptLine("single", 3, 10, 10, 0, 4_000_000), searches)))
    assert "Web search: 2 calls · $0.016" == shown[1]
    assert shown[2].startswith("*Total: $0.02*") and " · 3 calls · " in shown[2]


def test_estimates_are_marked_on_their_line_and_in_the_total() -> None:
    shown = lines(bill())
    assert shown[1].endswith("$0.0014752 estimated") and "(estimated)" in shown[-1]


def test_an_unfinished_bill_says_so_far() -> None:
    assert lines(bill(), final=False)[-1].startswith("*So far: ")


def test_an_offline_run_is_free_and_a_demo_has_prices_that_nobody_pays() -> None:
    assert cost(Bill((ReceiptLine("single", 2, 10, 10, 0, 0),), offline=True)) == "free"
    assert cost(bill(demo=True, offline=True)).endswith("demo prices, nothing is charged)")


def test_the_thread_has_one_line_and_the_rest_is_a_click_away() -> None:
    line = money_line(bill(demo=True), "r_1", sources=15)
    assert line["text"]["text"] == "$0.0125 estimated · 14 s · 15 sources"
    assert (line["accessory"]["action_id"], line["accessory"]["value"]) == ("details", "r_1")
    assert money_line(Bill(offline=True, seconds=1.0), "r_1", final=False)["text"]["text"] == "So far: free · 1.0 s"


def test_a_hostile_agent_name_is_inert() -> None:
    shown = lines(Bill((ReceiptLine("<!channel>", 1, 1, 1, 0, 1),)))
    assert "<!" not in shown[0]
