"""Several processes on one file: commands beside a running `serve`, a second bot, and the next one after SIGTERM."""

import asyncio
import json

import pytest
from aftermath import Aftermath
from model_server import Gate
from office import Office, Served
from transcript import ANA, Talk, answered, pressed, said

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"


@pytest.fixture
def gate(office: Office) -> Gate:
    office.environment["THREADWORK_WORKER_POSTS"] = "off"
    office.model.before_reply = gate = Gate("worker")
    return gate


async def test_a_second_bot_on_the_same_file_is_refused_with_a_sentence(office: Office, served: Served) -> None:
    await served.start()
    code, out, err = await office.terminal("serve")
    assert (code, out) == (2, "")
    assert "Another process" in err and "Traceback" not in err
    assert served.is_alive


async def test_ask_beside_a_running_bot_is_handed_to_it(office: Office, served: Served, gate: Gate) -> None:
    await served.start()
    asking = office.start("ask", QUESTION, "--json")
    await gate.reached()
    # Whoever works on it: it is not the process that asked.
    asking.kill()
    await asyncio.to_thread(asking.communicate)
    gate.opened.set()
    ended = await office.until_rows("SELECT run_id FROM runs WHERE status IN ('awaiting_review', 'complete')")
    code, out, _ = await office.terminal("show", ended[0][0], "--json")
    assert (code, json.loads(out)["team_id"]) == (0, "local")
    assert office.slack.workspace.in_channel("C0RESEARCH") == []


async def test_ask_beside_a_running_bot_is_followed_to_its_end(office: Office, served: Served) -> None:
    await served.start()
    code, out, err = await office.terminal("ask", "When was Flask first released?", "--json")
    assert code == 0, err
    assert json.loads(out)["status"] == "complete"


async def test_decisions_of_a_terminal_are_noticed_by_the_running_bot(
    office: Office, served: Served, talk: Talk, gate: Gate
) -> None:
    gate.opened.set()
    await served.start()
    await talk.play(said(ANA, QUESTION), answered("notes/v1", "Approve"))
    [run_id] = talk.run_ids
    code, _, err = await office.terminal("review", run_id, "request_revisions", "--note", "N1")
    assert code == 0, err
    assert "is working on it" in err
    await talk.play(answered("answer/v2", "N1"), answered("notes/v2", "Approve"))
    gate = office.model.before_reply = Gate("worker")
    code, _, err = await office.terminal("review", run_id, "request_revisions", "--note", "N1")
    await gate.reached()
    code, out, _ = await office.terminal("cancel", run_id)
    assert (code, out) == (0, f"Cancelled. Run {run_id}.\n")
    # Within two seconds on an idle machine; the next look without a cause comes after thirty.
    async with asyncio.timeout(20):
        await office.nothing_in_flight()
    await talk.play(answered("board", "Stopped", without=["Working"]))
    gate.opened.set()
    code, _, _ = await office.terminal("retry", run_id)
    await talk.play(answered("notes/v3", "Approve"), pressed(ANA, "approve", "notes/v3"), answered("board", "Approved"))


async def test_a_budget_that_is_set_in_a_terminal_holds_for_the_next_call(
    office: Office, served: Served, talk: Talk, gate: Gate
) -> None:
    gate.opened.set()
    await served.start()
    code, out, _ = await office.terminal("budget", "set", "team:T0DEMO", "0.001")
    assert (code, out) == (0, "team:T0DEMO: $0.001 a month.\n")
    await talk.play(said(ANA, QUESTION), answered("ended/1", "Paused at a budget", "$0.001"))
    assert office.model.received == []
    await office.terminal("budget", "set", "team:T0DEMO", "5")
    await office.terminal("retry", talk.run_ids[0])
    await talk.play(answered("answer/v1", "Details"), answered("board", without=["Paused", "Working"]))


async def test_sigterm_parks_the_run_and_the_next_bot_goes_on(
    office: Office, served: Served, talk: Talk, gate: Gate
) -> None:
    await served.start()
    await talk.play(said(ANA, QUESTION))
    await gate.reached(2)
    await talk.play(answered("board", "Stop"))
    # Its workers' calls are never answered: it does not wait for their end.
    assert await served.terminate() == 0
    assert office.rows("SELECT status FROM runs") == [("queued",)]
    assert office.rows("SELECT count(*) FROM holds WHERE state = 'open'") == [(0,)]
    gate.opened.set()
    await served.start()
    await talk.play(
        answered("notes/v1", "Approve"),
        answered("board", "Waiting for your decision", "Resumed after an interruption"),
        pressed(ANA, "approve", "notes/v1"),
        answered("board", "Approved"),
    )
    assert office.model.calls("supervisor") == 1
    aftermath = Aftermath(office)
    # Its workers' calls were cut off by the stop and are paid again.
    aftermath.in_flight["worker"] = 2
    await aftermath.check(talk)
