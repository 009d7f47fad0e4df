"""Bytes of a file → its text, where they are text."""


class Unreadable(Exception):
    """Why one file cannot be read, as a sentence that begins with It: the others may be all right."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text_of(data: bytes) -> str:
    """What a file is called proves nothing: only what decodes as UTF-8 and has words in it is text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("It is not UTF-8 text; save it as UTF-8.") from None
    if "\0" in text:
        raise Unreadable("It is a binary file.")
    if not text.strip():
        raise Unreadable("It is empty.")
    return text
