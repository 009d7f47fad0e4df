"""HTML: its main text with headings, lists and tables, under its title. Scripts, styles and menus are dropped."""

import re
from copy import deepcopy
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree, html
from trafilatura import extract, extract_metadata, load_html

from storage.converter.found import Found
from storage.converter.limits import Given
from storage.converter.markup import markdown
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of

SHORT = 1_500
"""Characters: of a shorter page all is kept, since there what is no main text is hard to tell from what is."""
MOST_LINKS = 500
LONGEST_LINK = 2_000
_HEADING = re.compile(r"^# ", re.MULTILINE)
_UNSEEN = ("script", "style", "noscript", "template", "head", "nav", "footer", "iframe", "object", "embed", "form")


def read(data: bytes, given: Given) -> Found:
    try:
        page = load_html(words_of(data, given.charset))
        if page is None:
            raise Refused(Cause.NO_WORDS)
        title = " ".join((page.findtext(".//title") or "").split())
        # Before its text is taken out, which changes it.
        about = _about(page, given.url) if given.url else Found(())
        main = markdown(_main_part(page))
        body = main if len(main) > SHORT else markdown(_whole(page))
    except (etree.LxmlError, ValueError):
        raise Refused(Cause.DAMAGED) from None
    if not body:
        raise Refused(Cause.NO_WORDS)
    text = body if not title or _HEADING.search(body) else f"# {title}\n\n{body}"
    return Found([text], about.title or title, about.date, about.links)


def _about(page: Any, url: str) -> Found:
    # Guesses from the text would make old pages young and young ones old.
    dated = {"extensive_search": False, "original_date": False}
    known = extract_metadata(deepcopy(page), url, date_config=dated)
    return Found((), " ".join((known.title or "").split()), known.date or "", _links(page, url))


def _links(page: Any, url: str) -> list[str]:
    base = urljoin(url, next(iter(page.xpath("//base/@href")), ""))
    found: dict[str, None] = {}
    for target in page.xpath("//a/@href"):
        try:
            address = urldefrag(urljoin(base, target.strip())).url
            if urlsplit(address).scheme in ("http", "https") and len(address) <= LONGEST_LINK:
                found[address] = None
        except ValueError:
            continue
        if len(found) >= MOST_LINKS:
            break
    return list(found)


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
