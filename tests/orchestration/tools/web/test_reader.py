"""A page as readable text, hop by hop."""

import asyncio
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from aiohttp import web
from foreign_files import pdf
from website import LONG, Answer, Website, html, leads_to, sends

from bot.clock import SystemClock
from orchestration.tools.web import reader as reading
from orchestration.tools.web.guard import Reach
from orchestration.tools.web.reader import Reader
from orchestration.values.errors import ToolFailed
from orchestration.values.policy import SourcePolicy
from storage.library.page_conversion import PageConversion

ANYTHING = SourcePolicy()


def reader(site: Website) -> Reader:
    return Reader(SystemClock(), PageConversion(), reach=site.reach)


async def test_an_article_comes_as_markdown_with_title_date_and_links() -> None:
    page = html("Flask came in 2010.", title="Flask", date="2010-04-01", links=["/next#part", "mailto:a@b.example"])
    async with Website({"/flask": page}) as site:
        address = site.at("a.test", "/flask")
        found = await reader(site).read(address, ANYTHING)
        assert (address, address, "Flask", date(2010, 4, 1)) == (
            found.address,
            found.url,
            found.title,
            found.published_on,
        )
        assert (site.at("a.test", "/next"),) == found.links
    assert found.text.startswith("# Flask\n\nFlask came in 2010.")


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("The Café, of a certain Größe.".encode("windows-1252"), "text/plain; charset=windows-1252"),
        ("The Café, of a certain Größe.".encode("windows-1252"), "text/plain"),
        ("The Café, of a certain Größe.".encode(), "text/plain"),
        ("The Café, of a certain Größe.".encode("utf-16"), "text/plain"),
        ("The Café, of a certain Größe.".encode(), None),
        ("The Café, of a certain Größe.".encode(), "text/plain; charset=nonsense"),
    ],
)
async def test_text_is_read_in_its_charset(body: bytes, declared: str | None) -> None:
    async with Website({"/t": sends(body, declared)}) as site:
        assert "The Café, of a certain Größe." == (await reader(site).read(site.at("a.test", "/t"), ANYTHING)).text


async def test_html_is_read_in_the_charset_that_the_header_or_the_page_names() -> None:
    page = f"<html><head>%s<title>日本</title></head><body><article><p>東京の天気。{LONG}</p></article></body></html>"
    within = sends((page % '<meta charset="shift_jis">').encode("shift_jis"), "text/html")
    above = sends((page % "").encode("shift_jis"), "text/html; charset=shift_jis")
    async with Website({"/within": within, "/above": above}) as site:
        for path in ("/within", "/above"):
            assert "東京の天気。" in (await reader(site).read(site.at("a.test", path), ANYTHING)).text


async def test_json_and_xml_are_text_and_no_entity_is_followed() -> None:
    feed = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY l "lol">]>'
        b"<rss><channel><title>News</title><item>Python 3.15 is out &x; &l;</item></channel></rss>"
    )
    answers = {"/d": sends(b'{"a": 1}', "application/json"), "/f": sends(feed, "application/rss+xml")}
    async with Website(answers) as site:
        assert '{"a": 1}' == (await reader(site).read(site.at("a.test", "/d"), ANYTHING)).text
        found = await reader(site).read(site.at("a.test", "/f"), ANYTHING)
    assert "News" == found.title
    assert "Python 3.15 is out" in found.text
    assert "root:" not in found.text


@pytest.mark.parametrize(
    ("body", "declared", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", r"of a kind that cannot be read \(image/png\)\. Use another source"),
        (b"a\0b", "text/plain", "of a kind that cannot be read"),
        (b"", "text/plain", "is empty"),
        (b"<html><body><script>app()</script></body></html>", "text/html", "no text to read"),
    ],
)
async def test_what_is_no_text_is_refused_with_a_sentence(body: bytes, declared: str, sentence: str) -> None:
    async with Website({"/x": sends(body, declared)}) as site:
        with pytest.raises(ToolFailed, match=sentence):
            await reader(site).read(site.at("a.test", "/x"), ANYTHING)


async def test_a_pdf_is_followed_unpacked_and_read_like_a_page() -> None:
    report = pdf(["The quokka lives on Rottnest."])
    packed = sends(gzip.compress(report), "application/pdf", headers={"Content-Encoding": "gzip"})
    rules = sends(b"User-agent: *\nDisallow: /closed", "text/plain")
    async with Website({"/latest": leads_to("/r.pdf"), "/r.pdf": packed, "/robots.txt": rules}) as site:
        found = await reader(site).read(site.at("a.test", "/latest"), ANYTHING)
        assert ("r.pdf", site.at("a.test", "/r.pdf")) == (found.title, found.url)
        with pytest.raises(ToolFailed, match=r"robots\.txt"):
            await reader(site).read(site.at("a.test", "/closed.pdf"), ANYTHING)
    assert "## Page 1\n\nThe quokka lives on Rottnest." == found.text


async def test_no_more_is_read_than_a_page_or_a_file_may_have() -> None:
    answers = {
        "/page": sends(b"<html>" + b"x" * 5_000_000, "text/html"),
        "/file": sends(b"%PDF-" + b"x" * 25_000_000, "text/html"),
    }
    async with Website(answers) as site:
        for path, most in (("/page", "5 MB"), ("/file", "25 MB")):
            with pytest.raises(ToolFailed, match=f"is larger than {most} and was not read"):
                await reader(site).read(site.at("a.test", path), ANYTHING)


