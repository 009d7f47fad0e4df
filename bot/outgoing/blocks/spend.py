"""Spend, budget and history, from the plain JSON of the contract: for the eyes of the one who asked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.outgoing.blocks.amounts import bar, counted
from bot.outgoing.blocks.elements import (
    Span,
    context,
    line,
    person,
    rich,
    section,
    span,
)
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.outgoing.blocks.receipt import NOTHING_CHARGED

GROUPS = 40
Report = Mapping[str, Any]


def spend(report: Report, *, demo: bool = False) -> SlackMessage:
    """`report` is the contract's `spend` JSON; amounts in it are decimal strings."""
    by = str(report["by"])
    blocks = [section(_headline(report)), context(*_facts(report, demo))]
    groups = report["groups"]
    if groups:
        blocks.append(_table(groups[:GROUPS], by))
    if len(groups) > GROUPS:
        blocks.append(context(f"and {len(groups) - GROUPS} more: `threadwork spend --by {by}` lists them all."))
    return SlackMessage(_headline(report).replace("*", ""), blocks)


def budget(report: Report, *, owners: str, demo: bool = False) -> SlackMessage:
    """What may be spent, what is, and who can change that."""
    who = f"{owners} can change it: `/research budget set WHO USD`. `/research budget list` shows what holds for you."
    blocks = [section(_headline(report)), context(*_facts(report, demo), escape(plain(who, 400)))]
    return SlackMessage(_headline(report).replace("*", ""), blocks)


def history(runs: Sequence[Mapping[str, Any]], *, demo: bool = False) -> SlackMessage:
    """`runs` are heads as in the contract's `runs` JSON, newest first."""
    if not runs:
        nothing = "There are no runs here yet. Mention me with a question to start one."
        return SlackMessage(nothing, [section(nothing)])
    title = f"{counted(len(runs), 'run')}, newest first"
    notes = [context(NOTHING_CHARGED.capitalize() + ".")] if demo else []
    return SlackMessage(title, [section(f"*{title}*"), *run_list(runs), *notes])


def run_list(runs: Sequence[Mapping[str, Any]], limit: int = 20) -> list[Block]:
    return [_run(run) for run in runs[:limit]]


def headline(report: Report) -> str:
    return _headline(report)


def usd(amount: str | None) -> str:
    """A decimal string of the contract as people read it: cents, or as many digits as there are."""
    if amount is None:
        return "no limit"
    whole, _, decimals = f"{Decimal(amount):f}".partition(".")
    return f"${whole}.{decimals.rstrip('0'):0<2}"


def _headline(report: Report) -> str:
    spent, limit = str(report["spent_usd"]), report.get("budget_usd")
    of = f" of {usd(limit)}" if limit is not None else ""
    return f"*{usd(spent)}{of} spent in {escape(str(report['period']))}*"


def _facts(report: Report, demo: bool) -> list[str]:
    limit = report.get("budget_usd")
    facts = [_bar(str(report["spent_usd"]), limit)] if limit is not None else []
    runs = report.get("runs", {})
    approved = f", {runs['approved']:,} approved" if runs.get("approved") else ""
    facts.append(f"{counted(int(runs.get('total', 0)), 'run')}{approved}")
    if Decimal(report.get("estimated_usd") or 0):
        facts.append(f"{usd(report['estimated_usd'])} of it estimated")
    if Decimal(report.get("held_usd") or 0):
        facts.append(f"{usd(report['held_usd'])} held by running calls")
    facts.append(escape(plain(str(report.get("timezone", "")), 60)))
    return [" · ".join(fact for fact in facts if fact), *([NOTHING_CHARGED.capitalize() + "."] if demo else [])]


def _bar(spent: str, limit: str) -> str:
    part, whole = (int(Decimal(amount).scaleb(9)) for amount in (spent, limit))
    share = f"{part / whole:.0%}" if whole else "–"
    return f"{bar(part, whole)} {share if part == 0 or share != '0%' else '< 1%'}"


def _table(groups: Sequence[Mapping[str, Any]], by: str) -> Block:
    head = [by.capitalize(), "Spent", "Runs", "Calls", "Tokens in", "Tokens out"]
    settings = [{"align": "left"}, *({"align": "right"} for _ in head[1:])]
    rows = [[_bold(name) for name in head], *([_key(group, by), *_numbers(group)] for group in groups)]
    return {"type": "table", "column_settings": settings, "rows": rows}


def _numbers(group: Mapping[str, Any]) -> list[Block]:
    runs, calls, by_tools, *tokens = (int(group.get(name, 0)) for name in _COUNTS)
    return [_raw(usd(group["spent_usd"])), *(_raw(f"{count:,}") for count in (runs, calls + by_tools, *tokens))]


_COUNTS = ("runs", "llm_calls", "tool_calls", "input_tokens", "output_tokens")


def _key(group: Mapping[str, Any], by: str) -> Block:
    key = str(group["key"])
    if by == "user" and key.startswith(("U", "W")):
        return rich(line(person(key)))
    if by == "channel" and key.startswith("C"):
        return rich(line({"type": "channel", "channel_id": key}))
    return _raw(plain(key, 80) or "–")


def _bold(text: str) -> Block:
    return rich(line(span(text, "bold")))


def _raw(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def _run(run: Mapping[str, Any]) -> Block:
    facts = [run.get("strategy") or "", usd(run["cost_usd"]) if run.get("cost_usd") else ""]
    when = str(run.get("started_at") or "")[:16].replace("T", " ")
    rest = " · ".join(str(fact) for fact in [*facts, when] if fact)
    status = str(run["status"]).replace("_", " ")
    question = plain(str(run["question"]), 120)
    spans: list[Span] = [span(f"{status} · {rest} · "), span(str(run["run_id"]), "code")]
    return rich(line(span(question, "bold")), line(*spans))
