"""What is wrong with a key of `threadwork.toml`, and what to write there instead."""

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from pydantic_core import ErrorDetails

EVERY_KEY = "docs/sources.md lists all"
WANTED = {
    "channels": 'tables, as in [channels.default] or [channels."TEAM/CHANNEL"]',
    "web": "true or false",
    "allowed_domains": 'a list of domains, as in ["example.org"]',
    "denied_domains": 'a list of domains, as in ["example.org"]',
    "newest_days": "a whole number of days from 1 to 36500",
    "independent_sources": "a whole number from 1 on",
    "outward_after_private": "true or false",
    "mcp_servers": 'a list of names of servers, as in ["wiki"]',
    "mcp": "tables, one for each server, as in [mcp.wiki]",
    "command": 'a list of words, as in ["wiki-server", "--stdio"]',
    "url": 'an address, as in "https://mcp.example.org/"',
    "env": 'a list of names, as in ["WIKI_TOKEN"], or a table, as in { TOKEN = "${WIKI_TOKEN}" }',
    "headers": 'a table, as in { Authorization = "Bearer ${WIKI_TOKEN}" }',
    "timeout_seconds": "a number from 1 to 300",
    "tools": 'a list of names of tools, as in ["search"]',
    "effects": 'a list of names of tools, as in ["send"]',
}
"""By key; one that is not here has its sentence from its own check."""
SHORT = 5
_KINDS = ((bool, "true or false"), (str, "a text"), (list, "a list"), (dict, "a table"))
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_OF_A_UNION = ("tuple[str, ...]", "dict[str,str]")


def mistakes(errors: Collection[ErrorDetails], known: Mapping[str, Collection[str]]) -> list[str]:
    """One sentence for each key; `known` are the keys at the top (``) and in the tables below each of those."""
    paths = [_path(error) for error in errors]
    # Of what may be a list or a table both fail; the one that came further says what is meant.
    ends = [not any(other[: len(path)] == path and other != path for other in paths) for path in paths]
    return list(dict.fromkeys(_mistake(error, known) for error, is_end in zip(errors, ends, strict=True) if is_end))


def _path(error: ErrorDetails) -> list[str]:
    return [str(part) for part in error["loc"] if isinstance(part, str) and part not in _OF_A_UNION]


def _mistake(error: ErrorDetails, known: Mapping[str, Collection[str]]) -> str:
    path = _path(error)
    if error["type"] == "value_error":
        return f"{_shown(path)}: {error['msg'].removeprefix('Value error, ')}.".removeprefix(": ")
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path[-1], known["" if len(path) == 1 else path[0]], n=1)
        instead = f"Write {near[0]}, if that is meant" if near else "Remove it"
        return f"{_shown(path)} is not known. {instead}; {EVERY_KEY}."
    if error["type"] == "string_pattern_mismatch":
        *place, name = [part for part in path if part != "[key]"]
        allowed = "up to 24 of a-z, 0-9 and -" if place == ["mcp"] else "letters, digits and -"
        kind = "server" if place == ["mcp"] else "header"
        return f"{_shown([*place, name])} is not a valid name for a {kind}. Use {allowed}."
    holds = "holds" if isinstance(error["loc"][-1], int) else "is"
    what = f"{_shown(path)} {holds} {_seen(error['input'])}"
    if len(path) == 2:
        return f"{what}. Write [{_shown(path)}] and its keys below."
    key = path[min(2, len(path) - 1)]
    subject = "It" if key == path[-1] else key
    return f"{what}. {subject} has to be {WANTED[key]}."


def _seen(value: Any) -> str:
    """A short number as it is; of a text only that it is one, for it may be a secret in the wrong place."""
    kind = next((name for kind, name in _KINDS if isinstance(value, kind)), "a number")
    return str(value) if kind == "a number" and len(str(value)) <= SHORT else kind


def _shown(path: list[str]) -> str:
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in path)
