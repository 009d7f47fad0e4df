"""Making room: a paused run is topped up in its thread, and budgets are set where people are."""

import pytest
from model_server import Gate
from office import Office
from transcript import ANA, BEN, CHLOE, Step, Talk, answered, commanded, pressed, said, told

from bot import driver

QUESTION = "Compare FastAPI and Flask on testing, community and OpenAPI"
CENT = 10_000_000


@pytest.fixture(autouse=True)
def no_look_without_a_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person does is noticed at once or not at all."""
    monkeypatch.setattr(driver, "SWEEP_SECONDS", 3600.0)


def topped_up(user: str, amount: str = "", *, refused: str = "") -> Step:
    """Sends the form on top, with the first amount or with one that is typed."""

    async def step(talk: Talk) -> None:
        await talk.until(lambda: talk.slack.open_views(user), f"a form of {user}")
        view = talk.slack.open_views(user)[-1]
        first = next(block for block in view["blocks"] if block.get("block_id") == "amount")
        picked = first["element"]["initial_option"]["value"]
        values = {"amount": {"amount": picked}, "other": {"other": amount}}
        outcome = await talk.slack.submit_view(user, view["id"], values)
        assert outcome.ok is not bool(refused), outcome
        assert refused in str(outcome.errors), outcome

    return step


async def test_a_run_that_its_teams_budget_paused_is_topped_up_in_the_thread(office: Office, talk: Talk) -> None:
    office.model.before_reply = gate = Gate("worker")
    async with office.bot(), office.services() as services:
        await talk.play(said(BEN, QUESTION))
        await gate.reached(2)
        await services.budgets.set("team:T0DEMO", CENT // 100, "month", ANA)
        gate.opened.set()
        await talk.play(
            answered("ended/1", "Paused at a budget", "The team's budget", "Top up", "Go on"),
            pressed(BEN, "top_up", "ended/1"),
            told(BEN, "The team's budget stopped this run. You may not raise it: an admin of this workspace can."),
        )
        paid = {name: office.model.calls(name) for name in ("supervisor", "worker")}
        await talk.play(
            pressed(ANA, "top_up", "ended/1"),
            topped_up(ANA, "lots", refused="lots is not an amount in dollars"),
            topped_up(ANA, "-1", refused="not an amount"),
            topped_up(ANA, "0.0000001", refused="or more: the next call has no room otherwise"),
            topped_up(ANA, "1"),
            told(ANA, "Topped up: $1.00 more"),
            answered("notes/v1", "N1"),
            answered(
                "ended/1", "Topped up by", "the team's budget is now $1.0001 (it was $0.0001)", without=("Go on",)
            ),
        )
        audit, changes = await services.ledger.verify(), await services.budgets.changes()
    assert audit.ok
    assert paid == {"supervisor": 1, "worker": 2}
    assert (office.model.calls("supervisor"), office.model.calls("worker")) == (1, 4)
    last = changes[0]
    assert (last.scope, last.by, last.before_nano_usd, last.limit_nano_usd) == (
        "team:T0DEMO",
        ANA,
        CENT // 100,
        100 * CENT + CENT // 100,
    )


async def test_an_asker_may_raise_a_budget_of_their_own_up_to_the_cap_above(office: Office, talk: Talk) -> None:
    async with office.bot(run_budget_nano_usd="0.50"), office.services() as services:
        await talk.play(
            said(BEN, f"{QUESTION} --budget 0.0001"),
            answered("ended/1", "Paused at a budget", "$0.0001", "Top up"),
            pressed(CHLOE, "top_up", "ended/1"),
            told(CHLOE, "The run's budget stopped this run. You may not raise it: an admin of this workspace can."),
            pressed(BEN, "top_up", "ended/1"),
            topped_up(BEN, "0.50", refused="You may add $0.4999 at most"),
            topped_up(BEN, "0.4999"),
            answered("board", "cap $0.50"),
            answered("notes/v1", "N1"),
        )
        run = await services.runs.get(talk.run_ids[0])
    assert (run.budget_nano_usd, run.question.budget_nano_usd) == (50 * CENT, 50 * CENT)


async def test_two_owners_who_top_up_at_once_make_room_once(office: Office, talk: Talk) -> None:
    async with office.bot(budget_owners=(ANA, CHLOE)), office.services() as services:
        await talk.play(
            said(BEN, f"{QUESTION} --budget 0.0001"),
            pressed(ANA, "top_up", "ended/1"),
            pressed(CHLOE, "top_up", "ended/1"),
            topped_up(ANA, "0.20"),
            topped_up(CHLOE, "0.30", refused="There is nothing to top up"),
            answered("notes/v1", "N1"),
            answered("board", "cap $0.2001"),
        )
        changes = await services.budgets.changes()
    assert [(change.scope, change.by) for change in changes] == [(f"run:{talk.run_ids[0]}", ANA)]


async def test_a_run_has_a_budget_of_its_own_that_an_owner_sets_in_a_terminal(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(BEN, f"{QUESTION} --budget 0.0001"), answered("ended/1", "Paused at a budget"))
        scope = f"run:{talk.run_ids[0]}"
        code, out, _ = await office.terminal("budget", "set", scope, "0.40")
        assert code == 0 and f"{scope}: $0.40. It is paused" in out
        await talk.play(pressed(BEN, "retry", "ended/1"), answered("board", "cap $0.40"), answered("notes/v1", "N1"))
    code, out, _ = await office.terminal("budget", "list")
    assert code == 0 and scope in out
    assert (await office.terminal("budget", "set", "run:r_nobody", "1"))[0] != 0
    assert (await office.terminal("budget", "remove", scope))[0] == 0
    assert (await office.terminal("budget", "remove", scope))[0] == 2


async def test_owners_set_list_and_remove_budgets_where_people_are(office: Office, talk: Talk) -> None:
    async with office.bot(), office.services() as services:
        await talk.play(
            commanded(BEN, "budget set channel 5", "You may not set budgets: an admin of this workspace can"),
            commanded(ANA, "budget set channel 5", "This channel's budget is now $5.00 a month."),
            commanded(ANA, "budget set @ben 0.0001 day", "The budget of @ben is now $0.0001 a day"),
            commanded(ANA, "budget set channel $7,50 month", "is now $7.50 a month (it was $5.00 a month)"),
            commanded(ANA, "budget set team lots", "`lots` is not an amount in dollars"),
            commanded(ANA, "budget set team -3", "is not an amount in dollars"),
            commanded(ANA, "budget set team 3 year", "for a `day` or a `month`, not for `year`"),
            commanded(ANA, "budget set @nobody 3", "I do not know @nobody"),
            commanded(ANA, "budget set 10", "Research it"),
            commanded(ANA, "budget set team unlimited", "The team's budget is now no limit"),
            commanded(BEN, "budget list", "This channel's budget", "$7.50", "Your budget", "$0.0001, $0.0001 left"),
            commanded(ANA, "budget list", "Set in this workspace", "Last changes", "$5.00 a month → $7.50 a month"),
            commanded(BEN, "budget remove channel", "You may not set budgets"),
            commanded(ANA, "budget remove channel", "This channel's budget is removed (it was $7.50 a month)"),
            commanded(ANA, "budget remove channel", "was not set"),
            said(BEN, QUESTION),
            answered("ended/1", "Paused at a budget", "Your own budget", "$0.0001", "Top up"),
        )
        kept = [(c.change, c.by, c.before_nano_usd, c.limit_nano_usd) for c in await services.budgets.changes()]
    assert kept[::-1][:3] == [
        ("set", ANA, None, 500 * CENT),
        ("set", ANA, None, CENT // 100),
        ("set", ANA, 500 * CENT, 750 * CENT),
    ]
    assert office.model.received == []
