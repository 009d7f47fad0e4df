"""Files are read whole: no word is lost, no cell moves under another heading, and what is not read is named."""

import io
from typing import Any

import pytest
from foreign_files import docx, merged_table, paragraph, pdf, pptx

from orchestration.values.ports import Received
from storage.library.conversion import Conversion, Converted
from storage.library.page_conversion import PageConversion

SENTENCE = "The pump fills the tank in ten minutes when the valve is open. "
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
COMPATIBLE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
NAVIGATION = '<nav><a href="/">Start here</a></nav><div role="navigation">Up and down</div>'


async def converted(data: bytes, name: str = "file.html") -> Converted:
    return await Conversion().convert(data, name)


async def text(data: str | bytes, name: str = "file.html") -> str:
    return (await converted(data.encode() if isinstance(data, str) else data, name)).text


def page(body: str) -> str:
    return f"<!doctype html><html><head><title>Guide</title></head><body>{body}</body></html>"


def table_lines(found: str) -> list[str]:
    return [line for line in found.splitlines() if line.startswith("| ") and not line.startswith("| ---")]


LONG = f"<p>{SENTENCE * 4}</p>"
LOST_BEFORE = {
    "a box": f'<h2>Valves</h2>{LONG}<div class="sidebar"><p class="title">Vocabulary box</p><p>Close it.</p></div>',
    "headings of DocBook": f'{LONG}<div class="titlepage"><div><h2 class="title">1. Vocabulary</h2></div></div>{LONG}',
    "names of menus": '<table><tr><th>Command</th><th>What</th></tr><tr><td><span class="guimenu"><b>Vocabulary</b>'
    "</span> → <b>Open</b></td><td>Opens it.</td></tr></table>",
    "a list of one": "<ul><li><b>Vocabulary</b> item</li></ul><dl><dt>Omicron</dt><dd>It is pi.</dd></dl>",
    "an admonition": '<div class="admonition warning"><p class="admonition-title">Warning</p><p>Vocabulary.</p></div>',
    "what unfolds": "<details><summary>More</summary>Vocabulary within 30 days.</details>",
    "a footer": "<footer>Vocabulary of the authors.</footer>",
    "an aside": "<aside>Vocabulary aside</aside>",
    "a form around all of it": f"<form>{LONG}<p>Vocabulary</p></form>",
}


@pytest.mark.parametrize("body", LOST_BEFORE.values(), ids=LOST_BEFORE.keys())
async def test_all_of_a_page_that_somebody_adds_is_read(body: str) -> None:
    found = await text(page(f"<h1>Guide to pumps</h1>{LONG * 8}{body}{LONG * 8}"))
    assert "Vocabulary" in found
    assert found.count(SENTENCE.strip()) == 64 + body.count(SENTENCE.strip())


async def test_a_heading_stays_a_heading_without_the_mark_that_links_to_it() -> None:
    found = await text(page('<h1>Guide</h1><h2>Valves<a class="headerlink" href="#v">¶</a></h2><p>Open.</p>'))
    assert "# Guide\n\n## Valves\n\nOpen.\n" == found


async def test_navigation_is_left_out_and_named_unless_nothing_else_is_there() -> None:
    found = await converted(page(f"{NAVIGATION}<p>Open the valve.</p>").encode())
    assert ("# Guide\n\nOpen the valve.\n", ("5 words of navigation",)) == (found.text, tuple(found.left_out))
    assert "Start here" in await text(page(NAVIGATION))


