"""What the web answers with becomes text by its content, whatever it is called; else one sentence for the model."""

import gzip
from dataclasses import replace
from datetime import date

import pytest
from foreign_files import archive, docx, paragraph, pdf, pptx, xlsx, xlsx_bomb

from orchestration.values.errors import ToolFailed
from orchestration.values.ports import Readable, Received
from storage.library.page_conversion import LIMITS, PageConversion
from storage.library.unreadable import LARGEST_BYTES, LARGEST_TEXT_BYTES

ADDRESS = "https://a.example/files/the%20report"
REPORT = pdf(["The quokka lives on Rottnest.", "It sleeps 61 minutes."], title="Quokkas", changed="20240229120000Z")
PAGE = b"<!doctype html><html><head><title>T</title></head><body><p>Hello all.</p></body></html>"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


async def read(body: bytes, media_type: str = "", *, charset: str = "", url: str = ADDRESS) -> Readable:
    return await PageConversion().text_of(Received(url, body, media_type, charset))


@pytest.mark.parametrize("media_type", ["application/pdf", "", "text/html", "text/plain", "image/png"])
async def test_a_pdf_is_read_page_by_page_whatever_it_is_declared_as(media_type: str) -> None:
    assert await read(REPORT, media_type) == Readable(
        "## Page 1\n\nThe quokka lives on Rottnest.\n\n## Page 2\n\nIt sleeps 61 minutes.",
        "Quokkas",
        date(2024, 2, 29),
        (),
    )


@pytest.mark.parametrize("media_type", ["text/html", "application/pdf", "application/msword", ""])
async def test_a_page_is_read_whatever_it_is_declared_as(media_type: str) -> None:
    assert await read(PAGE, media_type) == Readable("# T\n\nHello all.", "T", None, ())


@pytest.mark.parametrize(
    ("body", "media_type", "text"),
    [
        (docx(paragraph("Memo", "Heading1") + paragraph("Hello.")), "application/octet-stream", "# Memo\n\nHello."),
        (pptx([("Results", "One\nTwo")]), "", "## Slide 1: Results\n\n- One"),
        (xlsx({"S": [["team", "days"], ["Norvik", 61]]}), "text/html", "## S\n\n| team | days |\n| --- | --- |\n"),
        (b"a;b\n1;2\n", "text/csv", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (b'{"a": "<html>"}', "application/json", '{"a": "<html>"}'),
        (b"<?xml version='1.0'?><rss><title>News</title></rss>", "text/plain", "News"),
        (b"Every file begins with %PDF-1.7 and a line end.", "text/plain", "Every file begins with %PDF-1.7"),
        (PAGE.replace(b"Hello", b"He\0llo"), "text/html", "# T\n\nHello all."),
        ("<title>日本</title><p>東京。".encode("iso-2022-jp"), "text/html", "# 日本\n\n東京。"),
    ],
)
async def test_files_and_texts_are_told_apart_by_their_content(body: bytes, media_type: str, text: str) -> None:
    charset = "iso-2022-jp" if b"\x1b$" in body else ""
    assert (await read(body, media_type, charset=charset)).text.startswith(text)


async def test_a_table_that_a_server_calls_plain_text_is_known_by_its_name() -> None:
    assert (await read(b"a,b\n1,2\n", "text/plain", url="https://a.example/x.csv?v=1")).text.startswith("| a | b |")


async def test_one_wrong_byte_spoils_no_page() -> None:
    page = f"<title>Т</title><p>{'Съешь же ещё этих мягких булок. ' * 9}".encode() + b"\xff"
    assert "мягких булок." in (await read(page, "text/html", charset="utf-8")).text


async def test_a_file_without_a_title_is_called_as_its_address_ends() -> None:
    assert (await read(pdf(["Hello"]))).title == "the report"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (pdf(["Secret"], password="x"), "is protected by a password."),
        (pdf([""]), "has no text, only pictures, like a scan."),
        (pdf(["Hello"] * 50)[:2000], "is damaged or cut off."),
        (pdf(["x"] * 2001), "has more than 2,000 pages, slides or sheets."),
        (archive({"a.txt": "x"}), "is an archive."),
        (gzip.compress(REPORT), "is of a kind that cannot be read (application/x)."),
        (OLD, "is in an old Office format (.doc, .xls, .ppt, .xlsb)."),
        (b"<html><body><script>app()</script></body></html>", "has no text to read; it may need a browser."),
        (b" \n", "is empty."),
    ],
)
async def test_what_cannot_be_read_is_one_sentence_that_a_model_can_act_on(body: bytes, what: str) -> None:
    with pytest.raises(ToolFailed) as raised:
        await read(body, "application/x")
    assert raised.value.sentence == f"{ADDRESS} {what} Use another source."


async def test_a_bomb_costs_one_child_and_one_sentence() -> None:
    hurried = PageConversion(replace(LIMITS, cpu_seconds=1, wall_seconds=3600))
    with pytest.raises(ToolFailed, match=r"takes longer to read than one file may take\. Use another source\."):
        await hurried.text_of(Received(ADDRESS, xlsx_bomb()))


async def test_a_long_text_is_cut_and_says_so() -> None:
    short = PageConversion(replace(LIMITS, most_characters=100))
    found = await short.text_of(Received(ADDRESS, pdf(["First page. " * 4, "Second page. " * 4, "Third page."])))
    assert found.text.startswith("## Page 1\n\nFirst page.") and "Second page." in found.text
    assert found.text.endswith("\n\n(Only the first 100 characters were read; the rest is left out.)")
    assert "Third" not in found.text


def test_files_may_be_larger_than_pages() -> None:
    conversion = PageConversion()
    assert [LARGEST_BYTES, LARGEST_BYTES, LARGEST_TEXT_BYTES] == [
        conversion.most_bytes(head) for head in (b"\n%PDF-1.7", b"PK\x03\x04", b"<html>")
    ]
