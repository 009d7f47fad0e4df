"""What a thread has read is known to its later runs, also where a long result is packed."""

import json
from typing import Any

import pytest

LONG = "A page about testing. " * 100


@pytest.mark.parametrize("text", ["Short.", LONG])
@pytest.mark.parametrize(
    ("shown", "private", "servers"),
    [
        ({}, False, frozenset()),
        ({"private": True}, True, frozenset()),
        ({"private": True, "origin": "tickets"}, False, frozenset({"tickets"})),
    ],
)
async def test_a_later_run_of_the_thread_knows_what_was_read(
    house: Any, a_step: Any, text: str, shown: dict[str, Any], private: bool, servers: frozenset[str]
) -> None:
    earlier = await house.running(thread="t")
    result = json.dumps({"content": text, **shown}, separators=(",", ":"))
    await house.journal.record(a_step(earlier, "v1/worker/tool/1.1", operation="execute_tool", result=result))
    history = await house.log.history((await house.running(thread="t")).run_id)
    assert (history.read_private, history.read_from) == (private, servers)
    elsewhere = await house.log.history((await house.running(thread="u")).run_id)
    assert (elsewhere.read_private, elsewhere.read_from) == (False, frozenset())
