"""A file shared with a question: analysed and quoted in its thread and channel, unknown everywhere else."""

import asyncio

import psutil
from foreign_files import docx, paragraph, pdf, xlsx_bomb
from office import Office, Served
from transcript import ANA, BEN, Talk, answered, replied, said, words

from bot.incoming.asking import READING

MARKET = "C0MARKET"
STUDY = b"""# Pilot of short weeks

Norvik Labs and Ostmark University ran a short week with 61 teams for six months in 2024. Revenue stayed level, sick
days fell by 39 percent, and 56 of 61 teams went on.

## Method

Teams volunteered, there was no control group, and most measures were self-reported in surveys.

## Recommendations

Companies should pilot for at least six months and must measure output before they start.
"""
FACT = "By how much did sick days fall with the short week of Norvik Labs? --strategy single"


async def test_it_is_quoted_here_and_in_the_threads_next_question_but_not_in_another_channel(
    office: Office, talk: Talk
) -> None:
    elsewhere = Talk(talk.slack, MARKET)
    async with office.bot():
        await talk.play(
            said(ANA, "Please analyse this study --strategy fanout", files=[("short-weeks.md", STUDY)]),
            answered("board", "Fanout · 4 specialists", "Entities", "Critique of methodology"),
            answered("answer/v1", "no control group", "Norvik Labs", "short-weeks.md"),
            answered("board", "Done"),
            said(ANA, FACT),
            answered("answer/v1", "39 percent", "short-weeks.md", run=2),
        )
        await elsewhere.play(said(BEN, FACT), answered("board", "Done"), answered("answer/v1"))
    assert "39 percent" not in elsewhere.written() and "short-weeks" not in elsewhere.written()


async def test_what_cannot_be_read_is_named_and_costs_nothing(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, "Please analyse this study", files=[("study.pdf", b"%PDF-1.7")]),
            replied("I did not read `study.pdf`", "Nothing was started"),
            said(ANA, FACT, files=[("short-weeks.md", STUDY), ("chart.png", b"\x89PNG")]),
            replied("I did not read `chart.png`", "on the question without it"),
            answered("answer/v1", "39 percent"),
        )
    assert len(talk.run_ids) == 1


async def test_a_bot_that_is_killed_over_it_reads_it_once_it_is_back(
    office: Office, talk: Talk, served: Served
) -> None:
    """The message is acknowledged, the file is not there yet: nothing is lost, nothing said twice."""
    talk.slack.faults.delay("files.info", 3600)
    await served.start()
    await talk.play(said(ANA, FACT, files=[("short-weeks.md", STUDY)]))
    # Who asked is known: what Slack is asked next, and never answers, is the file.
    await talk.until(lambda: any(call.method == "users.info" for call in talk.slack.calls), "a look at the asker")
    await served.kill()
    talk.slack.faults.take("files.info")
    assert office.after_death("SELECT count(*) FROM runs") == [(0,)]
    await served.start()
    await talk.play(answered("answer/v1", "39 percent"), answered("board", "Done"))
    assert len(talk.run_ids) == 1


async def test_a_pdf_and_a_word_file_are_quoted_like_any_other(office: Office, talk: Talk) -> None:
    study = pdf(["Pilot of short weeks", "At Norvik Labs sick days fell by 39 percent with the short week."])
    memo = docx(paragraph("Memo", "Title") + paragraph("At Norvik Labs revenue stayed level with the short week."))
    async with office.bot():
        await talk.play(
            said(ANA, FACT, files=[("study.pdf", study)]),
            answered("answer/v1", "39 percent", "study.pdf"),
            answered("board", "Done"),
            said(ANA, "What happened to revenue at Norvik Labs? --strategy single", files=[("memo.docx", memo)]),
            answered("answer/v1", "revenue stayed level", "memo.docx", run=2),
        )


async def test_a_bomb_delays_nobody_else_and_is_taken_up_again_after_a_kill(
    office: Office, talk: Talk, served: Served
) -> None:
    elsewhere = Talk(talk.slack, MARKET)
    await served.start()
    await talk.play(said(ANA, FACT, files=[("bomb.xlsx", xlsx_bomb())]))
    (child,) = await child_of(served)
    await elsewhere.play(said(BEN, FACT), answered("board", "Done"))
    assert child.is_running(), "the bomb was over before the other question was answered: it proves nothing"
    await served.kill()
    assert psutil.wait_procs([child], timeout=30)[1] == []
    assert office.after_death("SELECT count(*) FROM runs") == [(1,)]
    await served.start()
    await child_of(served)
    await talk.play(replied(READING))
    assert sum(READING in words(message) for message in talk.messages) == 1
    assert talk.run_ids == []


async def child_of(served: Served) -> list[psutil.Process]:
    """The child that reads a file, as soon as it does."""
    assert served.command is not None
    async with asyncio.timeout(60):
        while not (found := psutil.Process(served.command.pid).children()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found
