"""Word: its headings, lists, tables, equations, notes and text boxes. What is left out is named."""

import io
import re
import zipfile
from typing import Any

import mammoth
from lxml import etree, html

from storage.converter.equations import latex
from storage.converter.found import Found
from storage.converter.left_out import PICTURES, left_out, parsed
from storage.converter.markup import markdown
from storage.converter.refused import Cause, Refused

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""
_CONTENTS = re.compile(r"(?i)toc \d")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_READ = ("word/document", "word/footnotes", "word/endnotes")
_NEEDED = (".xml", ".rels")
_WRAPPERS = ("fldSimple", "dir", "bdo", "ruby", "rubyBase", "subDoc")
"""What mammoth does not know, with text in it; a smart tag is what it looks into."""
_LEFT_OUT = {
    "comment": (r"word/comments\.xml", "{*}comment"),
    "header or footer": (r"word/(?:header|footer)\d*\.xml", "{*}t"),
    "tracked deletion": (r"word/document\d*\.xml", "{*}delText"),
    "chart": (r"word/charts/chart[^/]*\.xml", "{*}chart"),
    "diagram": (r"word/diagrams/data[^/]*\.xml", "{*}dataModel"),
    "picture": (r"word/document\d*\.xml", PICTURES),
    "embedded document": (r"word/document\d*\.xml", "{*}altChunk"),
}


def read(data: bytes) -> Found:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as given:
            contents = _contents_styles(given)
            ready = _ready(given, contents)
        # A picture is never opened: some are addresses.
        found = mammoth.convert_to_html(ready, style_map=_STYLES, convert_image=lambda _: [])
    except (KeyError, zipfile.BadZipFile, etree.LxmlError):
        raise Refused(Cause.DAMAGED) from None
    text = markdown(html.fromstring(f"<div>{found.value}</div>")) if found.value else ""
    others = ["its table of contents"] if any(style in ready.getvalue() for style in map(_used, contents)) else []
    return Found([text], left_out=[*others, *left_out(data, _LEFT_OUT)])


def _used(style: str) -> bytes:
    return f'<w:pStyle w:val="{style}"'.encode()


def _contents_styles(given: zipfile.ZipFile) -> set[str]:
    """The ids of the styles that Word calls toc 1 and so on, in whatever language it is written."""
    if "word/styles.xml" not in given.namelist():
        return set()
    styles = parsed(given.read("word/styles.xml")).iter(_W + "style")
    names = {style.get(_W + "styleId"): style.find(_W + "name") for style in styles}
    return {key for key, name in names.items() if name is not None and _CONTENTS.match(name.get(_W + "val", ""))}


def _ready(given: zipfile.ZipFile, contents: set[str]) -> io.BytesIO:
    """The same document as mammoth reads all of it, without what is no XML."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as new:
        for part in given.infolist():
            if part.filename.endswith(_NEEDED):
                xml = given.read(part)
                new.writestr(part.filename, _readable(xml, contents) if part.filename.startswith(_READ) else xml)
    return made


def _readable(xml: bytes, contents: set[str]) -> bytes:
    root = parsed(xml)
    for style in list(root.iter(_W + "pStyle")):
        if style.get(_W + "val") in contents:
            # The paragraph stays: a field that began in it has to end.
            for text in list(style.getparent().getparent().iter(_W + "t")):
                text.text = ""
    for equation in list(root.iter("{*}oMath")):
        if next(equation.iterancestors("{*}oMath"), None) is None:
            _replace(equation, [_run(latex(equation))])
    for paragraph in list(root.iter("{*}oMathPara")):
        _replace(paragraph, list(paragraph.iter(f"{_W}r")))
    for both in list(root.iter("{*}AlternateContent")):
        _replace(both, _one_of(both))
    for name in _WRAPPERS:
        for wrapper in root.iter(_W + name):
            wrapper.tag = _W + "smartTag"
    for row in root.iter(_W + "tr"):
        _fill_in_front(row)
    return bytes(etree.tostring(root))


def _one_of(both: Any) -> list[Any]:
    """A text box as the newest Word writes it, or what older ones show instead: the same words."""
    boxes = [box for box in both.iterfind("{*}Choice//{*}txbxContent")]
    if boxes:
        shown = etree.Element(_W + "pict")
        shown.extend(boxes)
        return [shown]
    choice = [child for kind in ("Fallback", "Choice") for one in both.iterfind(f"{{*}}{kind}") for child in one]
    return choice


def _fill_in_front(row: Any) -> None:
    """A row that begins further to the right, where the cells before it are no cells."""
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    many = before.get(_W + "val", "") if before is not None else ""
    first = row.find(_W + "tc")
    for _ in range(min(int(many), 63) if many.isdecimal() and first is not None else 0):
        empty = etree.Element(_W + "tc")
        etree.SubElement(empty, _W + "p")
        first.addprevious(empty)


def _run(words: str) -> Any:
    run = etree.Element(_W + "r")
    etree.SubElement(run, _W + "t").text = words
    return run


def _replace(element: Any, by: list[Any]) -> None:
    for new in by:
        element.addprevious(new)
    element.getparent().remove(element)
