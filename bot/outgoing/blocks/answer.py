"""The answer: Markdown with numbers, the sources they count into, and the bill."""

import re
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
from bot.outgoing.blocks.receipt import Bill, money_line, provenance
from bot.outgoing.blocks.revision import changes
from bot.outgoing.blocks.sources import backing_line, quoted_share, sources, unfounded
from bot.outgoing.blocks.splitting import split
from bot.outgoing.view.run_view import RunView, VersionView
from orchestration.evidence.independence import independent
from orchestration.values.domain import Decision, Draft, RunStatus

_SECTION = re.compile(r"(?m)^(?=#{1,3} )")
_NUMBER = re.compile(r"\[(?:\d{1,3}|\?)\]")
MESSAGES = 3
"""An answer longer than this many messages is shown in part and attached whole."""
TAIL_ROOM = 6_000
"""A last part below this many bytes leaves room for sources and bill in the same message."""


def answer(view: RunView, version: VersionView, bill: Bill, *, before: int | None = None) -> list[SlackMessage]:
    """One message, or up to three, or the first part with the whole as a file; the last carries sources and bill.

    A later version begins with what changed and what that cost, and leaves out the sections that did not change;
    `before` is the run's cost until it.
    """
    draft = version.draft
    shown, unchanged = changed_sections(draft, view.of_version(draft.version - 1))
    parts = split(markdown(shown, [source.url for source in draft.sources]))
    text = _spoken(draft)
    head = [section(_head(view, version))]
    head += changes(view, version, bill=bill, before=before) if draft.version > 1 else []
    tail = [*_unchanged(unchanged, draft.version - 1), *_tail(view, version, bill)]
    if len(parts) > MESSAGES:
        whole = SlackFile(f"answer-v{draft.version}.md", f"Answer, version {draft.version}", as_file(draft))
        more = context("This is the beginning. The whole answer is attached as a file.")
        return [SlackMessage(text, [*head, *_body(parts[0]), more], whole), SlackMessage(_TAIL_TEXT, tail)]
    messages = [SlackMessage(text, _body(part)) for part in parts]
    messages[0] = SlackMessage(text, [*head, *messages[0].blocks])
    if len(parts[-1].encode()) > TAIL_ROOM:
        return [*messages, SlackMessage(_TAIL_TEXT, tail)]
    return [*messages[:-1], SlackMessage(text, [*messages[-1].blocks, *tail])]


def changed_sections(draft: Draft, earlier: VersionView | None) -> tuple[str, list[str]]:
    """What a version says otherwise than the one before, and the titles of the sections that are the same.

    Citations do not count: their numbers change with any source. Everything where no section is the same.
    """
    if earlier is None:
        return draft.answer, []
    known = {_words(section) for section in _SECTION.split(earlier.draft.answer)}
    pieces = _SECTION.split(draft.answer)
    same = [piece for piece in pieces if piece.startswith("#") and _words(piece) in known]
    if not same or len(same) == len(pieces):
        return draft.answer, []
    titles = [plain(piece.partition("\n")[0].lstrip("# "), 80) for piece in same]
    return "".join(piece for piece in pieces if piece not in same), titles


def _words(section: str) -> str:
    return " ".join(_NUMBER.sub("", section).split())


def _unchanged(titles: Sequence[str], version: int) -> list[Block]:
    return [context(escape(f"Unchanged since version {version}: {', '.join(titles)}."))] if titles else []


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
    said = "; ".join(draft.changed) if draft.version > 1 and draft.changed else draft.answer
    return escape(plain(f"Version {draft.version}: {said}", 600))


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
    return [
        *_gaps([gap for gap in draft.gaps if gap not in draft.answer]),
        *unfounded(draft),
        *sources(draft.sources),
        *backing_line(draft),
        {"type": "divider"},
        money_line(bill, view.run_id, sources=len(draft.sources), final=version.settled),
        *provenance(bill),
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
