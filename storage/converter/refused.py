"""Why a file has no text for us, in the one word that a child process hands to its parent."""

from enum import StrEnum

OUT_OF_MEMORY = 77
"""The exit code of a child that its own watch ended."""


class Cause(StrEnum):
    UNKNOWN = "unknown"
    OLD_OFFICE = "old_office"
    ARCHIVE = "archive"
    PROTECTED = "protected"
    NO_TEXT = "no_text"
    NO_WORDS = "no_words"
    DAMAGED = "damaged"
    UNPACKS = "unpacks"
    ENTITIES = "entities"
    PAGES = "pages"
    LONG = "long"
    CPU = "cpu"
    MEMORY = "memory"
    SECONDS = "seconds"
    BROKE_OFF = "broke_off"


class Refused(Exception):
    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause
