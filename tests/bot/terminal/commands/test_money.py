"""Budgets, the bill and the books from the terminal."""

import asyncio
import csv
import io
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer

from bot.terminal.session import user_id
from bot.terminal.spend_formats import as_csv, as_png, as_table, guarded
from orchestration.values.domain import Usage
from storage.money.costs import Cost
from storage.money.spend import SpendGroup, SpendReport

Ask = Callable[[], Awaitable[dict[str, Any]]]


@pytest.fixture
async def paid(terminal: Any, library: Path, model: ModelServer) -> dict[str, Any]:
    """A run that cost something."""
    said = await asyncio.to_thread(terminal.run, "ask", "What is Flask?", "--strategy", "single", "--json")
    run: dict[str, Any] = said.json
    assert run["cost_usd"] > "0.000000"
    return run


def report(*keys: str) -> SpendReport:
    groups = tuple(SpendGroup(key, 1, Cost(Usage(1_000, 200, 0), 2, 1_250_000, 250_000)) for key in keys)
    return SpendReport("T1", "2026-11", "UTC", "user", None, 2_500_000, 500_000, 0, {"total": 2, "approved": 1}, groups)


def test_one_run_is_not_several() -> None:
    heads = [as_table(replace(report("a"), runs={"total": n, "approved": 0})).decode().splitlines()[0] for n in (1, 2)]
    assert [head.rpartition(" · ")[2] for head in heads] == ["1 run, 0 approved", "2 runs, 0 approved"]


def test_a_budget_is_set_listed_and_removed(terminal: Any) -> None:
    assert terminal.run("budget", "set", "team:T1", "12.5", "--period", "day").out == "team:T1: $12.50 a day.\n"
    assert terminal.run("budget", "set", "global", "unlimited").code == 0
    budgets = terminal.run("budget", "list", "--json").json["budgets"]
    assert [(row["scope"], row["period"], row["limit_usd"]) for row in budgets] == [
        ("global", "month", None),
        ("team:T1", "day", "12.500000"),
    ]
    assert terminal.run("budget", "remove", "team:T1").code == 0
    assert terminal.run("budget", "remove", "team:T1").code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("everybody", "5"), "That is no scope."),
        (("team:T1", "lots"), "The limit: lots is not an amount in US dollars."),
        (("team:T1", "inf"), "The limit: inf is not an amount in US dollars."),
    ],
)
def test_a_wrong_budget_is_a_sentence(terminal: Any, arguments: tuple[str, str], sentence: str) -> None:
    said = terminal.run("budget", "set", *arguments)
    assert said.code == 2
    assert said.err.startswith(sentence)


async def test_the_bill_says_who_spent_what(terminal: Any, paid: dict[str, Any]) -> None:
    bill = (await asyncio.to_thread(terminal.run, "spend", "--by", "user", "--format", "json")).json
    assert (bill["team_id"], bill["by"], bill["runs"]["total"]) == ("local", "user", 1)
    assert [(group["key"], group["spent_usd"]) for group in bill["groups"]] == [(paid["user_id"], paid["cost_usd"])]

    table = await asyncio.to_thread(terminal.run, "spend", "--output", "bill.txt")
    assert (table.out, table.err) == ("", "Team local.\nWritten to bill.txt.\n")
    assert "single" in (terminal.folder / "bill.txt").read_text()

    other = await asyncio.to_thread(terminal.run, "spend", "--team", "T9")
    assert "There are runs of --team local." in other.err
    wrong = await asyncio.to_thread(terminal.run, "spend", "--period", "november")
    assert (wrong.code, wrong.out) == (2, "")
    nowhere = await asyncio.to_thread(terminal.run, "spend", "--output", "no/such/folder.csv")
    assert "no/such/folder.csv cannot be written" in nowhere.err


async def test_the_books_agree_until_somebody_changes_them(terminal: Any, paid: dict[str, Any]) -> None:
    good = await asyncio.to_thread(terminal.run, "ledger", "verify")
    assert (good.code, good.out[:4]) == (0, "All ")
    with sqlite3.connect(terminal.folder / "threadwork.db") as database:
        database.execute("UPDATE balances SET spent = spent + 1 WHERE scope = 'team:local'")
    database.close()
    bad = await asyncio.to_thread(terminal.run, "ledger", "verify", "--json")
    assert (bad.code, bad.json["ok"], [row["scope"] for row in bad.json["drift"]]) == (1, False, ["team:local"])


