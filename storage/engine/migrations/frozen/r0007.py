"""Names of sources and literals of texts as migration 0007 computed them; frozen, whatever search does today."""

import re
from collections.abc import Iterator, Sequence
from unicodedata import ucd_3_2_0

MOST_WORDS = 4
LITERAL_CHARACTERS = 60

_PART = re.compile(r"\w+(?:[.+#'-]\w+)*[+#]*")
_VERSION = re.compile(r"v?\d+(?:\.\w+)*")
_ADDRESS = re.compile(r"(?:https?://)?(?P<host>(?<=//)[^/\s]+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|io|dev|net))(?:/\S*)?")
_FOLDERS = re.compile(r"(?:\./)?([^/\s]+)/\S+")
_FILE = re.compile(r"\S+\.\w{1,8}$")
_HEAD = re.compile(r"[^,;:|›»>()\[\]–—]*(?: - )?")
# Scripts written without spaces: Thai to Khmer, kana, Han, Hangul syllables.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
# What stands around a literal rather than in it: `(node.js),` is node.js.
_OPENING, _CLOSING = "([{<\"'“”„`*_|~=,;:!?…«»¿¡", ")]}>\"'“”„`*_|~=.,;:!?…«»/\\-"
_PLAIN = re.compile(r"\w*")
_SYMBOL = re.compile("[\u20a0-\u2bff\u3003-\u303f\ufffc-\ufffd\U0001f000-\U0001faff]")
_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "−": "-"})
_STOP_WORDS_TEXT = """
    a about all also am an and any are aren as at be been between both but by can could couldn d did didn do does doesn
    doing don each for from get give had has hasn have haven how i if in into is isn it its just like ll m many may me
    more most much must my no not of on or our out re s should shouldn show so some such t tell than that the their them
    then there these they this those through to too up us use used using ve very was wasn we were weren what when where
    which while who whom why will with won would wouldn you your
"""
_GENERIC_TEXT = """
    api article articles blog book com company content core data default dev doc docs document documentation documents
    en engineering faq file files general github guide guides handbook help home http https index internal internet io
    latest local main manual net new note notes official online open org page pages paper papers people policies policy
    product project projects public raw readme reference report reports research rfc rules sales security service site
    software source sources src stable support system systems team teams technical test tests text time tutorial
    tutorials user users version web website wiki www
"""
_GENERIC = frozenset(_GENERIC_TEXT.split())
GENERIC = frozenset(_STOP_WORDS_TEXT.split()) | _GENERIC


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
    begun = False  # "the" opens no name, but stands in many
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


def grams_of(text: str) -> str:
    """What SQLite's tokenizers would tear apart or never see, as words for an index of its own.

    Pairs of neighbouring letters of scripts without spaces, where its trigram tokenizer would miss the many words of
    two letters, and the last letter alone, so that each letter begins one. And literals, spelt with letters only.
    """
    folded = text.casefold()
    pairs = (run[n : n + 2] for run in _UNSPACED.findall(folded) for n in range(len(run)))
    return " ".join([*pairs, *map(_spelt, _literals(text))])


def _literals(text: str) -> Iterator[str]:
    for piece in text.translate(_FOLDED).split():
        literal = piece.lstrip(_OPENING).rstrip(_CLOSING)
        known = _PLAIN.fullmatch(literal) and not any(map(_is_new, literal))
        if not known and len(literal) <= LITERAL_CHARACTERS and not _UNSPACED.search(literal):
            yield literal.casefold()
        yield from _SYMBOL.findall(piece)


def _is_new(letter: str) -> bool:
    """Whether SQLite's tokenizers, which know an older Unicode, may take the letter for a separator."""
    return not letter.isascii() and ucd_3_2_0.category(letter) == "Cn"


def _spelt(literal: str) -> str:
    """With letters only: those of the private use area are letters to SQLite too, and no text means them."""
    return "".join(map(_letter, literal))


def _letter(letter: str) -> str:
    return letter if letter.isalnum() and not _is_new(letter) else f"\ue000{ord(letter):x}\ue001"
