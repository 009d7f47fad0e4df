"""Who may talk to the simulator: programs on this machine, and its own page."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# A file that somebody uploaded must not run as a part of the page.
FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Against other sites in the user's browser: a wrong Host is rebinding, a wrong Origin is forgery."""
    port = request.url.port if request.transport is None else request.transport.get_extra_info("sockname")[1]
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    if request.headers.get("Host") not in hosts:
        return web.Response(status=403, text="This Host is not served here.")
    origin = request.headers.get("Origin")
    if origin is not None and origin.removeprefix("http://") != request.headers["Host"]:
        return web.Response(status=403, text="Requests from other sites are refused.")
    if origin is None and _from_another_site(request):
        return web.Response(status=403, text="Requests from other sites are refused.")
    return await handler(request)


def _from_another_site(request: web.Request) -> bool:
    """A link that somebody followed to the front page is no request of that site."""
    followed = request.method == "GET" and request.path == "/"
    followed = followed and request.headers.get("Sec-Fetch-Mode") == "navigate"
    followed = followed and request.headers.get("Sec-Fetch-Dest") == "document"
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") and not followed
