"""Which sources a question names: "… in Flask?", "Django 4.2 or 5.0", "the Visual Studio Code docs"."""

import re
from collections.abc import Iterable, Iterator, Sequence

from orchestration.values.words import STOP_WORDS

MOST_WORDS = 4
"""A longer beginning is a sentence or a list of authors, not a name that a question would repeat."""

_PART = re.compile(r"\w+(?:[.+#'-]\w+)*[+#]*")
_VERSION = re.compile(r"v?\d+(?:\.\w+)*")
_ADDRESS = re.compile(r"(?:https?://)?(?P<host>(?<=//)[^/\s]+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|io|dev|net))(?:/\S*)?")
_FOLDERS = re.compile(r"(?:\./)?([^/\s]+)/\S+")
_FILE = re.compile(r"\S+\.\w{1,8}$")
_HEAD = re.compile(r"[^,;:|›»>()\[\]–—]*(?: - )?")
# Words of sources that a question uses in their own meaning.
_GENERIC_TEXT = """
    api article articles blog book com company content core data default dev doc docs document documentation documents
    en engineering faq file files general github guide guides handbook help home http https index internal internet io
    latest local main manual net new note notes official online open org page pages paper papers people policies policy
    product project projects public raw readme reference report reports research rfc rules sales security service site
    software source sources src stable support system systems team teams technical test tests text time tutorial
    tutorials user users version web website wiki www
"""
_GENERIC = frozenset(_GENERIC_TEXT.split())
GENERIC = STOP_WORDS | _GENERIC


def name_of(title: str, source: str) -> str:
    """The words by which a question names where a page is from, in lower case, its version last; or nothing.

    Of a source its first words, of an address or a path the first part that says something. A title's only where it
    looks like a name, since "Time zones" names nobody's pages.
    """
    return _source_name(source.strip()) or _title_name(title)


def parts(text: str) -> list[str]:
    """Words as names have them: `node.js`, `c++`, `4.2`."""
    return [part.casefold() for part in _PART.findall(text)]


def is_version(part: str) -> bool:
    return _VERSION.fullmatch(part) is not None


def named(asked: Sequence[str], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those of the names that a question's parts hold, each with the words by which it does.

    A question that states a version means that one, where there is one; else all.
    """
    found = {name: words for name in names if (words := _product(name)) and _holds(asked, words)}
    meant = {words for name, words in found.items() if _version(name) in asked}
    return {name: words for name, words in found.items() if words not in meant or _version(name) in (None, *asked)}


def _source_name(source: str) -> str:
    if address := _ADDRESS.fullmatch(source):
        return next((part for part in address["host"].casefold().split(".") if part not in GENERIC), "")
    if folders := _FOLDERS.fullmatch(source):
        first = folders[1].casefold()
        return "" if first in GENERIC or not _PART.fullmatch(first) else first
    if _FILE.fullmatch(source):
        return ""
    head = _HEAD.match(source)
    words = parts(head[0] if head else "")
    name = list(_before_generic(words))
    versions = [word for word in words if is_version(word)][:1]
    return " ".join([*name, *versions]) if name and len(name) <= MOST_WORDS else ""


def _before_generic(words: Sequence[str]) -> Iterator[str]:
    begun = False  # "the" opens no name, but is in many
    for word in words:
        if word in (_GENERIC if begun else GENERIC):
            if begun:
                return
        elif not is_version(word):
            begun = True
            yield word


def _title_name(title: str) -> str:
    word = re.match(r"\W*(\w+)", title)
    if word is None or word[1].casefold() in GENERIC or len(word[1]) < 2:
        return ""
    labelled = title[word.end() :].lstrip().startswith((":", "›")) or word[1][1:] != word[1][1:].lower()
    return word[1].casefold() if labelled else ""


def _product(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.split() if not is_version(part))


def _version(name: str) -> str | None:
    last = name.rpartition(" ")[2]
    return last if is_version(last) else None


def _holds(asked: Sequence[str], words: tuple[str, ...]) -> bool:
    return any(tuple(asked[at : at + len(words)]) == words for at in range(len(asked) - len(words) + 1))
