"""Socket Mode: up to ten WebSockets of the app, each envelope to one of them."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.clock import Clock, within
from bot.simulator.delivery import ACK_SECONDS, Answer, Envelope
from bot.simulator.identity import Identity
from bot.simulator.ids import Ids
from bot.simulator.pulse import Pulse

MOST_SOCKETS = 10
WARNING_SECONDS = 10.0
HANG_UP_SECONDS = 1.0
_PING_SECONDS = 25.0


class SocketMode:
    def __init__(self, identity: Identity, clock: Clock, ids: Ids, *, address: Callable[[], str], pulse: Pulse) -> None:
        self._identity = identity
        self._clock = clock
        self._ids = ids
        self._address = address
        self._pulse = pulse
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Any]]] = {}
        self._hanging_up: set[asyncio.Task[None]] = set()
        self.acks_from_any_socket = True
        """Bolt acknowledges on its newest socket; whether Slack takes that is not documented."""

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def open_url(self) -> str:
        ticket = self._ids.uuid()
        self._tickets.add(ticket)
        host = self._address().removeprefix("http://")
        return f"ws://{host}/link/?ticket={ticket}&app_id={self._identity.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="invalid or used ticket")
        # An address from apps.connections.open is good for one connection.
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=_PING_SECONDS)
        await socket.prepare(request)
        if len(self._sockets) >= MOST_SOCKETS:
            await self._say_goodbye(socket, "too_many_websockets")
            await socket.close()
            return socket
        await self._serve(socket)
        return socket

    async def send(self, envelope: Envelope) -> Answer:
        if not self._sockets:
            return Answer(False, reason="connection_failed")
        # In turn, whoever had the last one: there is no affinity to count on.
        socket = self._sockets.pop(0)
        self._sockets.append(socket)
        envelope_id, reply = self._ids.uuid(), asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, reply)
        try:
            await socket.send_str(json.dumps(_frame(envelope_id, envelope)))
            acknowledged = await within(self._clock, ACK_SECONDS, reply)
        except ConnectionError:
            acknowledged = False
        finally:
            del self._waiting[envelope_id]
        return Answer(True, reply.result()) if acknowledged else Answer(False, reason="timeout")

    async def disconnect(self, reason: str) -> None:
        """Tells every socket to go; `warning` leaves it open for ten seconds more."""
        for socket in list(self._sockets):
            # Nothing new goes to a socket that was told to leave.
            if reason != "warning":
                self._sockets.remove(socket)
            await self._say_goodbye(socket, reason)
            task = asyncio.get_running_loop().create_task(self._hang_up(socket, reason))
            self._hanging_up.add(task)
            task.add_done_callback(self._hanging_up.discard)

    async def close(self) -> None:
        for task in self._hanging_up:
            task.cancel()
        for socket in list(self._sockets):
            await socket.close()

    async def _serve(self, socket: web.WebSocketResponse) -> None:
        self._sockets.append(socket)
        try:
            await socket.send_str(json.dumps(self._hello()))
            self._pulse.beat()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(socket, message.data)
        except ConnectionError:
            pass
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
            self._pulse.beat()

    def _acknowledge(self, socket: web.WebSocketResponse, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if not isinstance(frame, Mapping):
            return
        # An ack that comes too late, twice or for nothing is ignored, as Slack does.
        sent_to, reply = self._waiting.get(str(frame.get("envelope_id")), (None, None))
        if reply and not reply.done() and (self.acks_from_any_socket or sent_to is socket):
            reply.set_result(frame.get("payload"))

    async def _hang_up(self, socket: web.WebSocketResponse, reason: str) -> None:
        if reason == "warning":
            await self._clock.sleep(WARNING_SECONDS)
            await self._say_goodbye(socket, "refresh_requested")
        # The client opens its next connection first; it is given a moment for that.
        await self._clock.sleep(HANG_UP_SECONDS)
        await socket.close()

    async def _say_goodbye(self, socket: web.WebSocketResponse, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
        with contextlib.suppress(ConnectionError):
            await socket.send_str(json.dumps(frame))

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {
                "host": "applink-local",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._identity.app_id},
        }


def _frame(envelope_id: str, envelope: Envelope) -> dict[str, Any]:
    frame = {
        "envelope_id": envelope_id,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.accepts_response,
    }
    # Commands and clicks carry no retry fields: they are never sent again.
    if envelope.kind == "events_api":
        frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return frame
