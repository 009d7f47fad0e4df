"""The board says at a glance who works on what, how long, and for how much."""

import json

import pytest
from run_story import Story, bill

from bot.outgoing.blocks.board import board, headline, standing, ways_form
from bot.outgoing.view.run_view import RunView
from orchestration.values import events as ev
from orchestration.values.domain import Decision, Route, Strategy
from orchestration.values.inquiry import Choice, ConsentAsked, ConsentGiven, EarlierEstimates, Offer
from orchestration.values.setbacks import Degraded, FellBack, Retried, Saving


@pytest.fixture
def story() -> Story:
    return Story(text="it compares three frameworks.")


def test_the_title_names_route_workers_and_reason(story: Story) -> None:
    view = story.asked().started().routed().planned().view()
    assert headline(view) == "Supervisor · 3 workers — because it compares three frameworks"


def test_a_single_agent_is_a_single_task(story: Story) -> None:
    message = board(story.asked().started().routed(Strategy.SINGLE).planned(1, "s1").view(), bill())
    assert message.blocks[0]["title"].startswith("Single · one agent — ")
    assert len(message.blocks[0]["tasks"]) == 1


def test_each_worker_has_a_line_with_its_state_and_activity(story: Story) -> None:
    story.asked().started().routed().planned().reported(1).tell(ev.SubtaskProgressed(1, "s2", "Reading a page", "t"))
    tasks = board(story.reported(3, error="It ran out of time (30 s).").view(), bill()).blocks[0]["tasks"]
    assert [task["status"] for task in tasks] == ["complete", "in_progress", "error"]
    shown = [json.dumps(task["details"], ensure_ascii=False) for task in tasks]
    assert "1 source · 2 claims · $0.00125 · 4.2 s" in shown[0]
    assert "Reading a page" in shown[1] and "ran out of time" in shown[2]


def test_what_does_not_go_as_planned_is_told_inertly_and_only_the_latest(story: Story) -> None:
    story.asked().started().routed()
    for number in range(8):
        story.tell(FellBack("worker", f"m{number}", "other", f"m{number} is away, other answers. <!channel>"))
    story.tell(Degraded(1, Saving.NO_CRITIC, "The draft gets no review."))
    lines = "\n".join(element["text"] for element in board(story.view(), bill()).blocks[1]["elements"]).splitlines()
    told = [line for line in lines if line.startswith("⚠")]
    assert 5 == len(told)
    assert "The draft gets no review." in told[-1] and "m7" in told[-2]
    assert not any("<!channel>" in text for text in told)


def test_a_request_made_again_is_told_with_its_reason_while_the_run_works(story: Story) -> None:
    story.asked().started().routed().planned()
    for attempt in (1, 2):
        story.tell(Retried("v1/worker/s1/chat/1", "m", attempt, "HTTP 503. m is asked again as worker."))
    assert "↺ 2 requests retried: HTTP 503." in str(board(story.view(), bill()).blocks)
    ended = str(board(story.tell(ev.RunCancelled(1, "U0ANA")).view(), bill()).blocks)
    assert "↺ 2 requests retried" in ended and "HTTP 503" not in ended


def test_price_band_cap_and_run_id_are_there_from_the_start(story: Story) -> None:
    facts = board(story.asked().started().routed().view(), bill()).blocks[1]["elements"][0]["text"]
    assert "expected $0.002–0.006, cap $1.00" in facts and "`r_story`" in facts


def test_what_other_strategies_would_cost_is_a_click_away_while_the_run_works(story: Story) -> None:
    other = Offer(Route(Strategy.SINGLE, "so", 1, 1_000_000, 3_000_000), 4.0, 48.0)
    free = Offer(Route(Strategy.DEBATE, "so", 2), 4.0, 48.0)
    route = Route(Strategy.SUPERVISOR, "because", 3, 2_000_000, 6_000_000)
    view = story.asked().started().tell(ev.RouteChosen(route, others=(other, free))).view()
    assert "other_ways" in pressable(view)
    shown = str(ways_form(view)["blocks"])
    assert "*Single* · one agent · expected $0.001–0.003" in shown and "Debate" not in shown
    assert "other_ways" not in pressable(story.tell(ev.RunCancelled(1, "U0ANA")).view())


