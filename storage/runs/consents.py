"""What a run asked people before it went on, and what they answered, as the contract's JSON."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from orchestration.values.domain import Route
from orchestration.values.inquiry import (
    ClarificationAsked,
    ClarificationGiven,
    ConsentAsked,
    ConsentGiven,
    Offer,
    ReuseChosen,
    ReuseOffered,
)
from storage.engine.codec import from_json
from storage.engine.moments import moment
from storage.money.amounts import usd

ASKED_AND_GIVEN = (
    "ConsentAsked",
    "ConsentGiven",
    "ClarificationAsked",
    "ClarificationGiven",
    "ReuseOffered",
    "ReuseChosen",
)


def route_json(route: Route) -> dict[str, Any]:
    low, high = route.estimate_low_nano_usd, route.estimate_high_nano_usd
    band = {"strategy": route.strategy.value, "reason": route.reason, "estimate_usd": [usd(low), usd(high)]}
    return band | {"chosen_by": route.chosen_by}


def consents(stored: Iterable[tuple[datetime, str, str]]) -> list[dict[str, Any]]:
    """Each question with its answer, which is null while it waits or where nobody gave one."""
    found: dict[int, dict[str, Any]] = {}
    for at, kind, body in stored:
        if kind == "ConsentAsked":
            price = from_json(ConsentAsked, body)
            found[price.epoch] = _price(price) | {"asked_at": moment(at), "answer": None}
        elif kind == "ClarificationAsked":
            back = from_json(ClarificationAsked, body)
            found[back.epoch] = _clarification(back) | {"asked_at": moment(at), "answer": None}
        elif kind == "ConsentGiven":
            given = from_json(ConsentGiven, body)
            answer = {"choice": given.choice.value, "route": route_json(given.route)}
            found[given.epoch]["answer"] = answer | {"user_id": given.user_id, "at": moment(at)}
        elif kind == "ReuseOffered":
            offered = from_json(ReuseOffered, body)
            found[offered.epoch] = _reuse(offered) | {"asked_at": moment(at), "answer": None}
        elif kind == "ReuseChosen":
            taken = from_json(ReuseChosen, body)
            found[taken.epoch]["answer"] = {
                "choice": taken.choice.value,
                "user_id": taken.user_id,
                "at": moment(at),
            }
        else:
            said = from_json(ClarificationGiven, body)
            found[said.epoch]["answer"] = {"text": said.text, "user_id": said.user_id, "at": moment(at)}
    return list(found.values())


def _price(asked: ConsentAsked) -> dict[str, Any]:
    others = [_offer(other) for other in asked.alternatives]
    steps = {
        name: _offer(offer) if offer else None for name, offer in (("cheaper", asked.cheaper), ("deeper", asked.deeper))
    }
    return {"kind": "price", **_offer(asked.offer), **steps, "alternatives": others}


def _offer(offer: Offer) -> dict[str, Any]:
    return {"route": route_json(offer.route), "seconds": [offer.low_seconds, offer.high_seconds]}


def _clarification(asked: ClarificationAsked) -> dict[str, Any]:
    clarification = asked.clarification
    return {"kind": "clarification", "text": clarification.text, "options": list(clarification.options)}


def _reuse(offered: ReuseOffered) -> dict[str, Any]:
    earlier = offered.earlier
    return {
        "kind": "reuse",
        "run_id": earlier.run_id,
        "question": earlier.question,
        "answered_at": moment(earlier.answered_at),
        "cost_usd": usd(earlier.cost_nano_usd),
        "approved": earlier.approved,
        "changed_sources": list(earlier.changed),
    }
