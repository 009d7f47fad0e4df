"""What a run has cost so far: one line in the thread, and agent by agent in a form."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.outgoing.blocks.amounts import about, counted, duration, money
from bot.outgoing.blocks.elements import button, context, section, words
from bot.outgoing.blocks.message import Block
from bot.outgoing.blocks.mrkdwn import escape, plain
from bot.setup.settings import Settings
from storage.money.spend import Receipt, ReceiptLine

NOTHING_CHARGED = "demo prices, nothing is charged"
_ESTIMATED = "Where an amount is estimated, the provider reported no usage or the call was cut off: the most is booked."
QUOTES_ONLY = "Written by the offline model: it quotes the library and draws no conclusions."


@dataclass(frozen=True, slots=True)
class Bill:
    lines: tuple[ReceiptLine, ...] = ()
    seconds: float = 0.0
    demo: bool = False
    offline: bool = False

    @property
    def cost_nano_usd(self) -> int:
        return sum(line.cost_nano_usd for line in self.lines)

    @property
    def estimated(self) -> bool:
        return any(line.estimated for line in self.lines)


def bill_of(receipt: Receipt, settings: Settings) -> Bill:
    return Bill(receipt.agents, receipt.seconds, demo=settings.demo, offline=settings.offline)


def money_line(bill: Bill, value: str, *, sources: int = 0, final: bool = True) -> Block:
    """`$0.014 · 8 s · 15 sources` with the button Details; `value` is the button's, what is not final says so."""
    spent = "free" if bill.offline and not bill.demo and not bill.cost_nano_usd else about(bill.cost_nano_usd, 3)
    facts = [
        ("" if final else "So far: ") + spent + (" estimated" if bill.estimated else ""),
        duration(bill.seconds),
        counted(sources, "source") if sources else "",
    ]
    line = section(" · ".join(fact for fact in facts if fact))
    return {**line, "accessory": button("Details", "details", value)}


def details_form(run_id: str, bill: Bill, *, budget_nano_usd: int, final: bool) -> dict[str, Any]:
    """The modal `details_form`: the whole bill of a run, all its versions."""
    notes = [f"{NOTHING_CHARGED.capitalize()}."] if bill.demo else []
    notes += [_ESTIMATED] if bill.estimated else []
    return {
        "type": "modal",
        "callback_id": "details_form",
        "private_metadata": run_id,
        "title": words("Details", 24),
        "close": words("Close", 24),
        "blocks": [
            *(section(line) for line in receipt(bill, budget_nano_usd=budget_nano_usd, final=final)),
            context(*notes, f"`{escape(run_id)}`"),
        ],
    }


def receipt(bill: Bill, *, budget_nano_usd: int, final: bool) -> list[str]:
    """A line per agent and a total that is their sum; what is not final says so."""
    return [*map(_line, bill.lines), _total(bill, budget_nano_usd, final)]


def provenance(bill: Bill) -> list[Block]:
    """Where no language model wrote the answer, it says so."""
    return [context(QUOTES_ONLY)] if bill.offline else []


def cost(bill: Bill, *, exact: bool = False) -> str:
    """The sum with what has to be known about it; `exact` where the other lines have to add up to it."""
    marks = [*(["estimated"] if bill.estimated else []), *([NOTHING_CHARGED] if bill.demo else [])]
    total = bill.cost_nano_usd
    shown = money(total) if exact else about(total, 3)
    shown = "free" if bill.offline and not bill.demo and total == 0 else shown
    return f"{shown} ({', '.join(marks)})" if marks else shown


def _line(line: ReceiptLine) -> str:
    return " · ".join(_parts(line))


def _parts(line: ReceiptLine) -> Iterator[str]:
    if line.tool_calls:
        yield f"{escape(plain(line.agent, 40)).replace('_', ' ').capitalize()}: {counted(line.tool_calls, 'call')}"
        yield money(line.cost_nano_usd) + (" estimated" if line.estimated else "")
        return
    yield f"{escape(plain(line.agent, 40)).capitalize()}: {counted(line.llm_calls, 'call')}"
    yield f"{line.input_tokens:,} tokens in, {line.output_tokens:,} out"
    yield money(line.cost_nano_usd) + (" estimated" if line.estimated else "")
    if line.seconds:
        yield duration(line.seconds)


def _total(bill: Bill, budget_nano_usd: int, final: bool) -> str:
    tokens = sum(line.input_tokens + line.output_tokens for line in bill.lines)
    calls = sum(line.llm_calls for line in bill.lines)
    total = "Total" if final else "So far"
    of_cap = f" of {money(budget_nano_usd)} at most" if budget_nano_usd else ""
    parts = [f"*{total}: {cost(bill, exact=True)}*{of_cap}", counted(calls, "call"), counted(tokens, "token")]
    return " · ".join([*parts, duration(bill.seconds)])
