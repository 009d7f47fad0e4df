"""The bot's token goes to Slack's file hosts over https, or to the look-alike it works with, and nowhere else."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming.downloads import Downloads, NotFetched, origins
from storage.library.unreadable import LARGEST_BYTES, Unreadable

SLACK = {("https", "files.slack.com", 443), ("https", "slack-files.com", 443)}
TOKEN = "token-of-the-bot"


class Host:
    """A file host that writes down what it was sent."""

    def __init__(self) -> None:
        self.tokens: list[str | None] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        match request.path:
            case "/moved":
                raise web.HTTPFound("/file")
            case "/page":
                return web.Response(text="<h1>Sign in</h1>", content_type="text/html")
            case "/long":
                return web.Response(body=b"x" * (LARGEST_BYTES + 1))
            case "/bomb":
                response = web.Response(body=b"x" * (LARGEST_BYTES * 2))
                response.enable_compression(web.ContentCoding.gzip)
                return response
            case "/cut":
                cut = web.StreamResponse(headers={"Content-Length": "100"})
                await cut.prepare(request)
                await cut.write(b"half")
                assert request.transport is not None
                request.transport.abort()
                return cut
            case "/file":
                return web.Response(body=b"# Study")
        return web.Response(status=int(request.path[1:]))


@pytest.fixture
async def hosts() -> AsyncIterator[Callable[[], Any]]:
    runners: list[web.AppRunner] = []

    async def start() -> Host:
        host, app = Host(), web.Application()
        app.router.add_get("/{name}", host.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        host.port = runner.addresses[0][1]
        return host

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def host(hosts: Callable[[], Any]) -> Host:
    started: Host = await hosts()
    return started


@pytest.fixture
async def downloads(host: Host) -> AsyncIterator[Downloads]:
    async with ClientSession() as session:
        yield Downloads(AsyncWebClient(token=TOKEN, base_url=f"{host.url}/api/", session=session))


@pytest.mark.parametrize(
    ("api_url", "trusted"),
    [
        ("https://slack.com/api/", SLACK),
        ("https://www.slack.com/api/", SLACK),
        ("http://127.0.0.1:8080/api/", {("http", "127.0.0.1", 8080)}),
        ("http://localhost/api/", {("http", "localhost", 80)}),
        ("https://slack.example.org/api/", {("https", "slack.example.org", 443), *SLACK}),
        ("https://notslack.com/api/", {("https", "notslack.com", 443), *SLACK}),
    ],
)
def test_who_is_trusted_follows_from_the_slack_that_is_used(api_url: str, trusted: set[Any]) -> None:
    assert origins(api_url) == trusted


@pytest.mark.parametrize(
    "address",
    [
        "http://files.slack.com/files-pri/T1-F1/a.md",
        "https://files.slack.com:8443/a.md",
        "https://files.slack.com./a.md",
        "https://files.slack.com.example.org/a.md",
        "https://example.org/files.slack.com/a.md",
        "https://files.slack.com@example.org/a.md",
        "https://files.slack.com\\@example.org/a.md",
        "https://somebody:secret@files.slack.com/a.md",
        "https://xfiles.slack.com/a.md",
        "https://slack.com/a.md",
        "https://127.0.0.1/a.md",
        "file:///etc/hostname",
        "//files.slack.com/a.md",
        "http://[::1",
        "",
    ],
)
async def test_no_other_address_is_asked(address: str) -> None:
    downloads = Downloads(AsyncWebClient(token=TOKEN, base_url="https://slack.com/api/"))
    # Without a session any request would fail in another way.
    with pytest.raises(Unreadable):
        await downloads.fetch(address)


async def test_a_look_alike_on_this_machine_gets_the_token_on_its_own_port_alone(
    hosts: Callable[[], Any], host: Host, downloads: Downloads
) -> None:
    other: Host = await hosts()
    assert await downloads.fetch(f"{host.url}/file") == b"# Study"
    with pytest.raises(Unreadable, match="outside Slack"):
        await downloads.fetch(f"{other.url}/file")
    with pytest.raises(Unreadable, match="outside Slack"):
        await downloads.fetch("https://files.slack.com/files-pri/T1-F1/a.md")
    assert (host.tokens, other.tokens) == ([f"Bearer {TOKEN}"], [])


async def test_a_redirect_is_not_followed_not_even_to_the_same_host(host: Host, downloads: Downloads) -> None:
    with pytest.raises(Unreadable, match="does not let me download it"):
        await downloads.fetch(f"{host.url}/moved")
    assert len(host.tokens) == 1


@pytest.mark.parametrize("path", ["page", "403", "404"])
async def test_what_slack_shows_instead_of_a_file_is_no_document(host: Host, downloads: Downloads, path: str) -> None:
    with pytest.raises(Unreadable, match="does not let me download it"):
        await downloads.fetch(f"{host.url}/{path}")


@pytest.mark.parametrize("path", ["long", "bomb"])
async def test_no_more_than_the_limit_is_read_however_it_is_packed(host: Host, downloads: Downloads, path: str) -> None:
    with pytest.raises(Unreadable, match="larger than 25 MB"):
        await downloads.fetch(f"{host.url}/{path}")


@pytest.mark.parametrize("path", ["429", "500", "503"])
async def test_what_may_work_later_is_no_verdict_on_the_file(host: Host, downloads: Downloads, path: str) -> None:
    with pytest.raises(NotFetched, match=path):
        await downloads.fetch(f"{host.url}/{path}")


async def test_a_connection_that_breaks_is_tried_again_later(host: Host, downloads: Downloads) -> None:
    with pytest.raises(NotFetched):
        await downloads.fetch(f"{host.url}/cut")
