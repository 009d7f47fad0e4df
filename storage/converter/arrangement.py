"""What a page's tree needs before it is written as text: nothing unseen, equations in words, tables that are tables."""

from typing import Any

from storage.converter.equations import latex

_BLOCK_NAMES = "main aside header footer figure address details summary center fieldset legend hgroup form text"
_BLOCKS = _BLOCK_NAMES.split()
_UNSEEN = """
    //script | //style | //noscript | //template | //head | //iframe | //object | //embed | //select | //datalist
    | //*[@hidden] | //*[contains(translate(@style, ' ', ''), 'display:none')]
    | //*[@class='katex-html'] | //*[contains(@class, 'MathJax_Preview')]
"""
_DRAWN = "//*[starts-with(@class, 'MathJax')]"
"""Where the page has the equation as well, in a script."""
_TEX = "//script[starts-with(@type, 'math/tex')]"
_TEX_PICTURES = "//img[@alt != ''][contains(@class, 'math') or contains(@class, 'tex')]"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARTS = ("caption", "colgroup", "thead", "tbody", "tfoot")


def seen(page: Any) -> Any:
    """The same tree, without what no reader sees."""
    _write_equations(page)
    for unseen in page.xpath(_UNSEEN):
        unseen.drop_tree()
    # What links to a heading, or from a note back to its place: a mark that is no word.
    for link in page.iter("a"):
        words = link.text_content().strip()
        if len(words) == 1 and not words.isalnum():
            link.text = ""
    return page


def arrange(page: Any) -> None:
    """Tables that only arrange become parts of the text; others come after the one that they are in."""
    for block in page.iter(*_BLOCKS):
        block.tag = "div"
    for table in reversed(list(page.iter("table"))):
        if _only_arranges(table):
            _take_apart(table)
        else:
            for inner in reversed(list(table.iterdescendants("table"))):
                inner.drop_tree()
                inner.tail = None
                table.addnext(inner)


def rows_of(table: Any) -> list[Any]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]


def _cells_of(row: Any) -> list[Any]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _only_arranges(table: Any) -> bool:
    rows = rows_of(table)
    widest = max((len(_cells_of(row)) for row in rows), default=0)
    is_grid = len(rows) > 1 and widest > 1
    return (
        not is_grid or table.get("role") in ("presentation", "none") or next(table.iter(*_HEADINGS), None) is not None
    )


def _take_apart(table: Any) -> None:
    own = [part for part in table.iter(*_PARTS) if next(part.iterancestors("table"), None) is table]
    rows = rows_of(table)
    for part in (table, *own, *rows, *(cell for row in rows for cell in _cells_of(row))):
        part.tag = "div"


def _write_equations(page: Any) -> None:
    written = page.xpath(_TEX)
    for drawn in page.xpath(_DRAWN) if written else ():
        drawn.drop_tree()
    for script in written:
        _become(script, rf"\({(script.text or '').strip()}\)")
    for picture in page.xpath(_TEX_PICTURES):
        _become(picture, rf"\({picture.get('alt').strip().strip('$')}\)")
    for equation in list(page.iter("math")):
        _become(equation, latex(equation))


def _become(element: Any, words: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "span", words, tail
