"""A question that was answered before, in the thread: what is offered, who may answer, and what follows."""

from office import Office
from transcript import ANA, BEN, Talk, answered, pressed, said, told

QUESTION = "When was Flask first released?"
AGAIN = "when was Flask first released"
QUIET = {"worker_posts": "off"}


async def test_the_earlier_answer_is_offered_reused_and_costs_nothing(office: Office, talk: Talk) -> None:
    again = Talk(talk.slack)
    async with office.bot(**QUIET):
        await talk.play(said(ANA, QUESTION), answered("answer/v1", "Flask"))
        calls = len(office.model.received)
        await again.play(
            said(BEN, AGAIN),
            answered("inquiry/1", "This was asked before", "Asked today in", "not reviewed", QUESTION),
            answered("inquiry/1", "None of its sources has changed", "Reuse", "Research again", without=("Refresh",)),
            pressed(ANA, "reuse_reuse"),
            told(ANA, "You may not answer for this run"),
            pressed(BEN, "reuse_reuse"),
            told(BEN, "Here is the earlier answer."),
            answered("inquiry/1", "Reused by", without=("Research again",)),
            answered("answer/v1", "Flask", "$0 · "),
            answered("board", "You chose the answer of r_", "nothing has to be looked up"),
        )
        assert calls == len(office.model.received)


async def test_a_reply_in_words_answers_the_offer(office: Office, talk: Talk) -> None:
    again = Talk(talk.slack)
    async with office.bot(**QUIET):
        await talk.play(said(ANA, QUESTION), answered("answer/v1", "Flask"))
        await again.play(said(BEN, AGAIN), answered("inquiry/1", "This was asked before"), said(BEN, "again"))
        await again.play(answered("inquiry/1", "Researched again by"), answered("answer/v1", "Flask"))
