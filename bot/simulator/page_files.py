"""The files of the page."""

from pathlib import Path

from aiohttp import web

from bot.simulator.security import PAGE_HEADERS

_PAGE = Path(__file__).with_name("page")


async def page_file(request: web.Request) -> web.StreamResponse:
    path = _PAGE / request.match_info.get("name", "index.html")
    if path.parent != _PAGE or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=PAGE_HEADERS)