def pressable(view: RunView) -> list[str]:
    rows = [block["elements"] for block in board(view, bill()).blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


def test_reports_open_from_the_board_of_a_team_and_not_of_one_agent(story: Story) -> None:
    assert "reports" not in pressable(story.asked().started().routed().planned().view())
    assert "reports" in pressable(story.reported(1).view())
    alone = Story().asked().started().routed(Strategy.SINGLE).planned(1, "s1").reported(1)
    assert "reports" not in pressable(alone.view())


@pytest.mark.parametrize(("runs", "said"), [(19, "expected $0.002–0.006"), (20, "usually between $0.002–0.006")])
def test_a_band_is_called_usual_once_there_is_experience(story: Story, runs: int, said: str) -> None:
    route = Route(Strategy.SUPERVISOR, "because", 3, 2_000_000, 6_000_000)
    story.asked().started().tell(ev.RouteChosen(route, earlier=EarlierEstimates(runs, runs, 0.183)))
    assert f"{said}, cap $1.00" in str(board(story.view(), bill()).blocks)


def test_a_route_that_was_agreed_to_has_the_worth_of_its_estimates_too(story: Story) -> None:
    cheap = Offer(Route(Strategy.SINGLE, "so", 1, 1_000_000, 3_000_000), 4.0, 48.0, EarlierEstimates(21, 20, 0.1))
    mine = Offer(Route(Strategy.SUPERVISOR, "because", 3, 2_000_000, 6_000_000), 4.0, 70.0)
    story.asked().started().tell(
        ev.RouteChosen(mine.route), ConsentAsked(1, mine, cheaper=cheap, alternatives=(cheap,))
    )
    story.tell(ConsentGiven(1, Choice.CHEAPER, cheap.route, "U0ANA")).started(2)
    assert "usually between $0.001–0.003, cap" in str(board(story.view(), bill()).blocks)


def test_a_route_that_was_chosen_again_clears_what_the_small_one_had_planned(story: Story) -> None:
    small = Route(Strategy.SINGLE, "Not enough money.", 1, 1_000_000, 3_000_000, lowered=True)
    story.asked().started().tell(ev.RouteChosen(small)).planned(1, "s1").reported(1, error="The cap.")
    story.tell(Degraded(1, Saving.NO_CRITIC, "no critic"), ev.RunPaused(1, "cap", None), ev.RunRetried(2, "U0ANA"))
    larger = Route(Strategy.SUPERVISOR, "There is budget again.", 3, 2_000_000, 6_000_000)
    view = story.started(3).tell(ev.RouteChosen(larger, "v1/route/2")).view()
    assert headline(view) == "Supervisor · 3 workers — There is budget again"
    assert (view.workers, view.setbacks) == ((), ())


def test_stop_is_there_while_the_run_works_and_asks_first(story: Story) -> None:
    stop = board(story.asked().started().view(), bill()).blocks[-1]["elements"][0]
    assert (stop["action_id"], stop["value"], stop["style"]) == ("stop", "r_story", "danger") and stop["confirm"]
    ended = board(story.tell(ev.RunCancelled(1, "U0ANA")).view(), bill())
    assert all(block["type"] != "actions" for block in ended.blocks)


def test_an_interruption_is_told(story: Story) -> None:
    message = board(story.asked().started(2, kept=4).view(), bill())
    assert "Resumed after an interruption: 4 steps kept, nothing charged twice." in json.dumps(message.blocks)


def test_a_stopped_run_leaves_no_worker_working(story: Story) -> None:
    story.asked().started().routed().planned().reported(1).tell(ev.RunCancelled(1, "U0ANA"))
    tasks = board(story.view(), bill()).blocks[0]["tasks"]
    assert [task["status"] for task in tasks] == ["complete", "error", "error"]


def test_demo_prices_say_that_nothing_is_charged(story: Story) -> None:
    assert "nothing is charged" in board(story.asked().view(), bill(demo=True)).text


def test_the_fallback_text_says_what_the_blocks_say(story: Story) -> None:
    text = board(story.to_review().view(), bill()).text
    assert text.startswith("Supervisor · 3 workers — because it compares three frameworks. Waiting for your decision. ")


def test_standing_follows_the_work(story: Story) -> None:
    said = [standing(story.asked().view()), standing(story.started().view()), standing(story.routed().view())]
    said += [standing(story.planned().view()), standing(story.reported(1).view())]
    said += [standing(story.reported(2).reported(3).view()), standing(story.drafted().view())]
    said += [standing(story.criticised().awaited().view()), standing(story.reviewed(Decision.APPROVE).view())]
    assert said == [
        "Queued",
        "Choosing a strategy",
        "Planning the work",
        "Working, 0 of 3 reports done",
        "Working, 1 of 3 reports done",
        "Putting version 1 together",
        "Checking the draft of version 1",
        "Waiting for your decision",
        "Approved",
    ]


def test_a_long_reason_is_shortened(story: Story) -> None:
    story.asked().started().tell(ev.RouteChosen(Route(Strategy.SUPERVISOR, "why " * 200, 3)))
    assert len(board(story.view(), bill()).blocks[0]["title"]) <= 256
