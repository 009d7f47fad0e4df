"""Search engines over real HTTP: what each is asked, what is read of its reply, and what a refusal costs."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from website import Answer, Website, free_port, json_reply, leads_to, sends

from bot.clock import SystemClock
from orchestration.tools.web import exchange as exchanging
from orchestration.tools.web.engines import Brave, SearXNG, Tavily, engine_of
from orchestration.tools.web.keys import Keys
from orchestration.values.errors import ToolFailed
from orchestration.values.policy import SourcePolicy
from orchestration.values.ports import WebHit, WebSearch

CLOCK = SystemClock()
NARROW = SourcePolicy(allowed_domains=("docs.example", "b.example"), denied_domains=("bad.example",), newest_days=20)
TAVILY = {
    "title": "A",
    "url": "https://a.example/1",
    "content": "One",
    "published_date": "Tue, 03 Nov 2026 10:00:00 GMT",
}
BRAVE = {
    "title": "<strong>A</strong>",
    "url": "https://a.example/1",
    "description": "<b>One</b>",
    "page_age": "2026-11-03T09:00:00",
}
SEARX = {"title": "A", "url": "https://a.example/1", "content": "One", "publishedDate": "2026-11-03T00:00:00"}
ENGINES: dict[str, tuple[str, Callable[[Website], WebSearch], dict[str, object]]] = {
    "tavily": ("/search", lambda site: Tavily("tvly-key", CLOCK, site.base), {"results": [TAVILY]}),
    "brave": ("/res/v1/web/search", lambda site: Brave("BSA-key", CLOCK, site.base), {"web": {"results": [BRAVE]}}),
    "searxng": ("/search", lambda site: SearXNG(site.base + "/"), {"results": [SEARX]}),
}


def days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days)).isoformat()


@pytest.mark.parametrize("name", ENGINES)
async def test_a_hit_has_address_title_snippet_and_date(name: str) -> None:
    path, engine, reply = ENGINES[name]
    async with Website({path: json_reply(reply)}) as site:
        hits = await engine(site).search("flask", SourcePolicy(), limit=5)
        assert name == engine(site).name
    assert [WebHit("https://a.example/1", "A", "One", date(2026, 11, 3))] == list(hits)


async def test_tavily_is_given_key_domains_and_days() -> None:
    async with Website({"/search": json_reply({"results": []})}) as site:
        assert [] == list(await Tavily("tvly-key", CLOCK, site.base).search("flask", NARROW, limit=5))
    (visit,) = site.visits
    assert "Bearer tvly-key" == visit.headers["Authorization"]
    assert json.loads(visit.body) == {
        "query": "flask",
        "max_results": 5,
        "search_depth": "basic",
        "include_domains": ["docs.example", "b.example"],
        "exclude_domains": ["bad.example"],
        "start_date": days_ago(20),
    }


async def test_brave_is_given_key_sites_and_days() -> None:
    async with Website({"/res/v1/web/search": json_reply({})}) as site:
        assert [] == list(await Brave("BSA-key", CLOCK, site.base).search("flask", NARROW, limit=5))
    (visit,) = site.visits
    asked = parse_qs(urlsplit(visit.path).query)
    assert "BSA-key" == visit.headers["X-Subscription-Token"]
    assert ["flask (site:docs.example OR site:b.example) -site:bad.example"] == asked["q"]
    assert ([f"{days_ago(20)}to{days_ago(0)}"], ["5"]) == (asked["freshness"], asked["count"])


async def test_brave_is_asked_no_more_words_than_it_takes() -> None:
    async with Website({"/res/v1/web/search": json_reply({})}) as site:
        for words in (60, 47, 46):
            await Brave("k", CLOCK, site.base).search("a " * words, NARROW, limit=5)
    asked = [parse_qs(urlsplit(visit.path).query)["q"][0] for visit in site.visits]
    sites = " (site:docs.example OR site:b.example) -site:bad.example"
    assert ["a " * 49 + "a", "a " * 46 + "a", "a " * 45 + "a" + sites] == asked


@pytest.mark.parametrize(("days", "time_range"), [(1, "day"), (20, "month"), (300, "year"), (800, "")])
async def test_searxng_is_given_the_narrowest_range_that_holds_the_days(days: int, time_range: str) -> None:
    async with Website({"/search": json_reply({"results": []})}) as site:
        await SearXNG(site.base).search("flask", SourcePolicy(newest_days=days), limit=5)
    asked = parse_qs(urlsplit(site.visits[0].path).query, keep_blank_values=True)
    assert (["flask"], ["json"], [time_range]) == (asked["q"], asked["format"], asked["time_range"])


async def test_what_is_no_web_page_or_there_twice_is_left_out() -> None:
    odd = [{"url": "javascript:alert(1)"}, {"url": None}, "text", {"url": "https://a.example/ b"}, TAVILY, TAVILY, {}]
    async with Website({"/search": json_reply({"results": odd})}) as site:
        hits = await Tavily("k", CLOCK, site.base).search("flask", SourcePolicy(), limit=5)
    assert ["https://a.example/1"] == [hit.url for hit in hits]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("fault", "sentence", "billing", "requests"),
    [
        (json_reply({}, status=401), "refused the search", "none", 1),
        (json_reply({}, status=403), "threadwork check", "none", 1),
        (json_reply({}, status=422), "did not accept the query", "none", 1),
        (json_reply({}, status=432), "plan is used up", "none", 1),
        (json_reply({}, status=429, headers={"Retry-After": "0"}), "limiting requests", "none", 2),
        (json_reply({}, status=503, headers={"Retry-After": "0"}), "has a fault", "none", 2),
        (json_reply({}, status=429, headers={"Retry-After": "999"}), "limiting requests", "none", 1),
        (leads_to("http://127.0.0.1:9/steal"), "HTTP 302", "unknown", 1),
        (sends(b"<html>", "text/html"), "a list of results", "fee", 1),
        (sends(b"[1]", "application/json"), "a list of results", "fee", 1),
        (sends(b" " * 2_000_001, "application/json"), "sent too much", "fee", 1),
    ],
)
async def test_a_refusal_is_a_sentence_and_says_what_it_may_have_cost(
    name: str, fault: Answer, sentence: str, billing: str, requests: int
) -> None:
    path, engine, _ = ENGINES[name]
    async with Website({path: fault}) as site:
        with pytest.raises(ToolFailed, match=sentence) as failed:
            await engine(site).search("flask", SourcePolicy(), limit=5)
        assert (billing, requests) == (failed.value.billing, len(site.visits))
        assert "key" not in failed.value.sentence


async def test_a_passing_fault_is_tried_once_more() -> None:
    async with Website({"/search": json_reply({"results": [TAVILY]})}) as site:
        site.faults["/search"].append(json_reply({}, status=429, headers={"Retry-After": "0"}))
        assert 1 == len(await Tavily("k", CLOCK, site.base).search("flask", SourcePolicy(), limit=5))
        assert 2 == len(site.visits)


async def test_what_breaks_after_it_was_sent_is_not_sent_again_for_it_may_be_billed() -> None:
    async def breaks(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async with Website({"/search": breaks}) as site:
        with pytest.raises(ToolFailed, match="connection to Tavily broke") as failed:
            await Tavily("k", CLOCK, site.base).search("flask", SourcePolicy(), limit=5)
        assert ("unknown", 1) == (failed.value.billing, len(site.visits))


async def test_an_engine_that_is_not_there_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanging, "WAIT_SECONDS", 0.0)
    with pytest.raises(ToolFailed, match="SearXNG cannot be reached") as failed:
        await SearXNG(f"http://127.0.0.1:{free_port()}").search("flask", SourcePolicy(), limit=5)
    assert "none" == failed.value.billing


async def test_the_first_engine_that_is_set_up_is_chosen() -> None:
    chosen = [
        engine_of(Keys(tavily="t", brave="b", searxng="http://s"), CLOCK),
        engine_of(Keys(brave="b", searxng="http://s"), CLOCK),
        engine_of(Keys(searxng="http://s"), CLOCK),
    ]
    assert ["tavily", "brave", "searxng"] == [engine.name for engine in chosen if engine]
    assert ["tavily", "searxng", None] == [
        keys.provider for keys in (Keys("t", "b", "http://s"), Keys(searxng="http://s"), Keys())
    ]
    assert engine_of(Keys(), CLOCK) is None
