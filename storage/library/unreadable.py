"""Why a file is no document, each in a sentence that begins with It and says what to do: its name goes before it."""

from orchestration.values.errors import AskerError
from storage.converter.refused import Cause

LARGEST_TEXT_BYTES = 5_000_000
LARGEST_BYTES = 25_000_000
"""Of a file that is not plain text."""


class Unreadable(AskerError):
    """It cannot be read. Share its text as Markdown or plain text."""

    def said_of(self, name: str) -> str:
        """What is wrong, without what the sharer could do about it."""
        what, _, _ = self.sentence.removeprefix("It ").partition(". ")
        return f"{name} {what.removesuffix('.')}."


class Empty(Unreadable):
    """It is empty."""


class UnknownKind(Unreadable):
    """It is of a kind that I cannot read, or not text in UTF-8. Save it as PDF, Word, Excel, HTML or UTF-8 text."""


class OldOffice(Unreadable):
    """It is in an old Office format (.doc, .xls, .ppt, .xlsb). Save it as .docx, .xlsx or .pptx, and share that."""


class Packed(Unreadable):
    """It is an archive. Unpack it, and share the files that matter."""


class Protected(Unreadable):
    """It is protected by a password. Save it without one, and share that copy."""


class NoText(Unreadable):
    """It has no text, only pictures, like a scan. Run text recognition (OCR) on it first, and share the result."""


class NoWords(Unreadable):
    """It has no text to read; it may need a browser. Save what the browser shows, and share that."""


class Damaged(Unreadable):
    """It is damaged or cut off. Open it in the program that made it, save it again, and share that copy."""


class Unpacks(Unreadable):
    """It unpacks to far more data than a document has. Save it without embedded content, or share a part of it."""


class Entities(Unreadable):
    """It has XML entity definitions, which no Office program writes. Save it again with one, and share that."""


class TooLarge(Unreadable):
    """It is larger than 25 MB (5 MB for plain text). Split it, or share the part that matters."""


class TooManyPages(Unreadable):
    """It has more than 2,000 pages, slides or sheets. Split it, or share the part that matters."""


class TooLong(Unreadable):
    """It has more than 5 million characters of text. Split it, or share the part that matters."""


class TooSlow(Unreadable):
    """It takes longer to read than one file may take. Simplify it, or share the part that matters as text."""


class TooHungry(Unreadable):
    """It takes more memory to read than one file may use. Split it, or share the part that matters."""


class BrokeOff(Unreadable):
    """It crashed its reader, and nothing else. Save it again, or share its text as Markdown or plain text."""


BY_CAUSE: dict[str, type[Unreadable]] = {
    Cause.UNKNOWN: UnknownKind,
    Cause.OLD_OFFICE: OldOffice,
    Cause.ARCHIVE: Packed,
    Cause.PROTECTED: Protected,
    Cause.NO_TEXT: NoText,
    Cause.NO_WORDS: NoWords,
    Cause.DAMAGED: Damaged,
    Cause.UNPACKS: Unpacks,
    Cause.ENTITIES: Entities,
    Cause.PAGES: TooManyPages,
    Cause.LONG: TooLong,
    Cause.CPU: TooSlow,
    Cause.MEMORY: TooHungry,
    Cause.SECONDS: TooSlow,
    Cause.BROKE_OFF: BrokeOff,
}
