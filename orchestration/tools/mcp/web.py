"""An HTTP server (streamable HTTP): one address, the declared headers, no redirects, answers of a bounded size."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client

from orchestration.tools.mcp.server import McpServer

ANSWER_BYTES = 4_000_000
"""A longer answer ends its request."""
SILENT_SECONDS = 300.0
"""How long a stream of events may say nothing; a call's own timeout is shorter."""


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = ANSWER_BYTES
        async for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise httpx2.ReadError(f"the answer is longer than {ANSWER_BYTES:,} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _BoundedTransport(httpx2.AsyncHTTPTransport):
    """Events are bounded one by one, by the client; a whole answer is not, so it is here."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            # Nobody asked for it, and a few bytes of it can be a great many.
            await response.aclose()
            raise httpx2.DecodingError("the answer is compressed", request=request)
        events = response.headers.get("content-type", "").startswith("text/event-stream")
        if not events and isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Bounded(response.stream)
        return response


@asynccontextmanager
async def reached(server: McpServer) -> AsyncIterator[Any]:
    """Nothing of the environment takes part: no proxy, no netrc, no cookie of another server."""
    async with (
        httpx2.AsyncClient(
            headers={**server.headers, "Accept-Encoding": "identity"},
            timeout=httpx2.Timeout(server.timeout_seconds, read=SILENT_SECONDS),
            transport=_BoundedTransport(),
            trust_env=False,
            max_redirects=0,
        ) as client,
        streamable_http_client(server.url, http_client=client) as streams,
    ):
        yield streams
