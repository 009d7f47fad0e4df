"""Private files of Slack, fetched with the bot's token, which goes to Slack's own hosts and nowhere else."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.setup.setting_values import is_loopback
from orchestration.values.errors import OperatorError
from storage.library.unreadable import LARGEST_BYTES, TooLarge, Unreadable

SLACK_COM = "slack.com"
FILE_HOSTS = ("files.slack.com", "slack-files.com")
SECONDS = 60.0
"""For one file."""
PIECE_BYTES = 65_536

Origin = tuple[str, str | None, int | None]


class NotFetched(OperatorError):
    """Slack did not return a file. The log has the reason; I'll try again."""


class Downloads:
    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._origins = origins(client.base_url)

    async def fetch(self, address: str) -> bytes:
        """Raises Unreadable where trying again changes nothing, NotFetched where it may help."""
        url = self._trusted(address)
        assert self._client.session is not None  # slack_client() gives every client one
        try:
            async with self._client.session.get(
                url,
                headers={"Authorization": f"Bearer {self._client.token}", "Accept-Encoding": "identity"},
                # A redirect would carry the token wherever it points.
                allow_redirects=False,
                proxy=self._client.proxy,
                timeout=aiohttp.ClientTimeout(total=SECONDS),
            ) as response:
                return await _body(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotFetched(f"A file could not be fetched from Slack: {error!r}.") from error

    def _trusted(self, address: str) -> URL:
        try:
            url = URL(address)
        except ValueError:
            raise Unreadable("Slack gives no address for it that I can read.") from None
        # Parsed once, by what also connects: two readers of one address may see two hosts in it.
        if (url.scheme, url.host, url.port) not in self._origins or url.user or url.password:
            raise Unreadable("It is stored outside Slack, and I only fetch files from Slack.")
        return url


def origins(api_url: str) -> frozenset[Origin]:
    """Who may be asked for files: Slack's file hosts, and a look-alike itself, which gets the token anyway."""
    api = URL(api_url)
    slack: frozenset[Origin] = frozenset(("https", host, 443) for host in FILE_HOSTS)
    if api.host is None or api.host == SLACK_COM or api.host.endswith(f".{SLACK_COM}"):
        return slack
    own: frozenset[Origin] = frozenset({(api.scheme, api.host, api.port)})
    return own if is_loopback(api.host) else own | slack


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.status == 429 or response.status >= 500:
        raise NotFetched(f"A file could not be fetched from Slack: it answered {response.status}.")
    # Where the token is not enough, Slack shows its page to sign in.
    if response.status != 200 or response.content_type == "text/html":
        raise Unreadable("Slack does not let me download it.")
    body = bytearray()
    async for piece in response.content.iter_chunked(PIECE_BYTES):
        body += piece
        if len(body) > LARGEST_BYTES:
            raise TooLarge
    return bytes(body)
