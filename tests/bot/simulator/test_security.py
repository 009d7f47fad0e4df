import json
from typing import Any

import aiohttp
import pytest


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1"}, 403),
        ({"Host": "127.0.0.1:1"}, 403),
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Origin": "http://localhost:{port}", "Host": "localhost:{port}"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/client/workspace", "/api/api.test"])
async def test_only_this_machine_and_its_own_page_are_served(
    slack: Any, http: aiohttp.ClientSession, headers: dict[str, str], status: int, path: str
) -> None:
    port = slack.url.rpartition(":")[2]
    sent = {name: value.replace("{port}", port) for name, value in headers.items()}
    async with http.get(slack.url + path, headers=sent) as response:
        assert status == response.status


async def test_a_followed_link_may_open_the_page_and_nothing_else(slack: Any, http: aiohttp.ClientSession) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with http.get(slack.url, headers=link) as response:
        assert 200 == response.status
    async with http.get(slack.url + "/client/workspace", headers=link) as response:
        assert 403 == response.status
    async with http.get(slack.url, headers={**link, "Sec-Fetch-Dest": "iframe"}) as response:
        assert 403 == response.status


async def test_the_page_is_served_with_a_policy_that_lets_nothing_else_in(
    slack: Any, http: aiohttp.ClientSession
) -> None:
    for path in ("/", "/page/index.html"):
        async with http.get(slack.url + path) as response:
            assert (200, "text/html") == (response.status, response.content_type)
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")
    for path in ("/page/../server.py", "/page/%2e%2e%2fserver.py", "/page/", "/server.py"):
        async with http.get(slack.url + path) as response:
            assert 404 == response.status


async def test_a_socket_from_another_site_is_refused(slack: Any, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(slack.sockets.open_url(), origin="https://evil.example")


async def test_a_change_needs_the_header_that_only_the_page_can_send(slack: Any, http: aiohttp.ClientSession) -> None:
    body = json.dumps({"user": "U0ANA", "channel": "C0RESEARCH", "text": "forged"})
    async with http.post(slack.url + "/client/messages", data=body) as response:
        assert 403 == response.status
    assert [] == slack.workspace.in_channel("C0RESEARCH")


async def test_it_listens_on_this_machine_only(run: Any) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        await run(host="0.0.0.0")


async def test_an_uploaded_page_cannot_run(slack: Any, http: aiohttp.ClientSession) -> None:
    file_id = slack.upload("U0ANA", "page.html", b"<script>alert(1)</script>")
    async with http.get(f"{slack.url}/client/files/{file_id}", params={"user": "U0ANA"}) as response:
        assert "sandbox" in response.headers["Content-Security-Policy"]
    async with http.get(f"{slack.url}/client/files/{file_id}", params={"user": "U0BEN"}) as response:
        assert 404 == response.status
