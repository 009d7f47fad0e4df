"""What people write that is not, or not only, a question: no money moves on a guess."""

import json

from model_server import Gate
from office import Office
from transcript import ANA, BEN, CHLOE, Talk, answered, buttons, commanded, replied, said, told, words

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


async def test_a_near_miss_in_a_mention_starts_nothing_either(office: Office, talk: Talk) -> None:
    direct = Talk(talk.slack, "D0BEN")
    async with office.bot():
        await talk.play(said(ANA, "histroy"), told(ANA, "/research history"), said(ANA, "budget set 10"))
        await direct.play(said(BEN, "help"), replied("/research help"))
        await talk.until(lambda: len(talk.slack.ephemerals(ANA)) == 2, "two private answers")
        assert talk.messages == [] and office.model.received == []
        [offer, _] = talk.slack.ephemerals(ANA)
        for _ in range(2):
            assert (await talk.slack.click(ANA, talk.channel, offer["ts"], "research_it")).ok
        await talk.play(answered("board", "Done"), told(ANA, "already asked"))
        asked = Talk(talk.slack)
        await asked.play(said(BEN, "history of the alpha reactor: what is known?"), answered("board", "Done"))
    assert len(talk.run_ids) == 1 and direct.run_ids == []


async def test_a_question_below_a_pasted_text_is_the_question(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(ANA, f"{STUDY}\n\nHow many teams did the study follow?"), answered("board", "Done"))
    [(question, asked)] = office.rows("SELECT question, asked FROM runs")
    assert question == "How many teams did the study follow?" and '"document_ids":["' in asked


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


async def test_a_mention_in_a_thread_answers_the_question_above(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(BEN, ONE_FACT, mention=False),
            said(CHLOE, "no idea, sorry", mention=False),
            said(ANA, "please answer the question above"),
            answered("answer/v1", "2010"),
        )
        alert = {"attachments": [{"title": "The write-ahead log of SQLite grows", "fallback": "alert"}]}
        talk.ts = talk.slack.app_posts(talk.channel, "Grafana", alert)
        await talk.play(said(ANA, "what can be done about this?"), answered("answer/v1", "checkpoint"))
        compared = Talk(talk.slack)
        await compared.play(
            said(BEN, COMPARISON, mention=False),
            said(ANA, "can you answer that?"),
            answered("board", "Supervisor", "3 workers"),
            answered("answer/v1", "FastAPI", "Django"),
        )
    tasks = [json.loads(call.body["messages"][1]["content"]) for call in office.model.received]
    assert tasks[0]["thread"] == [
        {"said_by": "@ben", "text": ONE_FACT},
        {"said_by": "@chloe", "text": "no idea, sorry"},
    ]


async def test_a_follow_up_is_researched_with_the_question_before(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(
            said(ANA, "How does Django 5.0 handle time zones?"),
            answered("answer/v1", "zoneinfo"),
            answered("board", "Done"),
            said(ANA, "and in version 4.2 only?"),
            answered("answer/v1", "4.2", run=2),
        )


async def test_many_questions_of_one_person_hold_up_no_colleague(office: Office, talk: Talk) -> None:
    kept = Gate("single")
    office.model.before_reply = kept
    async with office.bot():
        mine = [Talk(talk.slack) for _ in range(6)]
        for n, one in enumerate(mine):
            await one.play(said(ANA, f"{ONE_FACT} And Django {n}.0?"), answered("board"))
        await mine[5].play(answered("board", "Queued: 5 of your questions are ahead"))
        await talk.play(said(BEN, ONE_FACT))
        await kept.reached(3)
        await talk.play(answered("board", "Working"))
        kept.opened.set()
        await talk.play(answered("answer/v1", "2010"))
        for one in mine:
            await one.play(answered("board", "Done"))


async def test_a_deleted_question_gets_one_more_line_and_nothing_else(office: Office, talk: Talk) -> None:
    kept = Gate("worker")
    office.model.before_reply = kept
    async with office.bot():
        await talk.play(said(ANA, COMPARISON), answered("board", "Supervisor"))
        await kept.reached(3)
        await talk.slack.delete(ANA, talk.channel, talk.ts)
        await talk.play(answered("board", "Stopped"))
        await talk.until(lambda: any("question was deleted" in m["text"] for m in talk.messages), "the line")
        kept.opened.set()
        await office.nothing_in_flight()
    assert [slot.partition("/")[0] for slot in talk.slots()] == ["board", "ended"]
    assert "retry" not in buttons(talk.messages[-1])


async def test_an_edited_question_is_asked_again_once(office: Office, talk: Talk) -> None:
    async with office.bot():
        await talk.play(said(ANA, "When was Flsk released?"), answered("board", "Done"))
        await talk.slack.edit(ANA, talk.channel, talk.ts, f"<@{talk.slack.bot_user_id}> {ONE_FACT}")
        await talk.play(replied("The question was edited"))
        [offer] = [m for m in talk.messages if "ask_again" in buttons(m)]
        for _ in range(2):
            assert (await talk.slack.click(ANA, talk.channel, offer["ts"], "ask_again")).ok
        await talk.play(answered("answer/v1", "2010", run=2))
    assert len(talk.run_ids) == 2


async def test_among_strangers_nothing_of_the_library_is_used_unless_the_operator_allows_it(
    office: Office, talk: Talk
) -> None:
    talk.slack.share(talk.channel)
    async with office.bot():
        await talk.play(
            said(ANA, ONE_FACT),
            replied("People of another organisation read this channel"),
            answered("answer/v1", "No source was found", without=["2010"]),
        )
    allowed = Talk(talk.slack)
    async with office.bot(shared_channels=(talk.channel,)):
        await allowed.play(said(BEN, ONE_FACT), answered("answer/v1", "2010"))


async def test_a_channel_that_became_shared_gets_no_answer_and_the_asker_gets_it(office: Office, talk: Talk) -> None:
    kept = Gate("single")
    office.model.before_reply = kept
    async with office.bot():
        await talk.play(said(ANA, ONE_FACT), answered("board", "Working"))
        await kept.reached()
        talk.slack.share(talk.channel)
        kept.opened.set()
        await talk.play(replied("its answer went to the asker alone"))

        def direct() -> list[str]:
            return [m["text"] for m in talk.slack.workspace.in_channel("D0ANA")]

        await talk.until(lambda: any("2010" in text for text in direct()), "a direct message with the answer")
    assert not any("2010" in words(message) for message in talk.messages)
