"""Pipelines, specialists and debates as conversations in a thread, with a model over HTTP."""

from office import Office
from transcript import ANA, Talk, answered, filled, pressed, said

STUDY = """Please analyse this study

# Pilot of short weeks

Norvik Labs and Ostmark University ran a short week with 61 teams for six months in 2024. Revenue stayed level, sick
days fell by 39 percent, and 56 of 61 teams went on.

## Method

Teams volunteered, there was no control group, and most measures were self-reported in surveys.

## Recommendations

Companies should pilot for at least six months and must measure output before they start."""


async def test_a_debate_shows_both_cases_as_two_lists(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, "Should we use SQLite write-ahead logging? --strategy debate"),
            answered("board", "Debate · 2 sides", "Advocate", "Skeptic"),
            answered("report/v1/s1", "Advocate"),
            answered("report/v1/s2", "Skeptic"),
            answered("answer/v1", "no verdict", "asked in both orders", "The skeptic quotes:"),
            answered("board", "Done"),
        )
    assert {"analyst", "judge"} == {received.agent for received in office.model.received}


async def test_a_pipelines_stages_are_numbered_and_a_note_sends_the_later_ones_back_too(
    office: Office, talk: Talk
) -> None:
    asked = "First find who sells licences of Turbo Prolog, then list the limits of SQLite on network file systems"
    async with office.bot():
        await talk.play(
            said(ANA, f"{asked} --strategy sequential"),
            answered("board", "Sequential · 2 stages", "1. Find who sells", "2. List the limits"),
            answered("answer/v1", "Details"),
            answered("notes/v1", "The inspector has", "N1"),
            pressed(ANA, "request_revisions"),
            filled(ANA, "N1"),
            answered("answer/v2", "N1", "because it builds on what changed"),
            answered("answer/v2", "Answer, version 2"),
        )


async def test_text_pasted_behind_a_question_is_analysed_as_its_document(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, f"{STUDY}\n\n--strategy fanout"),
            answered(
                "board", "Fanout · 4 specialists", "Entities", "Summary", "Critique of methodology", "Action items"
            ),
            answered("answer/v1", "no control group", "Norvik Labs", "should pilot", "Pilot of short weeks"),
            answered("board", "Done"),
        )
    assert "planner" not in {received.agent for received in office.model.received}
