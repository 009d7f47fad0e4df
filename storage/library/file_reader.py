"""Files → text for the library: the same file is converted once, whoever gives it and however often."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.converter.kinds import Kind
from storage.library.conversion import Conversion, file_hash
from storage.library.library import File, Library


@dataclass(frozen=True, slots=True)
class ReadFile:
    text: str
    file: File
    left_out: Sequence[str] = ()
    """Of the file, each in a few words; of one that was converted before it is not known again."""

    @property
    def speaks_for_itself(self) -> bool:
        """Its own `Source:` line is read only where whoever wrote the text wrote it for a library."""
        return self.file.kind in (Kind.MARKDOWN, Kind.TEXT)

    @property
    def has_title(self) -> bool:
        """A heading of the highest level is its title; in a PDF it is a chapter's."""
        return self.file.kind in (Kind.MARKDOWN, Kind.TEXT, Kind.HTML, Kind.WORD)


class FileReader:
    def __init__(self, library: Library, conversion: Conversion) -> None:
        self._library = library
        self._conversion = conversion

    async def read(self, data: bytes, name: str) -> ReadFile:
        """Raises Unreadable. Nothing is kept yet: `Library.add` keeps the text together with its `file`."""
        known_by = file_hash(data, name)
        if known := await self._library.text_of_file(known_by):
            text, kind = known
            return ReadFile(text, File(kind, len(data), known_by))
        converted = await self._conversion.convert(data, name)
        return ReadFile(converted.text, File(converted.kind, len(data), known_by), converted.left_out)
