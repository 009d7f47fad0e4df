"""HTML: its main text with headings, lists and tables, under its title. Scripts, styles and menus are dropped."""

import re
from typing import Any

from lxml import etree, html
from trafilatura import extract, load_html

from storage.converter.markup import markdown
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of

SHORT = 1_500
"""Characters: of a shorter page all is kept, since there what is no main text is hard to tell from what is."""
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]{1,40})|<\?xml[^>]+encoding=["']([\w-]{1,40})""", re.I)
_CHARSET_WITHIN = 4096
_HEADING = re.compile(r"^# ", re.MULTILINE)
_UNSEEN = ("script", "style", "noscript", "template", "head", "nav", "footer", "iframe", "object", "embed", "form")


def text(data: bytes) -> str:
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    source = words_of(data, (declared[1] or declared[2]).decode() if declared else "")
    try:
        page = load_html(source)
        if page is None:
            raise Refused(Cause.NO_TEXT)
        title = " ".join((page.findtext(".//title") or "").split())
        main = markdown(_main_part(page))
        body = main if len(main) > SHORT else markdown(_whole(page))
    except (etree.LxmlError, ValueError):
        raise Refused(Cause.DAMAGED) from None
    if not body:
        raise Refused(Cause.NO_TEXT)
    return body if not title or _HEADING.search(body) else f"# {title}\n\n{body}"


def _main_part(page: Any) -> str:
    # A word set as code inside a sentence would come back as a block of its own.
    for code in page.xpath("//code[not(ancestor::pre)]"):
        code.tag = "span"
    found = extract(
        page,
        output_format="html",
        include_tables=True,
        include_links=False,
        include_images=False,
        include_comments=False,
        include_formatting=True,
        favor_recall=True,
    )
    return found or ""


def _whole(page: Any) -> str:
    for unseen in page.xpath(" | ".join(f"//{name}" for name in _UNSEEN) + " | //*[@hidden]"):
        unseen.drop_tree()
    return str(html.tostring(page, encoding="unicode"))
