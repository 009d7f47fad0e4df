"""HTML → Markdown with headings, lists and tables, and without formatting, links and pictures: what can be quoted."""

import re
from typing import Any

from markdownify import MarkdownConverter

_DROPPED = ("a", "b", "strong", "em", "i", "u", "s", "del", "sup", "sub", "img", "code", "kbd", "samp")
_GAPS = re.compile(r"\n{3,}")


class _Converter(MarkdownConverter):
    def convert_pre(self, el: Any, text: str, parent_tags: Any) -> str:
        """By indentation: a fence would stand between the words that a claim quotes, a bare # would be a heading."""
        lines = (f"    {line}".rstrip() for line in text.strip("\n").split("\n"))
        return "\n\n" + "\n".join(lines) + "\n\n" if text.strip() else ""


def markdown(html: str) -> str:
    """Marks of Markdown inside the text stay as they are: a quote has to be found letter for letter."""
    converter = _Converter(
        heading_style="ATX",
        bullets="-",
        strip=list(_DROPPED),
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
        table_infer_header=True,
    )
    return _GAPS.sub("\n\n", str(converter.convert(html))).strip()
