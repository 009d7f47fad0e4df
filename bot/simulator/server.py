"""The simulator as one object: a Slack that listens on this machine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from aiohttp import web

from bot.simulator.client_api import ClientApi, Shown
from bot.simulator.clock import Clock, SystemClock
from bot.simulator.delivery import RETRY_SECONDS, Deliveries, Delivery
from bot.simulator.demo_workspace import demo_workspace
from bot.simulator.events import Events
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.files import FileStore
from bot.simulator.hooks import Hooks
from bot.simulator.http_delivery import HttpDelivery
from bot.simulator.human import HumanSide
from bot.simulator.identity import Identity
from bot.simulator.ids import Ids
from bot.simulator.manifest import Manifest
from bot.simulator.page_files import page_file
from bot.simulator.people_at_work import PeopleAtWork
from bot.simulator.pulse import Pulse
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.security import only_from_here
from bot.simulator.slack import Slack
from bot.simulator.socket_mode import SocketMode
from bot.simulator.triggers import Triggers
from bot.simulator.views import Views
from bot.simulator.webapi import ApiCall, WebApi

_LARGEST_REQUEST = 64 * 1024 * 1024
_SUGGESTIONS = (
    {
        "title": "Compare three web frameworks",
        "text": "Compare FastAPI, Flask, and Django for building a small JSON API. "
        "I want to pick the one with the best developer experience for solo work.",
        "channel": "C0RESEARCH",
    },
)


class Options(TypedDict, total=False):
    clock: Clock | None
    ids: Ids | None
    host: str
    port: int
    """0 takes a free one."""
    signing_secret: str | None
    """A random one if it is left out."""
    events_url: str | None
    suggestions: Sequence[Mapping[str, str]]
    """What the page offers a newcomer: each with title, text and channel."""
    notice: str
    """A line that the page always shows."""
    routes: Sequence[web.RouteDef]
    """Further pages under the same address."""
    links: Sequence[Mapping[str, str]]
    """To them, from the sidebar: each with title and url."""
    enforce_tiers: bool
    """429 by Slack's tiers; without it only where `faults` asks for one."""
    retry_seconds: Sequence[float]
    """How long Slack waits before each redelivery of an event."""


class Simulator(PeopleAtWork):
    """Everything that the bot and the people in the workspace can see of Slack.

    It is driven by the app's manifest: what is not declared there is refused or not delivered. With `events_url`
    the app gets its events by signed HTTP requests, without it by Socket Mode.
    """

    def __init__(self, manifest: Mapping[str, Any], **options: Unpack[Options]) -> None:
        self._host, self._port = options.get("host", "127.0.0.1"), options.get("port", 0)
        if self._host not in ("127.0.0.1", "localhost"):
            raise ValueError("The simulator listens on this machine only: host has to be 127.0.0.1.")
        secret, events_url = options.get("signing_secret"), options.get("events_url")
        self._identity = Identity(signing_secret=secret) if secret else Identity()
        self._clock, self._ids = options.get("clock") or SystemClock(), options.get("ids") or Ids()
        self._pulse, self.faults = Pulse(), Faults()
        self.sockets = SocketMode(self._identity, self._clock, self._ids, address=lambda: self.url, pulse=self._pulse)
        self.http = HttpDelivery(events_url, self.signing_secret, self._clock) if events_url else None
        self._deliveries = Deliveries(
            self.http or self.sockets,
            self._clock,
            self.faults,
            self._pulse,
            retry_seconds=options.get("retry_seconds", RETRY_SECONDS),
        )
        slack = self._furnish(Manifest.read(manifest))
        events = Events(slack, self._deliveries)
        super().__init__(slack, HumanSide(slack, self._deliveries, events, self._pulse))
        self._web_api = WebApi(slack, self.faults, self._pulse, enforce_tiers=options.get("enforce_tiers", False))
        self._feed = Feed()
        suggestions, notice = options.get("suggestions", _SUGGESTIONS), options.get("notice", "")
        shown = Shown(suggestions, notice, options.get("links", ()))
        self._client = ClientApi(slack, self, self._feed, shown)
        self._further = options.get("routes", ())
        slack.workspace.listeners += [events.on_change, self._feed.on_change, lambda _: self._pulse.beat()]
        slack.views.listeners += [self._feed.on_view, lambda *_: self._pulse.beat()]
        self.workspace = slack.workspace
        self._runner: web.AppRunner | None = None

    def _furnish(self, manifest: Manifest) -> Slack:
        return Slack(
            manifest=manifest,
            identity=self._identity,
            workspace=demo_workspace(self._identity, manifest.bot_name),
            clock=self._clock,
            ids=self._ids,
            views=Views(self._identity, self._ids),
            files=FileStore(self._ids),
            triggers=Triggers(self._clock.now, self._ids.new),
            response_urls=ResponseUrls(self._clock.now, self._ids.new),
            address=lambda: self.url,
            open_socket=self.sockets.open_url,
        )

    @property
    def url(self) -> str:
        """Where the page is, and everything else under it; known from the start only with a fixed port."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self._identity.bot_token

    @property
    def app_token(self) -> str:
        return self._identity.app_token

    @property
    def signing_secret(self) -> str:
        return self._identity.signing_secret

    @property
    def team_id(self) -> str:
        return self._identity.team_id

    @property
    def bot_user_id(self) -> str:
        return self._identity.bot_user_id

    @property
    def app_id(self) -> str:
        return self._identity.app_id

    @property
    def calls(self) -> list[ApiCall]:
        """Every call of the Web API so far, refused ones included."""
        return self._web_api.calls

    @property
    def deliveries_under_way(self) -> int:
        return self._deliveries.under_way

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to hand the app an event, command or click."""
        return self._deliveries.log

    async def start(self) -> None:
        app = web.Application(middlewares=[only_from_here], client_max_size=_LARGEST_REQUEST)
        app.add_routes(self._routes())
        # Open sockets and event streams are closed by hand, nothing else is worth waiting for.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        # Port 0 became a real one; a second start takes the same again.
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._deliveries.close()
        await self.sockets.close()
        self._feed.close()
        if self.http:
            await self.http.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        await self.sockets.disconnect(reason)

    async def until(self, predicate: Callable[[], object], timeout: float = 30.0) -> None:
        """Returns as soon as the predicate holds, asking it at every change; else raises TimeoutError."""
        await self._pulse.until(predicate, timeout)

    def _routes(self) -> list[web.RouteDef]:
        hooks = Hooks(self._slack)
        return [
            web.get("/", page_file),
            web.get("/page/{name}", page_file),
            web.route("*", "/api/{method}", self._web_api.handle),
            web.get("/link/", self.sockets.handle),
            web.post("/hooks/{key}", hooks.respond),
            web.post("/upload/v1/{ticket}", hooks.upload),
            web.get("/files-pri/{key}/{name}", hooks.download),
            *self._client.routes(),
            *self._further,
        ]
