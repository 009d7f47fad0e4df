"""The endpoint's own words about an error: short, inert, and without what must stay secret."""

import json
import re
from typing import Any

from orchestration.values.text import clean, cut, visible

MOST_CHARACTERS = 300
_SECRET = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|key|org|proj|user|acct|AIza|ya29|eyJ|AKIA|xox[a-z])[-_.]?[A-Za-z0-9*][\w*.-]{5,}"
    r"|(?<=Bearer )\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|\b[A-Za-z0-9+/_-]{32,}={0,2}"
)
HIDDEN = "…"


def words_of(body: str, api_key: str = "") -> str:
    """Of an error's body, or of an error object as JSON."""
    text = _message(_decoded(body))
    if len(api_key) >= 8:
        text = text.replace(api_key, HIDDEN)
    plain = " ".join(visible(clean(_SECRET.sub(HIDDEN, text))).split())
    return cut(plain, MOST_CHARACTERS) if plain else ""


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return "" if body.lstrip().startswith("<") else body


def _message(value: Any) -> str:
    """Its sentence, wherever endpoints put it; what was said about the cause comes with it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(_message, value[:3])))
    if not isinstance(value, dict):
        return ""
    found = next((value[name] for name in ("error", "message", "msg", "detail", "details") if value.get(name)), "")
    inner = value.get("metadata")
    raw = inner.get("raw") if isinstance(inner, dict) else ""
    return " ".join(filter(None, (_message(found), raw if isinstance(raw, str) else "")))
