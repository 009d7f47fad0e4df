"""One request: where it may go, how often a name is looked up, and how much comes back."""

import asyncio
import gzip
import zlib
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Sequence
from typing import Any

import pytest
from website import Website, sends
from yarl import URL

from orchestration.tools.web.guard import USER_AGENT, NotReachable, Reach, fetched
from orchestration.values.errors import ToolFailed

PUBLIC = "93.184.216.34"


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every place that a socket was told to connect to; none is reached but this machine."""
    places: list[Any] = []
    really = BaseSelectorEventLoop.sock_connect

    async def connect(loop: BaseSelectorEventLoop, sock: Any, address: Any) -> None:
        places.append(address[:2])
        if address[0] != "127.0.0.1":
            raise OSError("not in a test")
        await really(loop, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", connect)
    return places


class Names:
    """A resolver that answers by a list, look-up by look-up."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self._answers.pop(0)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://0/",
            "http://127.1/",
        ),
        *("http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/"),
        *("http://[64:ff9b::a9fe:a9fe]/", "http://[fe80::1%25lo]/", "http://localhost/", "http://localhost./"),
    ],
)
async def test_an_address_of_the_inside_is_refused_before_anything_is_connected(
    address: str, connected: list[Any]
) -> None:
    with pytest.raises(ToolFailed):
        await fetched(URL(address), Reach(), most_bytes=lambda head: 1000)
    assert [] == connected


async def test_one_bad_record_among_good_ones_refuses_the_host(connected: list[Any]) -> None:
    with pytest.raises(NotReachable, match="not on the public internet"):
        await fetched(URL("http://mixed.example/"), Reach(Names([PUBLIC, "10.0.0.1"])), most_bytes=lambda head: 1000)
    assert [] == connected


async def test_a_name_that_changes_its_address_after_the_check_is_connected_to_what_was_checked(
    connected: list[Any],
) -> None:
    names = Names([PUBLIC], ["127.0.0.1"])
    with pytest.raises(OSError, match="Cannot connect to host"):
        await fetched(URL("http://rebinds.example/"), Reach(names), most_bytes=lambda head: 1000)
    assert ([(PUBLIC, 80)], [("rebinds.example", 80)]) == (connected, names.asked)
    with pytest.raises(NotReachable):
        await fetched(URL("http://rebinds.example/"), Reach(names), most_bytes=lambda head: 1000)
    assert [(PUBLIC, 80)] == connected


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ftp://example.org/", "begin with http"),
        ("file:///etc/passwd", "begin with http"),
        ("http://example.org:22/", "from ports 80 and 443"),
        ("http://example.org:8080/", "from ports 80 and 443"),
        ("http://user:secret@example.org/", "user name or password"),
        ("/relative", "begin with http"),
    ],
)
async def test_other_schemes_ports_and_credentials_are_refused_with_a_sentence(address: str, sentence: str) -> None:
    names = Names([PUBLIC])
    with pytest.raises(NotReachable, match=sentence) as refused:
        await fetched(URL(address), Reach(names), most_bytes=lambda head: 1000)
    assert [] == names.asked
    assert "secret" not in refused.value.sentence


async def test_the_host_is_named_and_nothing_of_us_but_a_plain_user_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    answer = sends(b"hello", "text/plain", headers={"Set-Cookie": "a=b"})
    async with Website({"/page": answer}) as site:
        for _ in range(2):
            reply = await fetched(URL(site.at("example.test", "/page")), site.reach, most_bytes=lambda head: 1000)
    assert (200, b"hello") == (reply.status, reply.body)
    assert [f"example.test:{site.port}"] * 2 == [visit.host for visit in site.visits]
    sent = site.visits[1].headers
    assert USER_AGENT == sent["User-Agent"]
    assert {"Cookie", "Authorization", "Referer"}.isdisjoint(sent)


async def test_a_tls_handshake_names_the_host() -> None:
    hello = asyncio.get_running_loop().create_future()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.set_result(await reader.read(4096))
        writer.close()

    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(OSError):
            url = URL(f"https://secure.example:{port}/")
            await fetched(url, Reach(resolve, frozenset({("127.0.0.1", port)})), most_bytes=lambda head: 1000)
        assert b"secure.example" in await hello


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_small_body_that_becomes_a_huge_one_is_not_read_to_its_end(encoding: str, pack: Any) -> None:
    bomb = sends(pack(b"\0" * 30_000_000), "text/html", headers={"Content-Encoding": encoding})
    async with Website({"/bomb": bomb}) as site:
        with pytest.raises(ToolFailed, match="larger than 2 MB"):
            await fetched(URL(site.at("bomb.test", "/bomb")), site.reach, most_bytes=lambda head: 2_000_000)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_what_is_compressed_arrives_whole(encoding: str, pack: Any) -> None:
    text = bytes(range(256)) * 1000
    packed = sends(pack(text), "text/plain", headers={"Content-Encoding": encoding})
    async with Website({"/page": packed}) as site:
        assert (
            text == (await fetched(URL(site.at("a.test", "/page")), site.reach, most_bytes=lambda head: 2_000_000)).body
        )


async def test_broken_and_unknown_encodings_are_refused_with_a_sentence() -> None:
    broken = sends(b"no gzip", "text/plain", headers={"Content-Encoding": "gzip"})
    other = sends(b"x", "text/plain", headers={"Content-Encoding": "br"})
    async with Website({"/broken": broken, "/other": other}) as site:
        with pytest.raises(ToolFailed, match="cannot be decompressed"):
            await fetched(URL(site.at("a.test", "/broken")), site.reach, most_bytes=lambda head: 1000)
        with pytest.raises(ToolFailed, match="not asked for"):
            await fetched(URL(site.at("a.test", "/other")), site.reach, most_bytes=lambda head: 1000)
