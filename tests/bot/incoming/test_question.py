"""Slack's wire text becomes the words that somebody wrote."""

import pytest

from bot.incoming.options import Options
from bot.incoming.question import Asked, checked, read, written
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError


async def name_of(user_id: str) -> str:
    return {"U1": "Ana"}.get(user_id, user_id)


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        ("<@UBOT> What is new?", "What is new?"),
        ("What <@UBOT|threadwork> is new?", "What  is new?"),
        ("Ask <@U1> or <@W2>", "Ask @Ana or @W2"),
        ("See <https://a.example/?x=1&amp;y=2>", "See https://a.example/?x=1&y=2"),
        ("See <https://a.example|the label hides it>", "See https://a.example"),
        ("Write <mailto:a@b.example|a@b.example>", "Write a@b.example"),
        ("In <#C1|general> and <#C2>", "In #general and #C2"),
        ("<!channel> <!here> <!subteam^S1|@leads> <!subteam^S2>", "@channel @here @leads @subteam"),
        ("<!date^1700000000^{date}|14 Nov 2023>", "14 Nov 2023"),
        ("if a &lt; b &amp;&amp; c &gt; d", "if a < b && c > d"),
        ("&amp;lt; stays an entity", "&lt; stays an entity"),
        ("a\x00b\ud800c", "abc"),
    ],
)
async def test_tokens_become_words(wire: str, words: str) -> None:
    assert await written(wire, bot_user_id="UBOT", name_of=name_of) == words


@pytest.mark.parametrize("text", ["Why?", "2+2", "מה זה?", "🚀 or 🛸, which is faster?", "なぜ"])
def test_whatever_has_words_is_a_question(text: str) -> None:
    assert checked(text) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "no question"), ("??? …", "no words"), (":tada: :+1::skin-tone-2:", "no words"), ("a" * 12_001, "12,001")],
)
def test_what_has_none_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(AskerError, match=sentence):
        checked(text)


PARAGRAPH = "The tool takes --budget 7 and --strategy whatever, as forty teams found out in a year. " * 6
CAP = Options(None, 50_000_000)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (f"Analyse this --budget 0.05\n\n{PARAGRAPH}", CAP),
        (f"Analyse --budget 0.05 this\n{PARAGRAPH}", CAP),
        (f"Analyse this\n--budget 0.05\n\n{PARAGRAPH}", CAP),
        (f"Analyse this\n\n{PARAGRAPH}\n\n--budget 0.05", CAP),
        (f"Analyse this\n```\n{PARAGRAPH}\n```\n--budget 0.05", CAP),
        (f"Analyse this --strategy single\n\n{PARAGRAPH}\n\n—budget 0.05", Options(Strategy.SINGLE, 50_000_000)),
        (f"Analyse this\n\n{PARAGRAPH}", Options()),
    ],
)
def test_options_next_to_a_pasted_text_count_and_those_in_it_do_not(words: str, options: Options) -> None:
    assert read(words) == Asked("Analyse this", options, PARAGRAPH.strip())


def test_a_last_line_that_the_pasted_text_runs_into_is_its_own() -> None:
    pasted = f"{PARAGRAPH}\n--budget 0.05"
    assert read(f"Analyse this\n\n{pasted}") == Asked("Analyse this", Options(), pasted)


def test_a_slip_above_or_below_a_pasted_text_is_asked_about() -> None:
    for words in (f"Analyse this --budgte 1\n\n{PARAGRAPH}", f"Analyse this\n\n{PARAGRAPH}\n\n--budgte 1"):
        with pytest.raises(AskerError, match="Did you mean"):
            read(words)
