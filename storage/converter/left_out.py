"""What an Office file holds besides what is read of it, counted, so that nobody takes the text for all of it."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

Wanted = Mapping[str, tuple[str, str]]
"""What it is called → the parts of the archive, and the element that there is one of for each."""
PICTURES = "{*}blip"
_PARTS_COUNT = ("header or footer",)
"""However many words one has."""


def left_out(data: bytes, wanted: Wanted) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as given:
        for what, (pattern, tag) in wanted.items():
            found = [_parsed(given, name, tag) for name in given.namelist() if re.fullmatch(pattern, name)]
            many = sum(map(bool, found)) if what in _PARTS_COUNT else sum(found)
            if many:
                yield counted(many, what)


def counted(many: int, what: str) -> str:
    plural = f"{what.replace(' or ', 's or ')}{'es' if what.endswith('x') else 's'}"
    return f"1 {what}" if many == 1 else f"{many} {plural}"


def _parsed(given: zipfile.ZipFile, name: str, tag: str) -> int:
    return sum(1 for _ in parsed(given.read(name)).iter(tag))


def parsed(xml: bytes) -> Any:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