async def test_of_a_fetched_page_all_is_kept_where_more_than_a_little_of_its_own_would_be_missing() -> None:
    async def fetched(body: str) -> str:
        received = Received("https://a.example/x", page(body).encode(), "text/html", "utf-8")
        return (await PageConversion().text_of(received)).text

    article = "".join(f"<p>Number {n}. {SENTENCE * 3}</p>" for n in range(9))
    menu = '<div class="menu"><a href="/a">Alpha</a> <a href="/b">Beta</a></div>'
    found = await fetched(f"{menu}<article><h1>Pumps</h1>{article}</article><footer>Imprint</footer>")
    assert ("Number 8." in found, "Alpha" in found, "Imprint" in found) == (True, False, False)
    box = '<div class="sidebar"><p>Vocabulary: close the valve of the zanzibar box first, or the pipe bursts.</p></div>'
    assert "zanzibar" in await fetched(f"<h1>Pumps</h1>{article}{box * 4}")


async def test_merged_cells_of_a_page_never_move_another() -> None:
    rows = (
        '<table><tr><th colspan="3">All plans</th></tr><tr><th>Plan</th><th>Term</th><th>Price</th></tr>'
        '<tr><td rowspan="2">Basic</td><td>Monthly</td><td>10</td></tr><tr><td>Yearly</td><td>100</td></tr>'
        '<tr><td colspan="2">Trial</td><td>0</td></tr></table>'
    )
    found = await text(page(rows))
    assert "All plans\n\n| Plan |" in found
    assert table_lines(found) == [
        *("| Plan | Term | Price |", "| Basic | Monthly | 10 |", "| Basic | Yearly | 100 |", "| Trial |  | 0 |"),
    ]


async def test_two_rows_of_names_are_one() -> None:
    rows = (
        '<table><thead><tr><th rowspan="2">Plan</th><th colspan="2">Price</th></tr><tr><th>Month</th><th>Year</th></tr>'
        "</thead><tbody><tr><td>Basic</td><td>10</td><td>100</td></tr></tbody></table>"
    )
    assert table_lines(await text(page(rows))) == ["| Plan | Price Month | Price Year |", "| Basic | 10 | 100 |"]


async def test_names_in_front_of_rows_are_no_header() -> None:
    rows = "<table><tr><th>Weight</th><td>12 kg</td></tr><tr><th>Height</th><td>3 m</td></tr></table>"
    assert table_lines(await text(page(rows))) == ["|  |  |", "| Weight | 12 kg |", "| Height | 3 m |"]


async def test_tables_in_a_cell_are_tables_of_their_own() -> None:
    inner = "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Lamp<br>white</td><td>19</td></tr></table>"
    around = f"<table><tr><td>{inner}</td><td>Side note.</td></tr></table>"
    expected = "# Guide\n\n| Item | Price |\n| --- | --- |\n| Lamp white | 19 |\n\nSide note.\n"
    assert expected == await text(page(around))
    found = await text(
        page(f"<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>two {inner} three</td></tr></table>")
    )
    assert table_lines(found) == ["| A | B |", "| 1 | two three |", "| Item | Price |", "| Lamp white | 19 |"]
    alone = await text(f"<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>{inner}</td></tr></table>")
    assert table_lines(alone) == ["| A | B |", "| 1 |  |", "| Item | Price |", "| Lamp white | 19 |"]


async def test_a_table_that_only_arranges_is_text() -> None:
    body = "<table><tr><td><h2>Left</h2><p>One.</p></td><td><h2>Right</h2><ul><li>Two</li></ul></td></tr></table>"
    assert "# Guide\n\n## Left\n\nOne.\n\n## Right\n\n- Two\n" == await text(page(body))


