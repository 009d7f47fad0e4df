"""Word: its headings, lists, tables and notes. Comments, deleted text and pictures are left out."""

import io
import zipfile

import mammoth

from storage.converter.markup import markdown
from storage.converter.refused import Cause, Refused

_TITLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def text(data: bytes) -> str:
    try:
        # A picture is never opened: some are addresses.
        found = mammoth.convert_to_html(io.BytesIO(data), style_map=_TITLES, convert_image=lambda _: [])
    except (KeyError, zipfile.BadZipFile):
        raise Refused(Cause.DAMAGED) from None
    return markdown(found.value)