async def test_another_status_is_said_and_nothing_kept() -> None:
    async with Website() as site:
        with pytest.raises(ToolFailed, match="answered HTTP 404"):
            await reader(site).read(site.at("a.test", "/nowhere"), ANYTHING)


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    chain = {f"/{n}": leads_to(f"/{n + 1}") for n in range(6)}
    async with Website({**chain, "/6": html("The end.")}) as site:
        found = await reader(site).read(site.at("a.test", "/1"), ANYTHING)
        assert site.at("a.test", "/6") == found.url
        assert "The end." in found.text
        with pytest.raises(ToolFailed, match="redirected more than 5 times"):
            await reader(site).read(site.at("a.test", "/0"), ANYTHING)


async def test_a_redirect_to_the_inside_is_not_followed() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "a.test" else ["169.254.169.254"]

    async with Website({"/out": leads_to("http://metadata.test/latest")}) as site:
        guarded = Reader(SystemClock(), PageConversion(), reach=Reach(resolve, site.reach.allowed))
        with pytest.raises(ToolFailed, match=r"metadata\.test is not on the public internet"):
            await guarded.read(site.at("a.test", "/out"), ANYTHING)
        for scheme in ("file:///etc/passwd", "gopher://a.test/"):
            site.answers["/other"] = leads_to(scheme)
            with pytest.raises(ToolFailed, match="begin with http"):
                await guarded.read(site.at("a.test", "/other"), ANYTHING)


async def test_every_hop_has_to_be_a_host_that_the_policy_admits() -> None:
    policy = SourcePolicy(denied_domains=("evil.test",))
    async with Website({"/out": leads_to("http://sub.evil.test/page")}) as site:
        with pytest.raises(ToolFailed, match=r"does not allow pages from sub\.evil\.test"):
            await reader(site).read(site.at("a.test", "/out"), policy)
        assert ["a.test/out"] == site.seen


async def test_what_robots_may_not_read_is_not_fetched_and_the_rules_are_asked_for_once() -> None:
    rules = sends(b"User-agent: *\nDisallow: /private\n\nUser-agent: Threadwork\nDisallow: /ours", "text/plain")
    async with Website({"/robots.txt": rules, "/private": html("For others."), "/ours": html("No.")}) as site:
        one = reader(site)
        assert "For others." in (await one.read(site.at("a.test", "/private"), ANYTHING)).text
        with pytest.raises(ToolFailed, match=r"robots\.txt"):
            await one.read(site.at("a.test", "/ours"), ANYTHING)
        assert ["a.test/private"] == site.seen
        assert 2 == len(site.visits)


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (410, True), (500, False), (503, False)])
async def test_rules_that_cannot_be_had_count_as_rfc_9309_says(status: int, allowed: bool) -> None:
    answers = {"/robots.txt": sends(b"", "text/plain", status=status), "/p": html("Here.")}
    async with Website(answers) as site:
        if allowed:
            assert "Here." in (await reader(site).read(site.at("a.test", "/p"), ANYTHING)).text
        else:
            with pytest.raises(ToolFailed, match=r"robots\.txt"):
                await reader(site).read(site.at("a.test", "/p"), ANYTHING)


@dataclass
class Clock(SystemClock):
    at: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


async def test_rules_are_asked_for_again_after_a_day_and_soon_where_they_could_not_be_had() -> None:
    clock, page = Clock(), html("Here.")
    closed, broken = sends(b"User-agent: *\nDisallow: /", "text/plain"), sends(b"", "text/plain", status=503)
    async with Website({"/p": page, "/robots.txt": broken}) as site:
        one, address = Reader(clock, PageConversion(), reach=site.reach), site.at("a.test", "/p")

        async def reads(rules: Answer, later: timedelta) -> bool:
            site.answers["/robots.txt"] = rules
            clock.at += later
            try:
                return bool(await one.read(address, ANYTHING))
            except ToolFailed:
                return False

        open_, minutes, hours = sends(b"", "text/plain"), timedelta(minutes=1), timedelta(hours=1)
        assert not await reads(broken, 0 * hours)
        assert not await reads(open_, 9 * minutes)
        assert await reads(open_, 1 * minutes)
        assert await reads(closed, 23 * hours)
        assert not await reads(closed, 1 * hours)
        assert not await reads(open_, 23 * hours)
        assert await reads(open_, 1 * hours)
        # Unreachable: the older rules count on.
        assert await reads(broken, 25 * hours)
        assert not await reads(closed, 10 * minutes)


async def test_rules_behind_a_redirect_count_too() -> None:
    answers = {"/robots.txt": leads_to("/rules"), "/rules": sends(b"User-agent: *\nDisallow: /", "text/plain")}
    async with Website(answers) as site:
        with pytest.raises(ToolFailed, match=r"robots\.txt"):
            await reader(site).read(site.at("a.test", "/p"), ANYTHING)


async def test_a_page_that_trickles_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    monkeypatch.setattr(reading, "SECONDS", 0.5)
    async with Website({"/slow": trickle}) as site:
        with pytest.raises(ToolFailed, match=r"did not answer within 0\.5 seconds"):
            await reader(site).read(site.at("a.test", "/slow"), ANYTHING)


async def test_a_page_nested_without_end_is_read_or_refused_but_never_ends_us() -> None:
    async with Website({"/deep": sends(b"<div>" * 200_000 + b"text", "text/html")}) as site:
        try:
            await reader(site).read(site.at("a.test", "/deep"), ANYTHING)
        except ToolFailed as refused:
            assert refused.sentence
