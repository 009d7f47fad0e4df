"""The door at /api/: reads a call, checks it as Slack does, answers it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulator.errors import SlackError, invalid_arguments
from bot.simulator.faults import Fault, Faults
from bot.simulator.methods import METHODS, Method
from bot.simulator.pulse import Pulse
from bot.simulator.rates import RateLimited, Rates
from bot.simulator.slack import Slack

_IGNORED = frozenset({"token", "team_id"})  # Bolt adds the team to every call it makes


@dataclass(frozen=True)
class ApiCall:
    """One call of the Web API as it came in and what was answered."""

    method: str
    args: Mapping[str, Any]
    at: float
    ok: bool
    error: str | None
    reply: Mapping[str, Any]


class WebApi:
    def __init__(self, slack: Slack, faults: Faults, pulse: Pulse, *, enforce_tiers: bool = False) -> None:
        self._slack = slack
        self._faults = faults
        self._pulse = pulse
        self._rates = Rates(slack.clock.now) if enforce_tiers else None
        self.calls: list[ApiCall] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self._faults.take(name)
        if fault and fault.kind == "delay":
            await self._slack.clock.sleep(fault.number)
        args: dict[str, Any] = {}
        try:
            args = await _arguments(request)
            reply = {"ok": True, **self._answer(name, args, _token(request, args), fault)}
        except SlackError as error:
            reply = {"ok": False, "error": error.code, **error.extra}
        self._note(name, args, reply)
        # The call has taken effect by now: what is lost is only the answer.
        if fault and fault.kind == "drop_reply" and request.transport:
            request.transport.close()
        return self._response(reply, fault)

    def _answer(self, name: str, args: Mapping[str, Any], token: str, fault: Fault | None) -> dict[str, Any]:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(method, token)
        # A limit is counted per app, so the token is looked at before it.
        if fault and fault.kind == "rate_limit":
            raise RateLimited(fault.number)
        if self._rates:
            self._rates.count(name, method.tier, args)
        if fault and fault.kind == "http_status":
            raise SlackError("internal_error")
        if fault and fault.kind == "fail":
            raise SlackError(fault.error)
        self._slack.need(*method.scopes)
        return method.answer(self._slack, _checked(method, args))

    def _check_token(self, method: Method, token: str) -> None:
        identity = self._slack.identity
        kinds = {identity.bot_token: "bot", identity.app_token: "app"}
        if not token:
            raise SlackError("not_authed")
        if token not in kinds:
            raise SlackError("invalid_auth")
        if method.token not in ("any", kinds[token]):
            raise SlackError("not_allowed_token_type")

    def _note(self, name: str, args: Mapping[str, Any], reply: Mapping[str, Any]) -> None:
        shown = {key: value for key, value in args.items() if key != "token"}
        ok, error = bool(reply["ok"]), reply.get("error")
        self.calls.append(ApiCall(name, shown, self._slack.clock.now(), ok, error, reply))
        self._pulse.beat()

    def _response(self, reply: Mapping[str, Any], fault: Fault | None) -> web.Response:
        status, headers = 200, {"x-oauth-scopes": ",".join(sorted(self._slack.manifest.scopes))}
        if reply.get("error") == "ratelimited":
            status, headers["Retry-After"] = 429, str(reply["retry_after"])
            # The waiting time is in the header alone.
            reply = {"ok": False, "error": "ratelimited"}
        elif fault and fault.kind == "http_status":
            status = int(fault.number)
        return web.json_response(reply, status=status, headers=headers)


def _token(request: web.Request, args: Mapping[str, Any]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else str(args.get("token", ""))


async def _arguments(request: web.Request) -> dict[str, Any]:
    """From the query, a form and a JSON body alike: the clients use all three."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return args | body
    return args | dict(await request.post())


def _checked(method: Method, args: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in args.items() if key not in _IGNORED and value is not None}
    unknown = [] if method.open_ended else sorted(given.keys() - method.arguments.keys())
    missing = [a.name for a in method.arguments.values() if a.required and given.get(a.name, "") == ""]
    # An empty status is how a status is cleared.
    missing = [name for name in missing if not (name == "status" and name in given)]
    reasons = [f"invalid additional property: {name}" for name in unknown]
    reasons += [f"missing required field: {name}" for name in missing]
    if reasons:
        raise invalid_arguments(*reasons)
    return {key: _read(method, key, value) for key, value in given.items()}


def _read(method: Method, name: str, value: Any) -> Any:
    kind = method.arguments[name].kind if name in method.arguments else "text"
    try:
        return _READERS[kind](value)
    except (ValueError, KeyError) as error:
        if name == "blocks":
            raise SlackError("invalid_blocks_format") from error
        raise invalid_arguments(f"must be of type {kind} [json-pointer:/{name}]") from error


def _read_text(value: Any) -> str:
    if isinstance(value, dict | list | bool):
        raise ValueError(value)
    return str(value)


def _read_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _read_bool(value: Any) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]


_READERS: dict[str, Callable[[Any], Any]] = {"text": _read_text, "json": _read_json, "bool": _read_bool, "int": int}