@pytest.mark.parametrize("name", ["html", "docx", "md"])
async def test_each_piece_of_a_long_table_has_the_names_of_its_columns(name: str) -> None:
    rows = [[f"P{n}", f"Shelf {n}", "x" * 20] for n in range(200)]
    header = ["Part", "Shelf", "Note"]
    cells = ("</td><td>".join(row) for row in [header, *rows])
    made = {
        "html": page(f"<table>{''.join(f'<tr><td>{row}</td></tr>' for row in cells)}</table>"),
        "docx": docx(merged_table([header, *rows])),
        "md": "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * 3, *rows]),
    }
    found = await text(made[name], f"file.{name}")
    pieces = found.split("| Part | Shelf | Note |\n")[1:]
    assert len(pieces) > 5
    assert all(len(piece) < 1200 for piece in pieces)
    assert [row[0] for row in rows] == [line.split()[1] for line in table_lines(found) if "Shelf |" not in line]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("is <math><mfrac><mn>40</mn><mn>7</mn></mfrac></math> units", r"is \(\frac{40}{7}\) units"),
        (r'is <span class="math">\(x^2\)</span> units', r"is \(x^2\) units"),
        ('is <script type="math/tex">x^2</script> units', r"is \(x^2\) units"),
        ('is <img class="math" src="a.png" alt="x^2"> units', r"is \(x^2\) units"),
        (
            'is <span class="katex"><math><mi>x</mi></math><span class="katex-html">x</span></span> units',
            r"is \(x\) units",
        ),
        ("is <math></math> units", "is [equation] units"),
        ("is 10<sup>6</sup> or 3 m<sup>2</sup> units", "is 10⁶ or 3 m² units"),
        ('is 5<sup><a href="#n1">[1]</a></sup> units', "is 5[^1] units"),
        ("is the 1<sup>st</sup> of H<sub>2</sub>O units", "is the 1st of H2O units"),
    ],
)
async def test_equations_and_raised_figures_of_a_page_are_words(body: str, words: str) -> None:
    assert words in await text(page(f"<p>The dose {body}.</p>"))


async def test_merged_cells_of_word_never_move_another() -> None:
    rows = [["Plan", "Price|2"], ["", "Month", "Year"], ["Basic^", "10", "100"], ["^", "12", "120"]]
    found = await text(docx(merged_table(rows)), "a.docx")
    assert table_lines(found) == [
        *("| Plan | Price Month | Price Year |", "| Basic | 10 | 100 |", "| Basic | 12 | 120 |"),
    ]


async def test_a_row_of_word_that_begins_further_right_stays_there() -> None:
    table = merged_table([["A", "B"], ["x", "y"], ["only"]])
    shifted = table.replace(
        "<w:tr><w:tc><w:tcPr></w:tcPr>" + paragraph("only"),
        '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:tcPr></w:tcPr>' + paragraph("only"),
    )
    assert table_lines(await text(docx(shifted), "a.docx")) == ["| A | B |", "| x | y |", "|  | only |"]


async def test_equations_boxes_and_fields_of_word_are_read() -> None:
    fraction = "<m:f><m:num><m:r><m:t>40</m:t></m:r></m:num><m:den><m:r><m:t>7</m:t></m:r></m:den></m:f>"
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    body = (
        f"<w:p {MATH}>{run.format('At most ')}<m:oMath>{fraction}</m:oMath>{run.format(' units.')}</w:p>"
        f"<w:p {MATH}><m:oMathPara><m:oMath><m:r><m:t>D=5</m:t></m:r></m:oMath></m:oMathPara></w:p>"
        f"<w:p><w:fldSimple w:instr='SEQ Figure'>{run.format('Figure 3')}</w:fldSimple>{run.format(' shows it.')}</w:p>"
        f"<w:p {COMPATIBLE}><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent>"
        f"{paragraph('A box says so.')}</w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"
    )
    found = await text(docx(body), "a.docx")
    assert found == "At most \\(\\frac{40}{7}\\) units.\n\n\\(D=5\\)\n\nFigure 3 shows it.\n\nA box says so.\n"


async def test_what_is_not_read_of_word_is_named() -> None:
    body = (
        paragraph("Kept.") + "<w:p><w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del><w:ins><w:r><w:t>Added.</w:t>"
        "</w:r></w:ins></w:p>"
    )
    parts = {
        "word__comments_xml": f"<w:comments {WORD}><w:comment w:id='0'>{paragraph('Really?')}</w:comment></w:comments>",
        "word__header1_xml": f"<w:hdr {WORD}>{paragraph('Confidential')}</w:hdr>",
        "word__footer1_xml": f"<w:ftr {WORD}>{paragraph('Page 1')}</w:ftr>",
    }
    found = await converted(docx(body, **parts), "a.docx")
    assert found.text == "Kept.\n\nAdded.\n"
    assert list(found.left_out) == ["1 comment", "2 headers or footers", "1 tracked deletion"]


