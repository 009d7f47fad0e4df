"""Web addresses in what people write: the asker's own may be fetched, letter for letter."""

import re

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}\x00-\x1f]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "["}


def addresses_in(text: str) -> set[str]:
    """Without the punctuation of the sentence around them; a bracket that the address opened stays."""
    return {_trimmed(found) for found in _ADDRESS.findall(text)}


def _trimmed(address: str) -> str:
    while address:
        last = address[-1]
        opened = _CLOSING.get(last)
        if last in ".,;:!?*_~" or (opened and address.count(last) > address.count(opened)):
            address = address[:-1]
        else:
            break
    return address
