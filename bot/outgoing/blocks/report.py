"""A worker's report as a short reply: what it found, where, and what that cost."""

from collections.abc import Sequence

from bot.outgoing.blocks.amounts import about, duration
from bot.outgoing.blocks.elements import context, section
from bot.outgoing.blocks.message import SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, markdown, plain
from bot.outgoing.blocks.receipt import Bill
from bot.outgoing.blocks.sources import quoted_share, sources_line
from bot.outgoing.view.run_view import WorkerView
from orchestration.evidence.citations import numbered, source_order
from orchestration.values.domain import Source, WorkerReport
from orchestration.values.text import cut

SUMMARY_CHARACTERS = 450


def report(worker: WorkerView, found: WorkerReport, bill: Bill) -> SlackMessage:
    title = escape(plain(found.title or worker.title, 150))
    version = f" · version {found.version}" if found.version > 1 else ""
    blocks = [section(f"*{title}*{version}")]
    if found.error:
        blocks.append(section(f"⚠ {escape(plain(found.error, 400))}"))
    if found.summary.strip():
        blocks.append({"type": "markdown", "text": _summary(found)})
    if found.summary.strip() and not found.sources and not found.error:
        blocks.append(section("⚠ No source was read for this, so nothing backs it up."))
    blocks += sources_line(_cited(found))
    facts = [quoted_share(found.claims), about(found.cost_nano_usd, 3), duration(found.seconds)]
    facts += ["demo prices"] if bill.demo else []
    blocks.append(context(" · ".join(fact for fact in facts if fact)))
    spoken = found.error if found.error and not found.summary else found.summary
    return SlackMessage(f"{title}: {escape(plain(spoken, 300))}", blocks)


def _cited(found: WorkerReport) -> Sequence[Source]:
    """Its sources in the order in which its text names them."""
    return source_order([found], [found.summary])


def _summary(found: WorkerReport) -> str:
    """Its first lines, with numbers into the report's own sources."""
    order = {source.source_id: n for n, source in enumerate(_cited(found), start=1)}
    text = numbered(found.summary.strip(), order)
    return markdown(_first_lines(text), [source.url for source in found.sources])


def _first_lines(text: str) -> str:
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    kept = ""
    for line in text.splitlines():
        if kept and len(kept) + len(line) > SUMMARY_CHARACTERS:
            return kept.rstrip() + "\n\n…"
        kept += line + "\n"
        if len(kept) > SUMMARY_CHARACTERS:
            break
    return cut(kept, SUMMARY_CHARACTERS)