async def test_a_person_finds_an_estimated_hold_and_books_its_real_cost_once(
    terminal: Any, paid: dict[str, Any]
) -> None:
    def run(*arguments: str) -> Any:
        return asyncio.to_thread(terminal.run, *arguments)

    with sqlite3.connect(terminal.folder / "threadwork.db") as database:
        database.execute("UPDATE balances SET estimated = spent")
        database.execute("UPDATE ledger_entries SET estimated = spent")
    database.close()
    shown = await run("show", paid["run_id"])
    (line, *_) = [line for line in shown.out.splitlines() if line.startswith("Estimated: ")]
    hold = re.findall(r"`threadwork ledger adjust (h_\w+) USD --reason TEXT`", line)[0]

    first = await run("ledger", "adjust", hold, "3.5", "--reason", "the bill of November")
    assert (first.code, first.err) == (0, "")
    assert re.fullmatch(rf"{hold}: \$3.50 booked. Before: \$[\d.]+, estimated.\n", first.out)
    second = await run("ledger", "adjust", hold, "3.50", "--reason", "the bill of November", "--json")
    assert second.json == {
        **{"hold_id": hold, "run_id": paid["run_id"], "changed": False},
        **{"before_usd": "3.500000", "estimated_before_usd": "0.000000"},
        **{"cost_usd": "3.500000", "difference_usd": "0.000000"},
    }
    document = (await run("show", paid["run_id"], "--json")).json
    adjusted = next(row for row in document["holds"] if row["hold_id"] == hold)
    assert (adjusted["cost_usd"], adjusted["estimated"], adjusted["state"]) == ("3.500000", False, "settled")
    assert [(made["reason"], made["by"]) for made in adjusted["adjustments"]] == [("the bill of November", user_id())]
    assert f"hold {hold} ({adjusted['step_id']}) cost $3.50: the bill" in (await run("show", paid["run_id"])).out
    bill = (await run("spend", "--format", "json")).json
    assert bill["spent_usd"] == document["cost_usd"] > "3.500000"
    assert (await run("ledger", "verify")).code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("h_x", "1", "--reason", "why"), "There is no hold h_x."),
        (("h_x", "much", "--reason", "why"), "USD: much is not an amount in US dollars."),
        (("h_x", "0.0000000001", "--reason", "why"), "USD: 0.0000000001 is not an amount in US dollars."),
        (("h_x", "1", "--reason", "  "), "An adjustment needs a reason."),
        (("h_x", "1000000.01", "--reason", "why"), "A call costs between 0 and 1,000,000 USD."),
    ],
)
def test_a_wrong_correction_is_a_sentence(terminal: Any, arguments: tuple[str, ...], sentence: str) -> None:
    said = terminal.run("ledger", "adjust", *arguments)
    assert said.code == 2
    assert said.err.startswith(sentence)


async def test_an_estimate_has_a_band_for_every_strategy(terminal: Any, model: ModelServer) -> None:
    said = (await asyncio.to_thread(terminal.run, "estimate", "Compare FastAPI and Flask", "--json")).json
    assert said["route"]["strategy"] == "supervisor"
    bands = {row["strategy"]: row["estimate_usd"] for row in said["strategies"]}
    assert list(bands) == ["single", "supervisor", "sequential", "fanout", "debate"]
    assert all(row["measured"] is False for row in said["strategies"])
    assert all(low < high for low, high in bands.values())
    assert bands["supervisor"] == said["route"]["estimate_usd"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(start: str) -> None:
    hostile = f"{start}HYPERLINK(1)"
    rows = list(csv.reader(io.StringIO(as_csv(report(hostile, "ana")).decode(), newline="")))
    assert [row[0] for row in rows] == ["user", f"'{hostile}", "ana"]
    assert rows[0][1:] == ["spent_usd", "estimated_usd", "runs", "llm_calls", "input_tokens", "output_tokens"]
    assert guarded("ana") == "ana"


def test_a_table_shows_no_control_characters() -> None:
    table = as_table(report("\x1b[31mred", "ana")).decode()
    assert "\x1b" not in table
    assert "$0.0025 spent no budget, $0.0005 of it estimated" in table


@pytest.mark.parametrize("keys", [(), ("$x$", "a" * 200, "日本")])
def test_a_picture_is_a_png(keys: tuple[str, ...]) -> None:
    assert as_png(report(*keys)).startswith(b"\x89PNG\r\n")
