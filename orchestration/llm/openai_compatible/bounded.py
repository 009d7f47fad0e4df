"""Reads a reply up to REPLY_BYTES, whatever its headers promise: counted as it comes, and again as it is unpacked."""

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx2

REPLY_BYTES = 16_000_000
PIECE_BYTES = 64_000
ACCEPTED = "identity"
"""What is asked for. Some gateways pack a reply all the same."""
_PACKED = {"gzip", "x-gzip", "deflate"}
_EITHER_HEADER = zlib.MAX_WBITS | 32


class ReplyTooLarge(httpx2.ReadError):
    """The reply has more bytes than any completion."""


async def bound(response: httpx2.Response) -> None:
    """An event hook of the client: it runs before a byte of the body is read, for errors too."""
    if _promised(response) > REPLY_BYTES:
        raise ReplyTooLarge("too large by its Content-Length", request=response.request)
    encoding = response.headers.pop("content-encoding", "identity").strip().lower()
    if encoding not in {*_PACKED, "identity", ""}:
        raise httpx2.DecodingError(f"a reply packed as {encoding[:40]}", request=response.request)
    response.stream = _Bounded(response, packed=encoding in _PACKED)


def _promised(response: httpx2.Response) -> int:
    length = response.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, response: httpx2.Response, *, packed: bool) -> None:
        self._request = response.request
        self._inner = response.stream
        self._unpacking = zlib.decompressobj(_EITHER_HEADER) if packed else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = read = 0
        assert isinstance(self._inner, httpx2.AsyncByteStream)
        async for chunk in self._inner:
            received += len(chunk)
            for piece in self._unpacked(chunk):
                read += len(piece)
                if max(received, read) > REPLY_BYTES:
                    raise ReplyTooLarge("too large", request=self._request)
                yield piece

    def _unpacked(self, chunk: bytes) -> Iterator[bytes]:
        if self._unpacking is None:
            yield chunk
            return
        try:
            while chunk:
                yield self._unpacking.decompress(chunk, PIECE_BYTES)
                chunk = self._unpacking.unconsumed_tail
        except zlib.error as error:
            raise httpx2.DecodingError(str(error), request=self._request) from error

    async def aclose(self) -> None:
        assert isinstance(self._inner, httpx2.AsyncByteStream)
        await self._inner.aclose()
