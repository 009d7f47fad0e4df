"""A run on paper: Markdown, or one HTML page that needs nothing else and prints well.

The page is the Markdown, rendered: both say the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from bot.outgoing.blocks.mrkdwn import linkable, markdown, plain
from orchestration.values.limits import OFFLINE

Json = Mapping[str, Any]
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))", re.MULTILINE)
_SUPPORT = {"quoted": "found word for word", "unquoted": "not found word for word", "uncited": "not read in this run"}
_DECIDED = {"approve": "Approved", "request_revisions": "Revisions requested", "discard": "Discarded"}


def as_markdown(run: Json) -> str:
    """`run` is its `show` JSON with places; names of people are in it where the caller put them."""
    return "\n".join([*_head(run), *_answer(run), *_claims(run), *_sources(run), *_versions(run), *_bill(run)]) + "\n"


def as_html(run: Json) -> str:
    # No HTML of a model's passes, and nothing is loaded from elsewhere, which would tell others who reads it.
    body = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(as_markdown(run))
    return _PAGE.format(title=escape(plain(run["question"], 120)), style=_STYLE, body=body)


def _head(run: Json) -> Iterator[str]:
    yield f"# {_inert(plain(run['question'], 300))}"
    yield ""
    decided = [_review(review) for review in run["reviews"]]
    yield _inert(f"Run {run['run_id']}, asked {_day(run['created_at'])} by {run['user_id']}.")
    yield f"**{'; '.join(decided)}**" if decided else "**Not approved by a person.**"
    if any(step["model"] == OFFLINE for step in run["steps"]):
        yield "\nWritten by the offline model: quotes from the library, no conclusions."
    yield ""


def _answer(run: Json) -> Iterator[str]:
    yield "## Answer"
    yield ""
    answer = run["answer"] or "There is no answer."
    yield markdown(answer, [source["url"] for source in run["sources"]])
    yield ""


def _claims(run: Json) -> Iterator[str]:
    if not run["claims"]:
        return
    numbers = {source["source_id"]: n for n, source in enumerate(run["sources"], start=1)}
    yield "## Claims and quotes"
    yield ""
    for claim in run["claims"]:
        number = numbers.get(claim["source_id"])
        where = ", ".join(filter(None, [f"source {number}" if number else "", claim.get("place") or ""]))
        facts = ", ".join(filter(None, [_SUPPORT[claim["support"]], claim["reason"] or "", claim["doubt"] or ""]))
        mark = "✓" if claim["support"] == "quoted" else "⚠"
        yield f"- {mark} {_inert(claim['text'])} ({_inert('; '.join(filter(None, [where, facts])))})"
        if claim["quote"].strip():
            yield f"  > {_inert(claim['quote'])}"
        yield ""


def _sources(run: Json) -> Iterator[str]:
    if not run["sources"]:
        return
    yield "## Sources"
    yield ""
    for number, source in enumerate(run["sources"], start=1):
        url = source["url"]
        title = _inert(plain(source["title"], 200) or source["source_id"])
        shown = f"{title}, <{url}>" if linkable(url) else ", ".join(filter(None, [title, _inert(url)]))
        yield f"{number}. {shown}, read {_day(source['retrieved_at'])}, text {source['content_hash'][:12]}"
    yield ""


def _versions(run: Json) -> Iterator[str]:
    yield "## Versions and decisions"
    yield ""
    notes = {critique["draft_version"]: critique for critique in run["critiques"]}
    for draft in run["drafts"]:
        version = draft["version"]
        changed = "; ".join(draft["changed"])
        yield f"- Version {version}, {_day(draft['at'])}{': ' + _inert(changed) if changed else ''}"
        for note in notes.get(version, {"notes": []})["notes"]:
            yield f"    - {note['note_id']}: {_inert(note['text'])}"
        for review in (one for one in run["reviews"] if one["draft_version"] == version):
            yield f"    - {_review(review)}{': ' + _inert(review['comment']) if review['comment'] else ''}"
    yield ""


def _bill(run: Json) -> Iterator[str]:
    yield "## Bill"
    yield ""
    yield "| agent | calls | tokens in | tokens out | cost, USD |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    steps = [step for step in run["steps"] if step["operation"] == "chat"]
    for agent in dict.fromkeys(step["agent"] for step in steps):
        own = [step for step in steps if step["agent"] == agent]
        cost = sum(float(step["cost_usd"]) for step in own)
        tokens = (sum(step[name] for step in own) for name in ("input_tokens", "output_tokens"))
        yield f"| {agent} | {len(own)} | {' | '.join(f'{count:,}' for count in tokens)} | {cost:.6f} |"
    usage = run["usage"]
    amounts = f"{usage['input_tokens']:,} | {usage['output_tokens']:,} | {run['cost_usd']}"
    yield f"| **total** | {usage['llm_calls']} | {amounts} |"
    yield ""
    guess = f"{run['estimated_cost_usd']} USD of it estimated"
    yield f"{run['seconds']:.1f} s of work by {_models(run['steps'])}; {guess}."


def _models(steps: Sequence[Json]) -> str:
    return _inert(", ".join(sorted({step["model"] for step in steps if step["model"]}))) or "no model"


def _review(review: Json) -> str:
    return _inert(f"{_DECIDED[review['decision']]} by {review['user_id']}, {_day(review['at'])}")


def _day(moment: str | None) -> str:
    return (moment or "")[:16].replace("T", " ") + " UTC"


def _inert(text: str) -> str:
    """Foreign text on one line that no Markdown reader takes for more than text."""
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.55 system-ui, sans-serif; }
body { overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { margin-top: 2rem; font-size: 1.15rem; border-bottom: 1px solid #8886; }
blockquote { margin: .3rem 0; padding-left: .8rem; border-left: 3px solid #8888; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #8885; text-align: left; }
@media print {
  body { margin: 0; max-width: none; font-size: 10.5pt; }
  h2 { break-after: avoid; }
  li, tr, blockquote { break-inside: avoid; }
  a { color: inherit; }
}
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""
