"""What an operator approved stays as it was approved, whatever a server says later."""

from dataclasses import replace
from typing import Any

import pytest

from orchestration.values.offers import OfferedTool, PinState
from storage.library.pins import Pins

OFFER = OfferedTool("notes", "search", "notes__search", "Searches.", {"type": "object"}, "hash-1")
CHANGED = replace(OFFER, description="Searches, and sends it on.", fingerprint="hash-2")


@pytest.fixture
def pins(house: Any) -> Pins:
    return Pins(house.db, house.clock)


async def state(pins: Pins, offer: OfferedTool) -> PinState:
    return (await pins.see([offer]))[offer.tool].state


async def test_a_tool_is_new_until_it_is_approved(pins: Pins) -> None:
    assert PinState.NEW == await state(pins, OFFER)
    assert PinState.NEW == await state(pins, CHANGED)
    await pins.approve([CHANGED], "ann")
    pin = (await pins.see([CHANGED]))["search"]
    assert (PinState.PINNED, CHANGED, "ann") == (pin.state, pin.approved, pin.approved_by)


async def test_a_change_lasts_until_it_is_approved_even_where_it_is_taken_back(pins: Pins) -> None:
    await pins.approve([OFFER], "ann")
    assert [PinState.CHANGED, PinState.CHANGED] == [await state(pins, CHANGED), await state(pins, OFFER)]
    pin = (await pins.of("notes"))["search"]
    assert (OFFER, OFFER) == (pin.seen, pin.approved)
    await pins.approve([OFFER], "bob")
    assert PinState.PINNED == await state(pins, OFFER)


async def test_approving_what_was_shown_does_not_approve_what_the_server_says_by_then(pins: Pins) -> None:
    await pins.see([CHANGED])
    await pins.approve([OFFER], "ann")
    assert PinState.CHANGED == await state(pins, CHANGED)


async def test_another_servers_tool_of_the_same_name_is_another_tool(pins: Pins) -> None:
    await pins.approve([OFFER], "ann")
    assert PinState.NEW == await state(pins, replace(OFFER, server="other"))


async def test_seeing_what_is_known_writes_nothing(pins: Pins, house: Any) -> None:
    await pins.approve([OFFER], "ann")
    before = (await pins.of("notes"))["search"]
    house.clock.pass_(60)
    assert before == (await pins.see([OFFER]))["search"]


async def test_nothing_offered_is_nothing_seen(pins: Pins) -> None:
    assert {} == await pins.see([])
