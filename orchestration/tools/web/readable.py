"""What a reply's bytes say, as readable text: run as a program of its own, for a hostile page may never end.

It gets the kind and the address as JSON on the first line of standard input, then the bytes, and prints JSON.
It imports nothing of Threadwork, so that it starts fast and knows nothing worth stealing.
"""

import codecs
import json
import resource
import sys
from contextlib import suppress
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

CPU_SECONDS = 8
MEMORY_BYTES = 1_500_000_000
MOST_TEXT = 400_000
MOST_LINKS = 500


def read(kind: str, url: str, charset: str | None, body: bytes) -> dict[str, Any]:
    """`kind` is html, xml or text; `text` is empty where there is nothing to read."""
    found = _READERS[kind](url, charset, body)
    return {**found, "text": found["text"][:MOST_TEXT].strip()}


def _html(url: str, charset: str | None, body: bytes) -> dict[str, Any]:
    import trafilatura
    from trafilatura.utils import load_html

    page = _declared(body, charset) or body
    tree = load_html(page)
    if tree is None:
        return _found("")
    links = _links(tree, url)
    # Guesses from the text would make old pages young and young ones old.
    known = trafilatura.extract_metadata(tree, url, date_config={"extensive_search": False, "original_date": False})
    text = trafilatura.extract(
        page,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        favor_recall=True,
    )
    # What is short or no article is left out as boilerplate; then the page's whole text is better than nothing.
    return _found(text or trafilatura.html2txt(page), known.title or "", known.date, links)


def _links(tree: Any, url: str) -> list[str]:
    base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
    found: dict[str, None] = {}
    for target in tree.xpath("//a/@href"):
        try:
            address = urldefrag(urljoin(base, target.strip())).url
            if urlsplit(address).scheme in ("http", "https"):
                found[address] = None
        except ValueError:
            continue
        if len(found) >= MOST_LINKS:
            break
    return list(found)


def _xml(url: str, charset: str | None, body: bytes) -> dict[str, Any]:
    from lxml import etree

    # No entities, no network, no doctype of somebody else: a feed's text needs none of them.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding=charset)
    root = etree.fromstring(body, parser)
    if root is None:
        return _found("")
    titles = root.xpath("//*[local-name()='title']/text()")
    lines = (" ".join(text.split()) for text in root.itertext())
    return _found("\n".join(line for line in lines if line), str(titles[0]) if titles else "")


def _text(url: str, charset: str | None, body: bytes) -> dict[str, Any]:
    return _found(_declared(body, charset) or _guessed(body))


def _found(text: str, title: str = "", date: str | None = None, links: list[str] | None = None) -> dict[str, Any]:
    return {"text": text, "title": " ".join(title.split())[:300], "date": date, "links": links or []}


def _declared(body: bytes, charset: str | None) -> str | None:
    """By the byte order mark or the reply's own header; None where neither helps."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, errors="replace")
    try:
        return body.decode(charset, errors="replace") if charset else None
    except LookupError:
        return None


def _guessed(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


_READERS = {"html": _html, "xml": _xml, "text": _text}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with suppress(ValueError, OSError):  # not every system can limit it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.loads(sys.stdin.buffer.readline())
    found = read(asked["kind"], asked["url"], asked["charset"], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
