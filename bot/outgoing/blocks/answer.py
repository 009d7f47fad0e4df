"""The answer: Markdown with numbers, the sources they count into, and the bill."""

from collections.abc import Sequence

from bot.outgoing.blocks.amounts import counted
from bot.outgoing.blocks.elements import (
    actions,
    button,
    context,
    line,
    listed,
    rich,
    section,
    span,
)
from bot.outgoing.blocks.message import Block, SlackFile, SlackMessage
from bot.outgoing.blocks.mrkdwn import escape, markdown, plain
from bot.outgoing.blocks.receipt import Bill, receipt
from bot.outgoing.blocks.sources import backing_line, quoted_share, sources, unfounded
from bot.outgoing.blocks.splitting import split
from bot.outgoing.view.run_view import RunView, VersionView
from orchestration.evidence.independence import independent
from orchestration.values.domain import Decision, Draft, RunStatus

MESSAGES = 3
"""An answer longer than this many messages is shown in part and attached whole."""
TAIL_ROOM = 6_000
"""A last part below this many bytes leaves room for sources and bill in the same message."""


def answer(view: RunView, version: VersionView, bill: Bill) -> list[SlackMessage]:
    """One message, or up to three, or the first part with the whole as a file; the last carries sources and bill."""
    draft = version.draft
    parts = split(markdown(draft.answer, [source.url for source in draft.sources]))
    text = _spoken(draft)
    head = section(_head(view, version))
    tail = _tail(view, version, bill)
    if len(parts) > MESSAGES:
        whole = SlackFile(f"answer-v{draft.version}.md", f"Answer, version {draft.version}", as_file(draft))
        more = context("This is the beginning. The whole answer is attached as a file.")
        return [SlackMessage(text, [head, *_body(parts[0]), more], whole), SlackMessage(_TAIL_TEXT, tail)]
    messages = [SlackMessage(text, _body(part)) for part in parts]
    messages[0] = SlackMessage(text, [head, *messages[0].blocks])
    if len(parts[-1].encode()) > TAIL_ROOM:
        return [*messages, SlackMessage(_TAIL_TEXT, tail)]
    return [*messages[:-1], SlackMessage(text, [*messages[-1].blocks, *tail])]


def partial(draft: Draft) -> list[Block]:
    """What a run has when it cannot go on, shortened: the rest is in `show`."""
    parts = split(markdown(draft.answer, [source.url for source in draft.sources]), TAIL_ROOM)
    more = [context("The full text is stored with the run.")] if len(parts) > 1 else []
    return [
        *_body(parts[0]),
        *more,
        *_gaps([gap for gap in draft.gaps if gap not in draft.answer]),
        *sources(draft.sources),
    ]


def as_file(draft: Draft) -> str:
    """The whole answer for a Markdown reader; here the sources carry their full addresses."""
    numbered = [f"{n}. {source.title}: {source.url}" for n, source in enumerate(draft.sources, start=1)]
    return "\n".join([draft.answer, "", "## Sources", "", *numbered, ""])


_TAIL_TEXT = "Sources and cost of the answer"


def _body(part: str) -> list[Block]:
    return [{"type": "markdown", "text": part}] if part.strip() else []


def _spoken(draft: Draft) -> str:
    return escape(plain(f"Version {draft.version}: {draft.answer}", 600))


def _head(view: RunView, version: VersionView) -> str:
    draft = version.draft
    facts = [quoted_share(draft.claims), f"in {_sources_counted(draft)}" if draft.sources else ""]
    title = "Answer" if draft.version == 1 else f"Answer, version {draft.version}"
    shown = " ".join(fact for fact in facts if fact)
    mark = " · ✓ approved" if version.review and version.review.decision is Decision.APPROVE else ""
    return f"*{title}*{f' · {shown}' if shown else ''}{mark}"


def _sources_counted(draft: Draft) -> str:
    """`3 sources`, and how many there really are where some have the same text."""
    found, kinds = len(draft.sources), len(independent(draft.sources))
    return counted(found, "source") + (f" ({kinds} independent)" if kinds < found else "")


def _tail(view: RunView, version: VersionView, bill: Bill) -> list[Block]:
    draft = version.draft
    bottom = receipt(bill, budget_nano_usd=view.budget_nano_usd, final=version.settled)
    return [
        *_gaps([gap for gap in draft.gaps if gap not in draft.answer]),
        *unfounded(draft),
        *sources(draft.sources),
        *backing_line(draft),
        {"type": "divider"},
        *bottom,
        *_buttons(view, version),
    ]


def _gaps(gaps: Sequence[str]) -> list[Block]:
    if not gaps:
        return []
    return [rich(line(span("What is missing", "bold")), listed([[span(plain(gap, 300))] for gap in gaps[:8]]))]


def _buttons(view: RunView, version: VersionView) -> list[Block]:
    """A complete answer can still be revised; one that waits is decided on below its notes."""
    draft, newest = version.draft, view.newest
    value = f"{view.run_id}:{draft.version}"
    shown = [button("Sources", "sources", value)] if draft.sources or draft.claims else []
    if view.status is RunStatus.COMPLETE and newest is not None and newest.draft.version == draft.version:
        shown.append(button("Request revisions", "request_revisions", value))
    return [actions(*shown)] if shown else []
