"""Addresses in a model's text: only what a source really holds stays, so that none can be invented."""

import re
from collections.abc import Sequence

LEFT_OUT = "(an address that no source holds was left out)"
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{1,30}://|www\.|mailto:)[^\s<>\"'`|\[\]{}]+", re.IGNORECASE)
_LINK = re.compile(
    r"!?\[(?P<label>[^\[\]\n]{0,300})\]\(\s*<?(?P<target>[^\s()<>]+(?:\([^\s()<>]*\))*)>?[^()\n]{0,200}\)"
)
_TAIL = ".,;:!?)]}'\"*_~"


def without_invented(markdown: str, known: Sequence[str]) -> str:
    """Links lose their target and keep their words; a bare address stays where it is letter for letter in one of
    the `known` texts, and is replaced elsewhere. Nothing that stays becomes a link by that: see
    `bot/outgoing/blocks/mrkdwn.py`."""
    low = markdown.lower()
    if not any(sign in low for sign in ("://", "www.", "](", "mailto:")):
        return markdown
    plain = _LINK.sub(lambda found: _link(found, known), markdown)
    return _ADDRESS.sub(lambda found: _kept(found[0], known), plain)


def _link(found: re.Match[str], known: Sequence[str]) -> str:
    label, target = found["label"].strip(), found["target"]
    if _holds(target, known):
        return label if target == label or not label else f"{label} ({target})"
    return label


def _kept(address: str, known: Sequence[str]) -> str:
    body = address.rstrip(_TAIL)
    return address if _holds(body, known) else LEFT_OUT + address[len(body) :]


def _holds(address: str, known: Sequence[str]) -> bool:
    """As a whole: the beginning of a longer address is another address."""
    whole = re.compile(rf"(?<![\w/.-]){re.escape(address)}(?![\w%&=?#~-]|/\w|\.\w|:\d)", re.IGNORECASE)
    return any(address in text and whole.search(text) for text in known)
