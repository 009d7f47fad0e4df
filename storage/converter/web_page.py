"""HTML under its title: a file with all its words, a fetched page without what surrounds its own."""

import re
from collections import Counter
from copy import deepcopy
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree, html
from trafilatura import extract, extract_metadata, load_html

from storage.converter.arrangement import seen
from storage.converter.found import Found
from storage.converter.limits import Given
from storage.converter.markup import markdown
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of

MOST_LOST = 0.03
"""Of the page's own words: where more are missing from what looks like its main part, all of it is kept."""
MOST_LINKS = 500
LONGEST_LINK = 2_000
_HEADING = re.compile(r"^# ", re.MULTILINE)
_WORD = re.compile(r"\w+")
_NAVIGATION = "//nav | //*[@role='navigation' or @role='search']"
_SURROUNDINGS = f"{_NAVIGATION} | //footer | //form | //*[@role='banner' or @role='contentinfo']"
_MERGED = "//*[@rowspan > 1 or @colspan > 1] | //table//table"


def read(data: bytes, given: Given) -> Found:
    try:
        page = load_html(words_of(data, given.charset))
        if page is None:
            raise Refused(Cause.NO_WORDS)
        title = " ".join((page.findtext(".//title") or "").split())
        # Before its text is taken out, which changes it.
        about = _about(page, given.url) if given.url else Found(())
        seen(page)
        body, left_out = (_main_part(page), ()) if given.url else _whole(page, _NAVIGATION)
    except (etree.LxmlError, ValueError):
        raise Refused(Cause.DAMAGED) from None
    if not body:
        raise Refused(Cause.NO_WORDS)
    text = body if not title or _HEADING.search(body) else f"# {title}\n\n{body}"
    return Found([text], about.title or title, about.date, about.links, left_out)


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


def _whole(page: Any, around: str) -> tuple[str, tuple[str, ...]]:
    """All of it but what says of itself that it is not the page's own; all of that too where nothing else is there."""
    rest = deepcopy(page)
    parts = [part for part in rest.xpath(around) if part.getparent() is not None]
    words = sum(len(_words(part)) for part in parts)
    for part in parts:
        part.drop_tree()
    if text := markdown(rest):
        return text, (f"{words} words of navigation",) if words else ()
    return markdown(page), ()


def _main_part(page: Any) -> str:
    whole, _ = _whole(page, _SURROUNDINGS)
    # The extractor would move what is merged in tables.
    if page.xpath(_MERGED):
        return whole
    own = Counter(_WORD.findall(whole)) - Counter(word for link in page.iter("a") for word in _words(link))
    main = markdown(html.fromstring(found)) if (found := _extracted(page)) else ""
    lost = own - Counter(_WORD.findall(main))
    return whole if not main or lost.total() > MOST_LOST * own.total() else main


def _words(element: Any) -> list[str]:
    return _WORD.findall(element.text_content())


def _extracted(page: Any) -> str:
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
