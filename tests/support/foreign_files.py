"""Files as people and their enemies send them, made from nothing: PDF, Office, archives and bombs."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = {"Title": "Title", "Heading1": "heading 1", "Heading2": "heading 2"}


def pdf(
    pages: Sequence[str],
    *,
    chapters: Mapping[int, str] | None = None,
    password: str = "",
    title: str = "",
    changed: str = "",
) -> bytes:
    """A page of 12 point Helvetica for each text; `chapters` names what begins on which page, counted from 1."""
    streams = [_page_stream(text) for text in pages]
    key, encryption = _encryption(password) if password else (b"", "")
    objects = ["<< /Type /Catalog /Pages 2 0 R%s >>" % (" /Outlines 4 0 R" if chapters else "")]
    first = 5 + len(chapters or {})
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    objects += _outline(chapters or {}, first)
    bodies = [text.encode("latin-1") for text in objects]
    for at, stream in enumerate(streams):
        number = first + 2 * at
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
        bodies.append((page + "/Resources << /Font << /F1 3 0 R >> >> >>").encode())
        packed = _rc4(_object_key(key, number + 1), stream) if key else stream
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed))
    if title:
        bodies.append(f"<< /Title ({title}) /ModDate (D:{changed}) >>".encode("latin-1"))
        return _pdf_of(bodies, f"{encryption} /Info {len(bodies)} 0 R")
    return _pdf_of(bodies, encryption)


def pdf_bomb(operations: int = 3_000_000) -> bytes:
    """Small as a file, and minutes of work: one page that writes the same line again and again."""
    stream = zlib.compress(b"BT /F1 12 Tf 72 720 Td " + b"(burn) Tj 0 0 Td " * operations + b"ET", 9)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    return _pdf_of(bodies, "")


def docx(body: str, **parts: str | bytes) -> bytes:
    """`body` is WordprocessingML, as `paragraph` and `table` make it; `parts` replace parts of the archive."""
    document = f"{_HEAD}<w:document {_W}><w:body>{body}</w:body></w:document>"
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in _STYLES.items()
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = (
        f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/></Types>'
    )
    given: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "_rels/.rels": _relations("officeDocument", "word/document.xml"),
        "word/document.xml": document,
        "word/styles.xml": f"{_HEAD}<w:styles {_W}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": _relations("styles", "styles.xml"),
    }
    return archive(given | {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()})


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def merged_table(rows: Iterable[Sequence[str]]) -> str:
    """`text|2` goes over two columns, `text^` begins what is merged downwards, `^` goes on with it."""
    cells = ("".join(map(_merged_cell, row)) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def _merged_cell(cell: str) -> str:
    text, _, across = cell.partition("|")
    span = f'<w:gridSpan w:val="{across}"/>' if across else ""
    down = "" if not text.endswith("^") else "<w:vMerge/>" if text == "^" else '<w:vMerge w:val="restart"/>'
    return f"<w:tc><w:tcPr>{span}{down}</w:tcPr>{paragraph(text.rstrip('^'))}</w:tc>"


def word_table(rows: Iterable[Sequence[str]]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return packed.getvalue()


def changed(data: bytes, **parts: str | bytes | None) -> bytes:
    """An Office file with other parts, named like `xl__workbook_xml`; None takes one away."""
    named = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        kept = {part.filename: old.read(part) for part in old.infolist() if part.filename not in named}
    return archive(kept | {name: part for name, part in named.items() if part is not None})


def xlsx(sheets: Mapping[str, Iterable[Sequence[object]]], *, hidden: Sequence[str] = ()) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
        if name in hidden:
            page.sheet_state = "hidden"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def xlsx_bomb() -> bytes:
    """Five kilobytes, and a million empty rows between its two cells: much time and hardly any memory."""
    cells = "".join(
        f'<row r="{row}"><c r="XFD{row}" t="inlineStr"><is><t>x</t></is></c></row>' for row in (1, 1_048_576)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    page = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    return changed(xlsx({"A": [["x"]]}), xl__worksheets__sheet1_xml=page)


def pptx(slides: Sequence[tuple[str, str]], *, notes: str = "", table: Sequence[Sequence[str]] = ()) -> bytes:
    """Title and text of each slide; `notes` and `table` stand on the first."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    for number, (title, text) in enumerate(slides):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
        if notes and number == 0:
            slide.notes_slide.notes_text_frame.text = notes
        if table and number == 0:
            box = (Inches(1), Inches(4), Inches(6), Inches(2))
            cells = slide.shapes.add_table(len(table), len(table[0]), *box).table
            for down, row in enumerate(table):
                for across, cell in enumerate(row):
                    cells.cell(down, across).text = cell
    packed = io.BytesIO()
    show.save(packed)
    return packed.getvalue()


def _relations(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{one}</Relationships>'


def _page_stream(text: str) -> bytes:
    lines = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in text.split("\n")]
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    return f"BT /F1 12 Tf 72 720 Td {shown} ET".encode("cp1252") if text else b""


def _outline(chapters: Mapping[int, str], first: int) -> list[str]:
    if not chapters:
        return ["<< >>"]
    numbers = range(5, 5 + len(chapters))
    entries = [f"<< /Type /Outlines /First 5 0 R /Last {numbers[-1]} 0 R /Count {len(chapters)} >>"]
    for number, (page, title) in zip(numbers, chapters.items(), strict=True):
        following = f" /Next {number + 1} 0 R" if number != numbers[-1] else ""
        target = f"[{first + 2 * (page - 1)} 0 R /Fit]"
        entries.append(f"<< /Title ({title}) /Parent 4 0 R /Dest {target}{following} >>")
    return entries


def _pdf_of(bodies: Sequence[bytes], encryption: str) -> bytes:
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(bodies, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    trailer = f"<< /Size {len(bodies) + 1} /Root 1 0 R {encryption} >>"
    out.write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _encryption(password: str) -> tuple[bytes, str]:
    """The standard handler of revision 2, with a 40 bit key: the oldest, which every reader knows."""
    padded = (password.encode("latin-1") + _PAD)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    identity = b"\x01" * 16
    key = hashlib.md5(padded + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + identity).digest()[:5]
    user = _rc4(key, _PAD)
    filter_ = f"/Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P -4"
    return key, f"/Encrypt << {filter_} >> /ID [<{identity.hex()}> <{identity.hex()}>]"


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]


def _rc4(key: bytes, data: bytes) -> bytes:
    state, other = list(range(256)), 0
    for at in range(256):
        other = (other + state[at] + key[at % len(key)]) % 256
        state[at], state[other] = state[other], state[at]
    one = other = 0
    out = bytearray()
    for letter in data:
        one = (one + 1) % 256
        other = (other + state[one]) % 256
        state[one], state[other] = state[other], state[one]
        out.append(letter ^ state[(state[one] + state[other]) % 256])
    return bytes(out)
