"""A page as readable text, hop by hop."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from website import LONG, Website, html, leads_to, sends

from bot.clock import SystemClock
from orchestration.errors import ToolFailed
from orchestration.policy import SourcePolicy
from orchestration.tools.web import reader as reading
from orchestration.tools.web.converter import Converter, Received
from orchestration.tools.web.guard import Reach
from orchestration.tools.web.reader import Reader

ANYTHING = SourcePolicy()


def reader(site: Website) -> Reader:
    return Reader(SystemClock(), reach=site.reach)


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
        ("Café Größe".encode("windows-1252"), "text/plain; charset=windows-1252"),
        ("Café Größe".encode("windows-1252"), "text/plain"),
        ("Café Größe".encode(), "text/plain"),
        ("Café Größe".encode("utf-16"), "text/plain"),
        ("Café Größe".encode(), None),
        ("Café Größe".encode(), "text/plain; charset=nonsense"),
    ],
)
async def test_text_is_read_in_its_charset(body: bytes, declared: str | None) -> None:
    async with Website({"/t": sends(body, declared)}) as site:
        assert "Café Größe" == (await reader(site).read(site.at("a.test", "/t"), ANYTHING)).text


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
        (b"%PDF-1.7 ...", "application/pdf", "is a PDF"),
        (b"%PDF-1.7 ...", "text/html", "is a PDF"),
        (b"\x89PNG", "image/png", "is image/png, not text"),
        (b"a\0b", "text/plain", "not text"),
        (b"", "text/plain", "no text to read"),
        (b"<html><body><script>app()</script></body></html>", "text/html", "no text to read"),
    ],
)
async def test_what_is_no_text_is_refused_with_a_sentence(body: bytes, declared: str, sentence: str) -> None:
    async with Website({"/x": sends(body, declared)}) as site:
        with pytest.raises(ToolFailed, match=sentence):
            await reader(site).read(site.at("a.test", "/x"), ANYTHING)


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
        guarded = Reader(SystemClock(), reach=Reach(resolve, site.reach.allowed))
        with pytest.raises(ToolFailed, match=r"metadata\.test is not on the public internet"):
            await guarded.read(site.at("a.test", "/out"), ANYTHING)
        for scheme in ("file:///etc/passwd", "gopher://a.test/"):
            site.answers["/other"] = leads_to(scheme)
            with pytest.raises(ToolFailed, match="begin with http"):
                await guarded.read(site.at("a.test", "/other"), ANYTHING)


async def test_every_hop_has_to_be_a_host_that_the_policy_admits() -> None:
    policy = SourcePolicy(denied_domains=("evil.test",))
    async with Website({"/out": leads_to("http://sub.evil.test/page")}) as site:
        with pytest.raises(ToolFailed, match=r"does not take pages from sub\.evil\.test"):
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


async def test_rules_that_could_not_be_had_are_asked_for_again() -> None:
    async with Website({"/robots.txt": sends(b"", "text/plain", status=503), "/p": html("Here.")}) as site:
        one = reader(site)
        with pytest.raises(ToolFailed, match=r"robots\.txt"):
            await one.read(site.at("a.test", "/p"), ANYTHING)
        site.answers["/robots.txt"] = sends(b"User-agent: *\nDisallow: /private", "text/plain")
        assert "Here." in (await one.read(site.at("a.test", "/p"), ANYTHING)).text


async def test_rules_behind_a_redirect_count_too() -> None:
    answers = {"/robots.txt": leads_to("/rules"), "/rules": sends(b"User-agent: *\nDisallow: /", "text/plain")}
    async with Website(answers) as site:
        with pytest.raises(ToolFailed, match=r"robots\.txt"):
            await reader(site).read(site.at("a.test", "/p"), ANYTHING)


async def test_a_page_that_trickles_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        for _ in range(200):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    monkeypatch.setattr(reading, "SECONDS", 0.5)
    async with Website({"/slow": trickle}) as site:
        with pytest.raises(ToolFailed, match=r"did not answer within 0\.5 seconds"):
            await reader(site).read(site.at("a.test", "/slow"), ANYTHING)


async def test_a_page_that_stalls_or_kills_its_parser_costs_one_child_and_a_sentence(tmp_path: Path) -> None:
    received = Received("html", "http://a.test/", None, b"<p>" * 100)
    for source in ("while True: pass", "import os; os.abort()", "print('[]')"):
        program = tmp_path / "hostile.py"
        program.write_text(source)
        with pytest.raises(ToolFailed, match="could not be taken out"):
            await Converter(program, seconds=1.0).text_of(received)


async def test_the_child_knows_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    program = tmp_path / "tells.py"
    program.write_text("import json, os; print(json.dumps({'text': ' '.join(os.environ)}))")
    told = (await Converter(program).text_of(Received("text", "", None, b"")))["text"]
    assert re.search("KEY|PATH|HOME", told) is None


async def test_a_page_nested_without_end_is_read_or_refused_but_never_ends_us() -> None:
    async with Website({"/deep": sends(b"<div>" * 200_000 + b"text", "text/html")}) as site:
        try:
            await reader(site).read(site.at("a.test", "/deep"), ANYTHING)
        except ToolFailed as refused:
            assert refused.sentence