def workbook(rows: list[list[Any]], merged: list[str], comment: str = "") -> bytes:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    if comment:
        sheet["A1"].comment = Comment(comment, "me")
    book.create_sheet("Secret").sheet_state = "hidden"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


async def test_merged_cells_of_a_sheet_and_the_lines_above_its_names() -> None:
    rows = [["Prices 2026"], [], ["Plan", "Price", None], [None, "Month", "Year"], ["Basic", 10, 100], [None, 12, 120]]
    found = await converted(workbook(rows, ["A1:C1", "A3:A4", "B3:C3", "A5:A6"], "Who says so?"), "a.xlsx")
    assert found.text.startswith("## Sheet\n\n### Prices 2026\n\n| Plan | Price Month | Price Year |\n")
    assert table_lines(found.text)[1:] == ["| Basic | 10 | 100 |", "| Basic | 12 | 120 |"]
    assert list(found.left_out) == ["1 hidden sheet", "1 comment"]


async def test_merged_cells_of_a_slide_never_move_another() -> None:
    from pptx import Presentation

    made = pptx([("Plans", "")], table=[["Plan", "Term", "Price"], ["Basic", "Month", "10"], ["", "Year", "100"]])
    show = Presentation(io.BytesIO(made))
    (table,) = (shape.table for shape in show.slides[0].shapes if shape.has_table)
    table.cell(1, 0).merge(table.cell(2, 0))
    packed = io.BytesIO()
    show.save(packed)
    assert table_lines(await text(packed.getvalue(), "a.pptx"))[1:] == [
        "| Basic | Month | 10 |",
        "| Basic | Year | 100 |",
    ]


async def test_a_title_above_the_names_is_not_the_header_of_a_csv_file() -> None:
    rows = "".join(f"Part{n},40063810{n:05},S{n % 20}\n" for n in range(300))
    found = await text(f"Warehouse list 2026\n\nArticle,EAN,Shelf\n{rows}", "stock.csv")
    pieces = found.split("### Rows ")[1:]
    assert found.startswith("## Warehouse list 2026\n\n") and len(pieces) > 5
    assert all("| Article | EAN | Shelf |" in piece for piece in pieces)


async def test_a_pdf_has_no_running_heads_page_numbers_or_contents() -> None:
    contents = "Contents\n1 Valves . . . . . . . . 2\n2 Tanks . . . . . . . . . 3\n3 Hoses ............. 4"
    pages = [
        f"Pump Manual\nPart {word} is inter-\nnational and well-\nknown in {word}.\n{n}"
        for n, word in enumerate("abc", 2)
    ]
    found = await converted(pdf([f"Pump Manual\n{contents}\n1", *pages, ""]), "a.pdf")
    assert (
        found.text
        == "## Page 1\n\nContents\n\n"
        + "\n\n".join(
            f"## Page {n}\n\nPart {word} is international and well-known in {word}." for n, word in enumerate("abc", 2)
        )
        + "\n"
    )
    assert list(found.left_out) == ["1 page without text"]


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.csv", "a.docx"])
async def test_every_kind_has_one_form_of_each_letter(name: str) -> None:
    words = "The eﬃcient co\u00adop\u00ader\u00ada\u00adtion of 19\u00a0teams, super\u200bvised"
    made = {
        "a.html": page(f"<p>{words}</p>"),
        "a.docx": docx(paragraph(words)),
        "a.csv": f'Text,Number\n"{words}",2\n',
    }
    assert "The efficient cooperation of 19 teams, supervised" in await text(made.get(name, words), name)
