"""What reading a folder of files loses: the share of the words that a reader sees which are in the text, by kind.

Give it a folder of real files: manuals as HTML, Word, Excel, PowerPoint. What a reader sees is taken from each file in
the simplest way that there is, without any of the library's own code; what a page calls its navigation is not counted.
`--worst` names the files that lose most.
"""

import argparse
import asyncio
import random
import re
import statistics
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

from lxml import etree, html

sys.path.insert(0, str(Path(__file__).parent.parent))

from storage.library.conversion import Conversion
from storage.library.unreadable import Unreadable

KINDS = (".html", ".htm", ".xhtml", ".docx", ".pptx", ".xlsx")
_WORD = re.compile(r"\w+")
_UNSEEN = (
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "nav",
    "select",
    "*[@role='navigation' or @role='search']",
)
_RUNS = ("{*}t", "{*}tab", "{*}br")
_INLINE_NAMES = "a abbr b big cite code del dfn em font i ins kbd mark q s samp small span strong sub sup tt u var wbr"
_INLINE = frozenset(_INLINE_NAMES.split())
_TEXTS = {
    ".docx": ("word/document.xml", "{*}p"),
    ".pptx": ("ppt/slides/slide", "{http://schemas.openxmlformats.org/drawingml/2006/main}t"),
    ".xlsx": ("xl/sharedStrings", "{*}t"),
}


def seen(path: Path) -> Counter[str]:
    if path.suffix in _TEXTS:
        begins, tag = _TEXTS[path.suffix]
        with zipfile.ZipFile(path) as packed:
            parts = [etree.fromstring(packed.read(name)) for name in packed.namelist() if name.startswith(begins)]
        # Word tears words apart as it likes; a paragraph it keeps together.
        if path.suffix == ".docx":
            blocks = [block for part in parts for block in part.iter(tag)]
            return _words(" ".join("".join(text.text or " " for text in block.iter(*_RUNS)) for block in blocks))
        return _words(" ".join(text.text or "" for part in parts for text in part.iter(tag)))
    page = html.fromstring(path.read_bytes())
    for unseen in page.xpath("|".join(f"//{name}" for name in _UNSEEN)):
        if unseen.getparent() is not None:
            unseen.drop_tree()
    for block in page.iter():
        if block.tag not in _INLINE:
            block.tail = f" {block.tail or ''}"
    return _words(page.text_content())


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text.replace("\u00ad", ""))))


async def share(path: Path) -> float | str:
    try:
        data = await asyncio.to_thread(path.read_bytes)
        text = (await Conversion().convert(data, path.name)).text
    except Unreadable as error:
        return type(error).__name__
    words = seen(path)
    return 1 - (words - _words(text)).total() / max(words.total(), 1)


async def measure(paths: list[Path], worst: int) -> None:
    shares = defaultdict[str, list[tuple[float, Path]]](list)
    for path in paths:
        kept = await share(path)
        if isinstance(kept, str):
            print(f"{path}: {kept}")
        else:
            shares[path.suffix].append((kept, path))
    print(f"{'kind':8}{'files':>6}{'median':>9}{'mean':>9}{'worst':>9}{'below 97 %':>12}")
    for kind, found in shares.items():
        only = sorted(kept for kept, _ in found)
        figures = (statistics.median(only), statistics.mean(only), only[0])
        print(f"{kind:8}{len(only):>6}{''.join(f'{one:>9.4f}' for one in figures)}{sum(k < 0.97 for k in only):>12}")
        for kept, path in sorted(found)[:worst]:
            print(f"  {kept:.4f}  {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="with everything below it")
    parser.add_argument("--most", type=int, default=200, help="files, chosen by a fixed draw (%(default)s)")
    parser.add_argument("--worst", type=int, default=0, help="how many of the worst to name, of each kind")
    chosen = parser.parse_args()
    if chosen.folder is None:
        print("No folder was given: name one with files of your own, HTML or Office.")
        return
    paths = sorted(path for path in chosen.folder.rglob("*") if path.suffix in KINDS and path.is_file())
    random.Random(1).shuffle(paths)
    asyncio.run(measure(paths[: chosen.most], chosen.worst))


if __name__ == "__main__":
    main()
