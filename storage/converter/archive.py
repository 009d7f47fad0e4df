"""What an Office file unpacks to, looked at before any parser sees it.

The sizes are those that the archive states: `zipfile` never hands out more of a part than was stated of it.
"""

import re
import zipfile

from storage.converter.refused import Cause, Refused

MOST_PARTS = 10_000
MOST_BYTES = 300_000_000
MOST_XML_BYTES = 60_000_000
"""Of one part: as a tree it takes several times that."""
_ENCRYPTED = 0x1
_MARKUP = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<", b"\0\0")
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def checked(archive: zipfile.ZipFile) -> set[str]:
    """The names of its parts."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise Refused(Cause.UNPACKS)
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise Refused(Cause.PROTECTED)
        with archive.open(part) as opened:
            head = opened.read(256).lstrip()
            # Whatever it is called: another part may name it as its text.
            if head.startswith(_MARKUP):
                if part.file_size > MOST_XML_BYTES:
                    raise Refused(Cause.UNPACKS)
                _check_xml(head + opened.read())
    return {part.filename for part in parts}


def _check_xml(xml: bytes) -> None:
    """Entities are what XML bombs and XML that reads files are made of, and no Office program writes any."""
    # In UTF-16 and UTF-32 the same words have zero bytes between their letters.
    if _DECLARES.search(xml.replace(b"\0", b"")):
        raise Refused(Cause.ENTITIES)
