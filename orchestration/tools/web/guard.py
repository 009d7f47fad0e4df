"""One request to a public host: resolved once, refused if any record is not public, connected to what was found."""

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from orchestration.tools.web.forbidden import is_forbidden
from orchestration.values.errors import ToolFailed

USER_AGENT = "Threadwork/0.1 (research agent; reads single pages on request)"
HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.9,application/json;q=0.8,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
PORTS = frozenset({80, 443})
CONNECT_SECONDS = 5.0
PIECE_BYTES = 65_536
HEAD_BYTES = 1_024


class NotReachable(ToolFailed):
    """Nothing is fetched from there. Use a public page."""


class Resolve(Protocol):
    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Every IP address of the host. Raises OSError where there is none."""


async def system_resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where requests may go. `allowed` names places (IP address, port) beyond the public ones: a test's own server."""

    resolve: Resolve = system_resolve
    allowed: frozenset[tuple[str, int]] = frozenset()

    def admits(self, address: str, port: int) -> bool:
        return (address, port) in self.allowed or (port in PORTS and not is_forbidden(address))

    async def pinned(self, url: URL) -> tuple[str, ...]:
        """The addresses that the one look-up of this hop brought. Raises NotReachable if any of them is not public."""
        host, port = place_of(url)
        if port not in PORTS and not any(port == known for _, known in self.allowed):
            raise NotReachable(f"{host} is asked for on port {port}. Pages are only read from ports 80 and 443.")
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                addresses = tuple(await self.resolve(host, port))
        except (OSError, UnicodeError, TimeoutError):
            addresses = ()
        if not addresses:
            raise NotReachable(f"The host {host} cannot be found. Check the address, or try another page.")
        if not all(self.admits(address, port) for address in addresses):
            raise NotReachable(f"The host {host} is not on the public internet, and only public pages are read.")
        return addresses


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


@asynccontextmanager
async def sent(url: URL, reach: Reach) -> AsyncIterator[aiohttp.ClientResponse]:
    """A GET over a connection of its own, redirects not followed, without cookies, proxy, referrer or credentials."""
    addresses = await reach.pinned(url)
    connector = aiohttp.TCPConnector(
        resolver=_Pinned(addresses),
        use_dns_cache=False,
        force_close=True,
        socket_factory=_fuse(addresses),
    )
    async with (
        aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        ) as session,
        session.get(url, headers=HEADERS, allow_redirects=False) as response,
    ):
        yield response


async def fetched(url: URL, reach: Reach, *, most_bytes: Callable[[bytes], int]) -> Reply:
    """The whole reply. Raises ToolFailed beyond so many decompressed bytes, OSError and aiohttp's errors.

    `most_bytes` is asked with the first KB.
    """
    async with sent(url, reach) as response:
        body = bytearray()
        async for piece in _decompressed(response):
            body += piece
            most = most_bytes(bytes(body[:HEAD_BYTES]))
            if len(body) > most:
                raise ToolFailed(f"{shown(url)} is larger than {most // 1_000_000 or 1} MB and was not read.")
        return Reply(response.status, response.headers, bytes(body))


async def _decompressed(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """In pieces of bounded size, so that a small body cannot become a huge one before it is counted."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        async for data in response.content.iter_chunked(PIECE_BYTES):
            yield data
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ToolFailed(f"The page came in an encoding that was not asked for ({encoding[:20]}).")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either header, zlib's or gzip's
    async for data in response.content.iter_chunked(PIECE_BYTES):
        while data:
            try:
                yield inflate.decompress(data, PIECE_BYTES)
            except zlib.error:
                raise ToolFailed("The page cannot be decompressed.") from None
            data = inflate.unconsumed_tail


class _Pinned(AbstractResolver):
    """Knows no other addresses than those that were checked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


def _fuse(addresses: Sequence[str]) -> Any:
    """The last look before a connection is made: whatever the client does with a name, it goes nowhere else."""

    def create(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, place = info
        if place[0] not in addresses:
            raise OSError(f"{place[0]} is not one of the addresses that were checked")
        return socket.socket(family, kind, protocol)

    return create


def place_of(url: URL) -> tuple[str, int]:
    """Host and port. Raises NotReachable for what is no web page's address, or carries credentials."""
    host, port = url.raw_host, url.port
    if url.scheme not in ("http", "https") or not host or not port:
        raise NotReachable(f"{shown(url)} is not the address of a web page. It has to begin with http:// or https://.")
    if url.user is not None or url.password is not None:
        raise NotReachable("An address that contains a user name or password is not fetched.")
    return host, port


def shown(url: URL) -> str:
    return str(url.with_user(None) if url.raw_host else url)[:200]
