"""Text of models, tools and people → text that Slack shows and does nothing else with.

Slack acts on three things in a text: its own `<…>` tokens (they ping), links (a click or an unfurl carries data
away) and images. One function for each kind of text object; where a text is shown in `rich_text`, `still` is enough,
because nothing is parsed there.
"""

import html
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from orchestration.values.text import cut

JOINER = "\u2060"
"""Word joiner: takes no room, and what has it inside is no longer a token, a link or a mention."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAK = re.compile("\r\n?|\u2028|\u2029")
_TOKEN = re.compile(r"<(?=[@#!]|[A-Za-z][\w+.-]*:|www\.|[^<>\n]*\|)")
_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone|group))", re.IGNORECASE)
_LONELY = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,30});")
_URL = r"(?:[A-Za-z][A-Za-z0-9+.-]{1,30}\\?:(?:\\?/){2}|mailto\\?:)[^\s<>`|]*"
_HALF_URL = r"(?<![A-Za-z0-9-])(?:www\.[^\s<>`|]+|(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?::\d+)?[/?#][^\s<>`|]*)"
_LABEL = r"(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]{0,300}\]){0,300}"
_TARGET = r"(?:[^\s()<>]|\([^\s()<>]{0,500}\)){0,2000}"
_TITLE = r"""(?:\s+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?"""
_ADDRESS = re.compile(f"(?P<url>{_URL})|(?P<half>{_HALF_URL})")
_INLINE = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)(?P<inside>[^\n]{1,2000}?)(?<!`)(?P=ticks)(?!`))"
    r"|(?P<ticked>`+)"
    rf"|(?P<link>!?\[(?P<label>{_LABEL})\]\([ \t]*<?(?P<target>{_TARGET})>?{_TITLE}[ \t]*\))"
    rf"|(?P<url>{_URL})"
    rf"|(?P<half>{_HALF_URL})"
    r"|\\{0,8}(?P<angle>[<>])"
    r"|(?P<escaped>\\[^\n\w<>:/])"
    r"|(?P<bracket>!(?=\[)|\](?=[(:]))"
)
_FENCE = re.compile(r"^(?P<indent> {0,12})(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$")
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+")
_TAIL = ".,;:!?)]}'\"*_~"


def without_hidden(text: str) -> str:
    """Without what cannot be seen and yet changes what is read: NUL, surrogates, bidi overrides, tag characters."""
    return _UNSEEN.sub("", _BREAK.sub("\n", text))


def still(text: str) -> str:
    """For `rich_text`, titles and plain text: nothing in it is a token or a broadcast, and it reads the same."""
    return _BROADCAST.sub("@" + JOINER, _TOKEN.sub("<" + JOINER, without_hidden(text)))


def inert(text: str) -> str:
    """Of an address only its host: what may be followed is a citation, and those are links of their own."""
    return still(_ADDRESS.sub(lambda found: _address(found, ()), without_hidden(text)))


def plain(text: str, limit: int) -> str:
    """For `plain_text` objects and the titles of plans and tasks: one line, at most `limit` characters."""
    return cut(" ".join(inert(text).split()), limit)


def verbatim(text: str, limit: int) -> str:
    """A quote in one line: every letter stays, and addresses in it lead nowhere."""
    return cut(" ".join(still(_ADDRESS.sub(lambda found: _apart(found[0]), without_hidden(text))).split()), limit)


def escape(text: str, links: Collection[str] = ()) -> str:
    """For `mrkdwn` objects and the `text` of a message."""
    quiet = _ADDRESS.sub(lambda found: _address(found, links), without_hidden(text))
    quoted = quiet.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@" + JOINER, quoted)


def markdown(text: str, links: Collection[str] = ()) -> str:
    """For the `markdown` block: the model's formatting stays, only `links` (urls of sources) can be clicked.

    Code keeps its letters; fences are written again, so that what is code here is code for Slack too.
    """
    lines = without_hidden(text).split("\n")
    out: list[str] = []
    at = 0
    while at < len(lines):
        if fence := _FENCE.match(lines[at]):
            end = _fence_end(lines, at + 1, fence["mark"])
            out += _fenced(fence, lines[at + 1 : end])
            at = end + 1
        else:
            out.append(_line(lines[at], frozenset(links)))
            at += 1
    return "\n".join(out)


def host(url: str) -> str:
    """The host of an http(s) url, or nothing: the part of an address that tells a reader where a click leads."""
    try:
        parts = urlsplit(url.replace("\\", ""))
        return (parts.hostname or "") if parts.scheme.lower() in ("http", "https") else ""
    except ValueError:
        return ""


def linkable(url: str) -> bool:
    """Whether a source's url may be a link: http(s), a host, and no character that could end it early."""
    return bool(host(url)) and len(url) <= 3000 and url == without_hidden(url) and not re.search(r"[\s<>|`\"\\]", url)


def _fence_end(lines: list[str], start: int, mark: str) -> int:
    closing = re.compile(rf"^\s*{re.escape(mark[0])}{{{len(mark)},}}\s*$")
    return next((i for i in range(start, len(lines)) if closing.match(lines[i])), len(lines))


def _fenced(fence: re.Match[str], body: list[str]) -> list[str]:
    # A line that is indented less than its fence would end a list item and with it the code.
    indent = fence["indent"]
    kept = [line if line.startswith(indent) else indent + line for line in body]
    info = re.sub(r"[^\w+#.-]", "", fence["info"])
    return [f"{indent}{fence['mark']}{info}", *map(_still_code, kept), f"{indent}{fence['mark']}"]


def _still_code(text: str) -> str:
    return _BROADCAST.sub("@" + JOINER, _TOKEN.sub("<" + JOINER, text))


def _line(line: str, links: Collection[str]) -> str:
    prefix = quote[0] if (quote := _QUOTE.match(line)) else ""
    rest = _LONELY.sub(lambda found: without_hidden(html.unescape(found[0])).replace("\n", " "), line[len(prefix) :])
    return prefix + _inline(rest, links)


def _inline(text: str, links: Collection[str]) -> str:
    return _BROADCAST.sub("@" + JOINER, _INLINE.sub(lambda found: _piece(found, links), text))


def _piece(found: re.Match[str], links: Collection[str]) -> str:
    if found["code"]:
        return _code(found, links)
    if found["ticked"]:
        return "\\`" * len(found["ticked"])
    if found["link"]:
        return _link(found, links)
    if found["url"] or found["half"]:
        return _address(found, links)
    if found["angle"]:
        return "&lt;" if found["angle"] == "<" else "&gt;"
    return found["escaped"] or found["bracket"] + JOINER


def _code(found: re.Match[str], links: Collection[str]) -> str:
    inside = found["inside"]
    # A table splits its cells inside code too, and what was code before the bar is text after it.
    if "|" in inside and (_ADDRESS.search(inside) or "](" in inside):
        return "\\`" * len(found["ticks"]) + _inline(inside, links) + "\\`" * len(found["ticks"])
    return found["ticks"] + _still_code(inside) + found["ticks"]


def _link(found: re.Match[str], links: Collection[str]) -> str:
    image = found["link"].startswith("!")
    target, label = found["target"], _inline(found["label"], ()).strip()
    if target in links and linkable(target) and label and not image:
        return f"[{label}]({target.replace('(', '%28').replace(')', '%29')})"
    where = host(target)
    if not where:
        return label
    return f"{label} ({_defanged(where)})" if label else f"({_defanged(where)})"


def _address(found: re.Match[str], links: Collection[str]) -> str:
    if found["half"]:
        return _apart(found["half"])
    whole = found["url"]
    for end in range(len(whole), 0, -1):
        if whole[:end] in links and linkable(whole[:end]):
            return whole[:end] + whole[end:].replace("]:", "]" + JOINER + ":")
        if whole[end - 1] not in _TAIL:
            break
    body = whole.rstrip(_TAIL)
    shown = _defanged(host(body)) if host(body) else _apart(body)
    return shown + _apart(whole[len(body) :])


def _apart(text: str) -> str:
    """The same letters with joiners where a reader of Markdown or of addresses would see more than letters."""
    return re.sub(r"(?=[.:])|(?<=[\]!])(?=[(\[:])", JOINER, text)


def _defanged(where: str) -> str:
    return still(where).replace(".", JOINER + ".") + "…"
