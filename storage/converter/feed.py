"""XML, as feeds are: its text line by line. No entities, no network, no doctype of somebody else."""

from lxml import etree

from storage.converter.found import Found
from storage.converter.refused import Cause, Refused
from storage.converter.words import words_of


def read(data: bytes, charset: str = "") -> Found:
    # Decoded here, for a feed's own declaration is often wrong.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding="utf-8")
    root = etree.fromstring(words_of(data, charset).encode(), parser)
    if root is None:
        raise Refused(Cause.DAMAGED)
    titles = root.xpath("//*[local-name()='title']/text()")
    lines = (" ".join(text.split()) for text in root.itertext())
    return Found(["\n".join(line for line in lines if line)], title=str(titles[0]) if titles else "")
