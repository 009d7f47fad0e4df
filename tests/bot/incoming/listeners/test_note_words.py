"""Words below waiting notes get a card; only its buttons decide, revise or ask."""

from typing import Any

from orchestration.values.domain import Decision, Run, RunStatus
from orchestration.values.events import Reviewed

CHANNEL = "C0RESEARCH"


async def drafted(desk: Any) -> tuple[Run, str]:
    ts = await desk.ask("Compare A and B")
    return await desk.drafted(await desk.run_of(ts)), ts


async def card(desk: Any, ts: str, words: str, *, user: str = "U0ANA") -> str:
    await desk.ask(words, thread=ts, user=user)
    return str((await desk.said(CHANNEL, ts, "Do you mean the notes of version 1?"))["ts"])


async def reviews(desk: Any, run: Run) -> list[tuple[Any, ...]]:
    events = [stored.event for stored in await desk.services.events.of(run.run_id)]
    return [(e.review.decision, e.review.note_ids, e.review.comment) for e in events if isinstance(e, Reviewed)]


async def test_naming_notes_decides_nothing_before_the_button(desk: Any) -> None:
    run, ts = await drafted(desk)
    shown = await card(desk, ts, "fix N1, N2 is fine")
    message = next(m for m in desk.slack.thread(CHANNEL, ts) if m["ts"] == shown)
    for words in ("To fix", "Which version?", "Waived", "No price.", "expected to cost", "Revise", "Approve"):
        assert words in str(message["blocks"])
    await desk.settled()
    assert await reviews(desk, run) == [] and len(await desk.runs()) == 1
    for _ in range(2):
        await desk.slack.click("U0ANA", CHANNEL, shown, "revise_notes")
    await desk.whispered("U0ANA", "Revisions requested.")
    await desk.whispered("U0ANA", "is already decided")
    assert await reviews(desk, run) == [(Decision.REQUEST_REVISIONS, ("N1",), "")]


async def test_how_to_fix_a_note_goes_with_it(desk: Any) -> None:
    run, ts = await drafted(desk)
    shown = await card(desk, ts, "N2: in euros, please")
    await desk.slack.click("U0ANA", CHANNEL, shown, "revise_notes")
    assert await reviews(desk, run) == [(Decision.REQUEST_REVISIONS, ("N2",), "N2: in euros, please")]


async def test_an_approval_in_words_is_approved_by_the_button_of_who_may(desk: Any) -> None:
    run, ts = await drafted(desk)
    shown = await card(desk, ts, "looks good, thanks!", user="U0BEN")
    await desk.slack.click("U0BEN", CHANNEL, shown, "approve")
    await desk.whispered("U0BEN", "You may not decide on this draft")
    assert await reviews(desk, run) == []
    await desk.slack.click("U0ANA", CHANNEL, shown, "approve")
    assert await reviews(desk, run) == [(Decision.APPROVE, (), "")]


async def test_the_words_are_asked_as_a_question_once(desk: Any) -> None:
    run, ts = await drafted(desk)
    shown = await card(desk, ts, "What does N1 mean?", user="U0BEN")
    for _ in range(2):
        await desk.slack.click("U0BEN", CHANNEL, shown, "ask_as_question")
    await desk.whispered("U0BEN", "already asked")
    follow_up, first = await desk.runs()
    assert (follow_up.question.text, follow_up.question.user_id) == ("What does N1 mean?", "U0BEN")
    assert first.status is RunStatus.AWAITING_REVIEW and await reviews(desk, run) == []


async def test_other_mentions_are_follow_ups_while_notes_wait(desk: Any) -> None:
    run, ts = await drafted(desk)
    await desk.ask("And what about C? fix that bug too", thread=ts)

    async def two() -> bool:
        return len(await desk.runs()) == 2

    await desk.eventually(two)
    assert await reviews(desk, run) == []


async def test_without_waiting_notes_the_same_words_are_a_question(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    await desk.drafted(await desk.run_of(ts), notes=False)
    await desk.ask("N2 in the air", thread=ts)

    async def two() -> bool:
        return len(await desk.runs()) == 2

    await desk.eventually(two)
