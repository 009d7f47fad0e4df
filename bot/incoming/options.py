"""Words of a question that are options, wherever they are: `--strategy debate --budget 0.50`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.incoming.amounts import nano_usd
from bot.incoming.spelling import slips
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError

KNOWN = ("strategy", "budget")

# Phones write — or – for --; prose has dashes too, so such a one counts only before a known name.
_OPTION = re.compile(
    r"(?<![^\s(\[])(?P<dash>--|[—–]{1,2})(?P<name>[^\W\d_][\w-]*)"
    r"(?:(?:[ \t]*[=:][ \t]*|[ \t]+)(?![—–]|--)(?P<value>[^\s;)\]]+)(?:[ \t]+(?:usd|dollars?)\b)?)?",
    re.IGNORECASE,
)
# Nobody's own words: code, quotation marks of all kinds and quoted lines.
_QUOTED = re.compile(
    r"```.*?```|`[^`\n]*`|^>>>.*|^>[^\n]*|“[^”“]*[”“]|„[^“”„]*[“”]|«[^»]*»|»[^«]*«|‹[^›]*›|‘[^’‘\n]*’(?!\w)"
    r"|「[^」]*」|『[^』]*』|(?<![^\s(\[])\"(?:[^\"\n]|\n(?!\s*\n))*\"(?!\w)|(?<![^\s(\[])'\S[^'\n]*'(?!\w)",
    re.MULTILINE | re.DOTALL,
)
_TEXT_IF = "if it belongs to the question, put it in `backticks`"


@dataclass(frozen=True, slots=True)
class Options:
    strategy: Strategy | None = None
    budget_nano_usd: int | None = None


def read(text: str) -> tuple[str, Options]:
    """The text without its options. An AskerError asks about what may be one, or is one that cannot be read."""
    given: dict[str, str] = {}
    rest, end = "", 0
    for found in _options(text):
        name, value = found["name"].lower(), _bare(found["value"])
        if given.setdefault(name, value) != value:
            raise AskerError(f"`--{name}` is there twice, with `{given[name]}` and `{value}`. Write it once.")
        rest, end = _joined(rest, text[end : found.start()]), found.end()
    return _joined(rest, text[end:]).strip(), _chosen(given)


def is_line_of_options(line: str) -> bool:
    """Known ones, or what may be meant as one."""
    names = [found["name"].lower() for found in _OPTION.finditer(line)]
    return bool(names) and all(map(_meant, names)) and not _OPTION.sub("", line).strip()


def strategy(value: str) -> Strategy | None:
    """None for `auto`."""
    wanted = value.lower()
    if wanted == "auto":
        return None
    if wanted in set(Strategy):
        return Strategy(wanted)
    choices = ", ".join(["auto", *Strategy])
    example = f"for example `--strategy {Strategy.SINGLE}`"
    raise AskerError(f"`--strategy` takes one of {choices}, {example}; {_TEXT_IF}.")


def _options(text: str) -> list[re.Match[str]]:
    """Raises an AskerError at what is one slip from an option."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    own = [o for o in _OPTION.finditer(text) if not any(start <= o.start() < end for start, end in quoted)]
    for found in own:
        name = found["name"].lower()
        if found["dash"] == "--" and name not in KNOWN and (meant := _meant(name)):
            raise AskerError(f"Did you mean `--{meant}` by `--{name}`? Write it like that; {_TEXT_IF}.")
    return [found for found in own if found["name"].lower() in KNOWN]


def _meant(name: str) -> str | None:
    return next((known for known in KNOWN if slips(name, known) <= 1), None)


def _chosen(given: Mapping[str, str]) -> Options:
    return Options(
        strategy(given["strategy"]) if "strategy" in given else None,
        _budget(given["budget"]) if "budget" in given else None,
    )


def _bare(value: str | None) -> str:
    return (value or "").rstrip(".,:!?").strip("\"'“”`")


def _joined(before: str, after: str) -> str:
    """What was on both sides of an option, without the gap or the empty brackets that it leaves."""
    if not before:
        return after
    before, after = before.rstrip(" \t"), after.lstrip(" \t")
    if before[-1:] + after[:1] in ("()", "[]"):
        return _joined(before[:-1].rstrip(" \t"), after[1:])
    return before + ("" if not after or after[0] in "\n.,;:!?)" or before[-1:] == "\n" else " ") + after


def _budget(value: str) -> int:
    nano = nano_usd(value)
    if nano is None:
        raise AskerError(f"`--budget` takes dollars, for example `--budget 0.50`; {_TEXT_IF}.")
    if nano <= 0:
        raise AskerError("`--budget` takes dollars above zero, for example `--budget 0.50`.")
    return nano
