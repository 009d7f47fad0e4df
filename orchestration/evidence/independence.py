"""How many sources there really are: the same text at five addresses is one, however often it was copied.

Texts are compared by their sequences of five words. A sketch keeps the 64 sequences with the smallest hash values
(bottom-k sampling: Broder, On the resemblance and containment of documents, 1997), so that two sources can be compared
long after their texts are gone. A copy with another frame around it, or an excerpt, counts as the same.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import blake2b
from itertools import combinations
from struct import pack, unpack

from orchestration.values.domain import Source

WORDS = 5
KEPT = 64
RESEMBLES = 0.7
"""Share of word sequences from which two texts are one; 64 of them measure it to within 0.06."""
CONTAINED = 0.8
FEWEST = 30
"""Sequences of the shorter text: below this an excerpt is a chance."""
_WORD = re.compile(r"[^\W_]+")
_HEAD = re.compile(r"^Source:[^\n]*$", re.MULTILINE)


def sketch(text: str) -> str:
    """Empty for a text of fewer words than one sequence."""
    words = _WORD.findall(_HEAD.sub("", text).casefold())
    sequences = {" ".join(words[n : n + WORDS]) for n in range(len(words) - WORDS + 1)}
    if not sequences:
        return ""
    hashes = sorted(blake2b(s.encode("utf-8", "replace"), digest_size=4).digest() for s in sequences)
    return b64encode(pack(">I", len(sequences)) + b"".join(hashes[:KEPT])).decode()


def independent(sources: Sequence[Source]) -> tuple[tuple[str, ...], ...]:
    """The source ids in groups, each group one independent source, in the order of their first member."""
    group = {source.source_id: source.source_id for source in sources}
    known = {source.source_id: source for source in sources}
    for one, other in combinations(known.values(), 2):
        if group[one.source_id] != group[other.source_id] and same_text(one, other):
            kept, gone = group[one.source_id], group[other.source_id]
            group = {source_id: kept if first == gone else first for source_id, first in group.items()}
    members: dict[str, list[str]] = {}
    for source_id, first in group.items():
        members.setdefault(first, []).append(source_id)
    return tuple(tuple(ids) for ids in members.values())


def same_text(one: Source, other: Source) -> bool:
    if one.content_hash == other.content_hash or (one.url and _address(one.url) == _address(other.url)):
        return True
    if not (one.sketch and other.sketch):
        return False
    (size, hashes), (other_size, other_hashes) = _read(one.sketch), _read(other.sketch)
    alike = _resemblance(hashes, other_hashes)
    shared = alike * (size + other_size) / (1 + alike)
    smaller = min(size, other_size)
    return alike >= RESEMBLES or (smaller >= FEWEST and shared >= CONTAINED * smaller)


def _read(kept: str) -> tuple[int, frozenset[int]]:
    data = b64decode(kept)
    size, *hashes = unpack(f">{len(data) // 4}I", data)
    return size, frozenset(hashes)


def _resemblance(one: frozenset[int], other: frozenset[int]) -> float:
    """Of the smallest hashes of both together, the share that both have."""
    smallest = sorted(one | other)[:KEPT]
    return len(one & other & frozenset(smallest)) / len(smallest)


def _address(url: str) -> str:
    """Without what makes no other page: scheme, `www.`, fragment, last slash."""
    bare = re.sub(r"^https?://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE)
    return bare.partition("#")[0].rstrip("/?")
