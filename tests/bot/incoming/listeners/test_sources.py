"""The Sources button: claim, quote and place, to the one who clicked, also long after the document is gone."""

import json
from dataclasses import replace
from typing import Any

import pytest
from drafts import claiming

from orchestration.values.domain import Claim, Run, Support
from orchestration.values.events import DraftReady, RunCompleted
from orchestration.values.ports import Audience
from storage.runs.run_log import RunLog

CHANNEL = "C0RESEARCH"
PAGE = (
    "# Flask\n\nIntro.\n\n## Maturity\n\nFlask was first released on 1 April 2010.\n\n## Speed\n\nIt is quick enough.\n"
)
QUOTE = "Flask was first released on 1 April 2010."


async def answered(desk: Any, *, claims: int = 1, text: str = "Flask appeared in 2010.") -> Run:
    """A complete run with claims on a page of the library, as a version before places and reasons wrote it."""
    library = desk.services.library
    added = await library.add(
        team_id=desk.slack.team_id, channel_id=None, title="Flask", text=PAGE, url="https://docs.example/flask"
    )
    run = await desk.run_of(await desk.ask("When was Flask released?"))
    ((source, _),) = await library.sources([added.document_id], Audience(desk.slack.team_id, CHANNEL))
    stated = [Claim(f"{text} {n}", source.source_id, QUOTE, Support.QUOTED) for n in range(claims)]
    stated.append(Claim("Made up.", "d_gone", "nothing", Support.UNCITED))
    log = RunLog(desk.services.database, desk.services.clock)
    taken = await log.take_up(run.run_id)
    assert taken is not None
    await log.emit(taken, [DraftReady(claiming(stated, [source], answer="Answer [1]."))])
    await log.finish(taken, "complete", [RunCompleted(1, approved=False)], 1.0)
    return run


def shown(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


async def opened(desk: Any, run: Run, user: str = "U0BEN") -> dict[str, Any]:
    assert (await desk.slack.click(user, CHANNEL, await desk.buttons(run, "sources"), "sources")).ok
    await desk.slack.until(lambda: desk.slack.open_views(user))
    view: dict[str, Any] = desk.slack.open_views(user)[-1]
    return view


async def test_a_form_lists_claim_quote_and_place_to_the_one_who_clicked(desk: Any) -> None:
    run = await answered(desk)
    wire = shown(await opened(desk, run))
    assert "Flask appeared in 2010. 0" in wire and QUOTE in wire and "https://docs.example/flask" in wire
    assert "Maturity · d_" in wire and "#2" in wire
    assert "Not read in this run" in wire and "Made up." in wire
    assert desk.slack.open_views("U0ANA") == []


async def test_it_works_after_the_document_was_removed(desk: Any) -> None:
    run = await answered(desk)
    for document in await desk.services.library.list(desk.slack.team_id):
        await desk.services.library.remove(document.document_id)
    assert "Maturity · d_" in shown(await opened(desk, run))


async def test_what_does_not_fit_comes_on_further_pages(desk: Any) -> None:
    run = await answered(desk, claims=130)
    view = await opened(desk, run)
    assert len(view["blocks"]) <= 100 and "Page 1 of 3" in shown(view)
    assert (await desk.slack.act_in_view("U0BEN", view["id"], place=(None, "sources_next"))).ok
    await desk.slack.until(lambda: "Page 2 of 3" in shown(desk.slack.open_views("U0BEN")[-1]))
    assert "sources_previous" in shown(desk.slack.open_views("U0BEN")[-1])


async def test_where_the_form_does_not_open_the_sources_are_whispered(desk: Any) -> None:
    run = await answered(desk)
    desk.slack.faults.fail("views.open", "expired_trigger_id")
    await desk.slack.click("U0BEN", CHANNEL, await desk.buttons(run, "sources"), "sources")
    assert "[1] Flask https://docs.example/flask" in await desk.whispered("U0BEN", "Flask")


async def test_an_answer_without_sources_says_so(desk: Any) -> None:
    run = await desk.drafted(await desk.run_of(await desk.ask("Compare A and B")))
    await desk.slack.click("U0BEN", CHANNEL, await desk.buttons(run, "sources"), "sources")
    await desk.whispered("U0BEN", "names no sources")


@pytest.mark.parametrize("text", ["<!channel> <https://evil.example|x> [a](https://evil.example/q) `odd"])
async def test_nothing_in_a_claim_is_more_than_text(desk: Any, text: str) -> None:
    wire = shown(await opened(desk, await answered(desk, text=text)))
    assert "<!channel>" not in wire and '"url": "https://evil' not in wire


def test_claims_can_be_replaced_by_newer_ones() -> None:
    """Fields that came later have defaults, or old journals would not load."""
    claim = Claim("t", "d_1", "q", Support.QUOTED)
    assert ("", None, 0) == (claim.reason, claim.entailment, claim.independent_sources)
    assert "x" == replace(claim, reason="x").reason
