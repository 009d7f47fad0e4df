"""Search engines: what each is asked and what its reply says, in their public APIs' own words.

Tavily: POST /search (docs.tavily.com/api-reference/endpoint/search). Brave: GET /res/v1/web/search
(api-dashboard.search.brave.com/documentation); only successful requests are counted and billed. SearXNG: GET
/search?format=json (docs.searxng.org/dev/search_api) of the operator's own server, whose address may be a private
one: the operator chose it, no model did; 403 where its settings do not name the format.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from orchestration.tools.web.exchange import Ask, exchange
from orchestration.tools.web.keys import Keys
from orchestration.values.policy import SourcePolicy
from orchestration.values.ports import Clock, WebHit, WebSearch

TAVILY = "https://api.tavily.com"
BRAVE = "https://api.search.brave.com"
QUERY_CHARACTERS = 400
"""What Tavily and Brave accept at most."""
QUERY_WORDS = 50
"""What Brave accepts at most, sites included."""
SITES_IN_QUERY = 6
"""Of engines that know no list of domains; what does not fit is left to the filter after them."""
MOST_DOMAINS = 150
"""What Tavily takes in a list, the shorter of its two limits."""


def engine_of(keys: Keys, clock: Clock) -> WebSearch | None:
    """That of `keys.provider`; None where none is set up."""
    if keys.tavily:
        return Tavily(keys.tavily, clock)
    if keys.brave:
        return Brave(keys.brave, clock)
    return SearXNG(keys.searxng) if keys.searxng else None


class Tavily:
    name = "tavily"

    def __init__(self, key: str, clock: Clock, base: str = TAVILY) -> None:
        self._headers = {"Authorization": f"Bearer {key}"}
        self._clock = clock
        self._url = f"{base}/search"

    async def search(self, query: str, policy: SourcePolicy, *, limit: int) -> Sequence[WebHit]:
        body: dict[str, Any] = {"query": query[:QUERY_CHARACTERS], "max_results": limit, "search_depth": "basic"}
        if policy.allowed_domains:
            body["include_domains"] = policy.allowed_domains[:MOST_DOMAINS]
        if policy.denied_domains:
            body["exclude_domains"] = policy.denied_domains[:MOST_DOMAINS]
        if policy.newest_days:
            body["start_date"] = _oldest(self._clock, policy.newest_days).isoformat()
        reply = await exchange("Tavily", Ask("POST", self._url, self._headers, body=body))
        return _hits(reply.get("results"), {"snippet": "content", "date": "published_date"}, limit)


class Brave:
    name = "brave"

    def __init__(self, key: str, clock: Clock, base: str = BRAVE) -> None:
        self._headers = {"X-Subscription-Token": key}
        self._clock = clock
        self._url = f"{base}/res/v1/web/search"

    async def search(self, query: str, policy: SourcePolicy, *, limit: int) -> Sequence[WebHit]:
        params = {"q": _with_sites(query, policy), "count": str(limit), "text_decorations": "false"}
        if policy.newest_days:
            oldest = _oldest(self._clock, policy.newest_days)
            params["freshness"] = f"{oldest.isoformat()}to{self._clock.now().date().isoformat()}"
        reply = await exchange("Brave", Ask("GET", self._url, self._headers, params))
        web = reply.get("web")
        return _hits(web.get("results") if isinstance(web, dict) else (), _BRAVE, limit)


class SearXNG:
    name = "searxng"

    def __init__(self, base: str) -> None:
        self._url = f"{base.rstrip('/')}/search"

    async def search(self, query: str, policy: SourcePolicy, *, limit: int) -> Sequence[WebHit]:
        params = {"q": _with_sites(query, policy), "format": "json"}
        if policy.newest_days:
            params["time_range"] = _time_range(policy.newest_days)
        reply = await exchange("SearXNG", Ask("GET", self._url, params=params))
        return _hits(reply.get("results"), {"snippet": "content", "date": "publishedDate"}, limit)


_BRAVE = {"snippet": "description", "date": "page_age"}


def _oldest(clock: Clock, days: int) -> date:
    return clock.now().date() - timedelta(days=min(days, 36_500))


def _time_range(days: int) -> str:
    """The narrowest of SearXNG's ranges that still holds everything so new; the page's own date decides in the end."""
    return next((name for most, name in ((1, "day"), (31, "month"), (365, "year")) if days <= most), "")


def _with_sites(query: str, policy: SourcePolicy) -> str:
    """Sites as search operators, as many as fit; never at the price of the query's own words."""
    allowed, denied = policy.allowed_domains, policy.denied_domains
    sites = ""
    if 0 < len(allowed) <= SITES_IN_QUERY:
        sites = " (" + " OR ".join(f"site:{domain}" for domain in allowed) + ")"
    sites += "".join(f" -site:{domain}" for domain in denied[:SITES_IN_QUERY])
    words = " ".join(query[:QUERY_CHARACTERS].split()[:QUERY_WORDS])
    narrowed = words + sites
    fits = len(narrowed) <= QUERY_CHARACTERS and len(narrowed.split()) <= QUERY_WORDS
    return narrowed if fits else words


def _hits(results: Any, names: Mapping[str, str], limit: int) -> list[WebHit]:
    """Each address once; what is no web page is left out."""
    found: dict[str, WebHit] = {}
    for result in _dicts(results):
        url = str(result.get("url") or "").strip()
        if _PAGE.match(url):
            title, snippet = _plain(result.get("title")), _plain(result.get(names["snippet"]))
            found.setdefault(url, WebHit(url, title[:300], snippet[:600], _date(result.get(names["date"]))))
    return list(found.values())[:limit]


def _dicts(results: Any) -> Iterable[Mapping[str, Any]]:
    return (result for result in results if isinstance(result, dict)) if isinstance(results, list) else ()


_PAGE = re.compile(r"https?://[^\s<>\"'`\\^{}|]+$", re.IGNORECASE)
_TAG = re.compile(r"</?(?:strong|b|em|i|mark)>", re.IGNORECASE)
_RFC_822 = re.compile(r"(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* (\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _plain(text: Any) -> str:
    return " ".join(_TAG.sub("", text).split()) if isinstance(text, str) else ""


def _date(text: Any) -> date | None:
    """Of ISO 8601, as Brave and SearXNG write it, or as in mail headers, which Tavily writes."""
    if not isinstance(text, str):
        return None
    try:
        if named := _RFC_822.search(text):
            return date(int(named[3]), _MONTHS.index(named[2]) + 1, int(named[1]))
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
