"""A worker's report: one or two lines in the thread when it finishes, and the whole of it in a form."""

import re
from collections.abc import Sequence
from typing import Any

from bot.outgoing.blocks.amounts import about, counted, duration
from bot.outgoing.blocks.elements import actions, button, context, line, rich, section, span, words
from bot.outgoing.blocks.message import Block, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, markdown, plain
from bot.outgoing.blocks.receipt import Bill
from bot.outgoing.blocks.rich_markdown import rich_markdown, without_marks
from bot.outgoing.blocks.sources import quoted_share, sources, sources_line
from bot.outgoing.view.run_view import RunView, WorkerView
from orchestration.evidence.citations import numbered, source_order
from orchestration.values.domain import Source, WorkerReport
from orchestration.values.text import SENTENCE_BREAK, cut

FINDING_CHARACTERS = 220
SUMMARY_CHARACTERS = 9_000
"""Of a report that is posted whole; a message holds 12,000 of Markdown."""
_NUMBER = re.compile(r"\s*\[\?\]")
UNFOUNDED = "No source was read for this, so nothing backs it up."


def progress(worker: WorkerView, found: WorkerReport, bill: Bill) -> SlackMessage:
    """Title and main finding; below them sources, cost and time."""
    finding = found.error if found.error and not found.summary.strip() else main_finding(found)
    sign = "⚠ " if found.error else ""
    title = span(f"{_title(worker, found)}{_version(found)}", "bold")
    said = [span(f"\n{sign}{plain(finding, FINDING_CHARACTERS)}")] if finding else []
    facts = [counted(len(found.sources), "source") if found.sources else "", *_facts(found)]
    facts += [UNFOUNDED] if _unfounded(found) else []
    small = context(escape(" · ".join(fact for fact in facts if fact)))
    return SlackMessage(
        f"{escape(_title(worker, found))}: {escape(plain(finding, 300))}", [rich(line(title, *said)), small]
    )


def report(worker: WorkerView, found: WorkerReport, bill: Bill) -> SlackMessage:
    """The whole report as a message."""
    title = escape(_title(worker, found))
    blocks = [section(f"*{title}*{_version(found)}")]
    if found.error:
        blocks.append(section(f"⚠ {escape(plain(found.error, 400))}"))
    if found.summary.strip():
        text = cut(_numbered(found), SUMMARY_CHARACTERS)
        blocks.append({"type": "markdown", "text": markdown(text, [source.url for source in found.sources])})
    if _unfounded(found):
        blocks.append(section(f"⚠ {UNFOUNDED}"))
    blocks += sources_line(_cited(found))
    facts = [quoted_share(found.claims), *_facts(found), *(["demo prices"] if bill.demo else [])]
    blocks.append(context(" · ".join(fact for fact in facts if fact)))
    spoken = found.error if found.error and not found.summary else found.summary
    return SlackMessage(f"{title}: {escape(plain(spoken, 300))}", blocks)


def reports_form(view: RunView, place: int) -> dict[str, Any]:
    """The modal `reports_form`, a page for each report; its private metadata is the run id.

    `place` counts from 1 and is moved to the nearest page there is. Its buttons carry the page they turn to.
    """
    workers = [worker for worker in view.workers if worker.report]
    place = max(1, min(place, len(workers)))
    blocks = _page(workers[place - 1]) if workers else [section("No report is finished yet.")]
    return {
        "type": "modal",
        "callback_id": "reports_form",
        "private_metadata": view.run_id,
        "title": words("Reports", 24),
        "close": words("Close", 24),
        "blocks": [*blocks, *_turn(place, len(workers))],
    }


def main_finding(found: WorkerReport) -> str:
    """Its first sentence, without headings, list marks and numbers of sources."""
    lines = [line.strip() for line in numbered(found.summary, {}).splitlines()]
    said = next((line for line in lines if line and not line.startswith(("#", "_", "|", "```"))), "")
    return SENTENCE_BREAK.split(_NUMBER.sub("", without_marks(said)))[0].strip()


def _page(worker: WorkerView) -> list[Block]:
    found = worker.report
    assert found is not None
    head = line(span(f"{_title(worker, found)}{_version(found)}", "bold"))
    error = [line(span(f"⚠ {plain(found.error, 400)}"))] if found.error else []
    warned = [line(span(f"⚠ {UNFOUNDED}"))] if _unfounded(found) else []
    facts = [quoted_share(found.claims), *_facts(found)]
    return [
        rich(head, *error, *rich_markdown(_numbered(found)), *warned),
        *sources(_cited(found)),
        context(" · ".join(fact for fact in facts if fact)),
    ]


def _turn(place: int, pages: int) -> list[Block]:
    turns = [button("Previous", "reports_previous", str(place - 1))] if place > 1 else []
    turns += [button("Next", "reports_next", str(place + 1))] if place < pages else []
    return [actions(*turns), context(f"Report {place} of {pages}")] if turns else []


def _title(worker: WorkerView, found: WorkerReport) -> str:
    return plain(found.title or worker.title, 150)


def _version(found: WorkerReport) -> str:
    return f" · version {found.version}" if found.version > 1 else ""


def _facts(found: WorkerReport) -> list[str]:
    return [about(found.cost_nano_usd, 3), duration(found.seconds)]


def _unfounded(found: WorkerReport) -> bool:
    return bool(found.summary.strip()) and not found.sources and not found.error


def _cited(found: WorkerReport) -> Sequence[Source]:
    """Its sources in the order in which its text names them."""
    return source_order([found], [found.summary])


def _numbered(found: WorkerReport) -> str:
    """With numbers into the report's own sources."""
    order = {source.source_id: n for n, source in enumerate(_cited(found), start=1)}
    return numbered(found.summary.strip(), order)
