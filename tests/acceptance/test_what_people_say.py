"""What people write that is not, or not only, a question: no money moves on a guess."""

from office import Office
from transcript import ANA, BEN, Talk, answered, buttons, commanded, replied, said, told

COMPARISON = (
    "Compare FastAPI, Flask, and Django for building a small JSON API. "
    "I want to pick the one with the best developer experience for solo work."
)
ONE_FACT = "When was Flask first released?"


async def test_a_near_miss_of_a_command_starts_nothing_until_it_is_asked(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            commanded(ANA, "histroy", "close to the command", "/research history", "Research it"),
            commanded(ANA, "spend csv", "/research spend", "Research it"),
            commanded(ANA, "export", "is one word a question?", "/research help", "Research it"),
            commanded(ANA, "budget set 10", "/research budget", "Research it"),
            commanded(ANA, "spend\u00a0by\u00a0user", "spent in"),
            commanded(ANA, "help", "/research ask QUESTION", "/research history", "/research stop [RUN]"),
        )
        assert talk.slack.workspace.in_channel(talk.channel) == [] and office.model.received == []
        [offer] = [m for m in talk.slack.ephemerals(ANA) if "one word" in m["text"]]
        assert buttons(offer) == ["research_it"]
        # A nervous finger: two presses are one question.
        for _ in range(2):
            assert (await talk.slack.click(ANA, talk.channel, offer["ts"], "research_it")).ok
        [opening] = talk.slack.workspace.in_channel(talk.channel)
        assert opening["text"].endswith(" asks: export")
        talk.ts = opening["ts"]
        await talk.play(answered("answer/v1", "Details"), answered("board", "Done"))
    assert len(talk.run_ids) == 1


async def test_ask_always_asks(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(commanded(BEN, f"ask {ONE_FACT}"))
        [opening] = talk.slack.workspace.in_channel(talk.channel)
        assert opening["text"].endswith(f" asks: {ONE_FACT}")
        talk.ts = opening["ts"]
        await talk.play(answered("answer/v1", "2010"))


async def test_small_talk_costs_nothing_and_a_polite_question_is_asked(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(BEN, "good morning everyone"), replied("Hello. Ask me a question"))
        assert talk.run_ids == [] and office.model.received == []
        await talk.play(
            said(ANA, f"Good morning! {ONE_FACT}"),
            answered("answer/v1", "2010"),
            answered("board", "Done"),
        )
        calls = len(office.model.received)
        await talk.play(
            said(BEN, "great, this helped"),
            replied("Good to hear."),
            said(ANA, "vielen Dank, bis morgen!"),
            replied("You're welcome."),
            commanded(BEN, "thank you so much", "You're welcome."),
        )
        assert len(office.model.received) == calls
        await talk.play(said(ANA, "thanks! and who maintains it?"), answered("answer/v1", "Details", run=2))
    assert len(talk.run_ids) == 2


STUDY = "The study followed forty teams; its tool was run with --budget 7 and --strategy debate throughout. " * 6


async def test_options_count_in_ones_own_words_and_not_in_what_is_quoted_or_pasted(office: Office, talk: Talk) -> None:
    quoted = Talk(talk.slack)
    async with office.bot():
        await talk.play(
            said(ANA, f"Analyse --budget 0.05 this --strategy single\n\n{STUDY}"),
            answered("board", "Single", "cap $0.05"),
        )
        await quoted.play(
            said(
                BEN, f"{ONE_FACT} My colleague wrote “use --budget 0.02 or --strategy x”, or `--budget 0.01`, --dry-run"
            ),
            answered("board", "cap $1.00"),
            answered("answer/v1", "Details"),
        )
        refused = Talk(talk.slack)
        await refused.play(
            said(BEN, f"--budget lots {ONE_FACT}"),
            replied("`--budget` takes dollars"),
            said(BEN, f"{ONE_FACT} --stratgy single, please"),
            replied("Did you mean `--strategy` by `--stratgy`?"),
        )
        await talk.play(answered("answer/v1", "of $0.05 at most"))
    assert refused.run_ids == []


async def test_words_below_waiting_notes_ask_what_they_mean_and_cost_nothing(office: Office, talk: Talk) -> None:
    async with office.bot(worker_posts="off"):
        await talk.play(
            said(ANA, COMPARISON), answered("notes/v1", "N1"), answered("board", "Waiting for your decision")
        )
        calls = len(office.model.received)
        await talk.play(
            said(BEN, "lgtm"),
            replied("Do you mean the notes of version 1?", "Waived", "N1", "Nothing is decided or spent"),
            said(ANA, "please fix N1"),
            replied("Do you mean the notes of version 1?", "To fix", "N1", "expected to cost $"),
        )
        assert len(office.model.received) == calls and len(talk.run_ids) == 1
        cards = [message for message in talk.messages if "revise_notes" in buttons(message)]
        [card] = cards
        assert buttons(card) == ["revise_notes", "approve", "ask_as_question"]
        assert (await talk.slack.click(BEN, talk.channel, card["ts"], "revise_notes")).ok
        await talk.play(told(BEN, "You may not decide on this draft"))
        assert (await talk.slack.click(ANA, talk.channel, card["ts"], "revise_notes")).ok
        await talk.play(told(ANA, "Revisions requested."), answered("answer/v2", "What changed in version 2", "N1"))
