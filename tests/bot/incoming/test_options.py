"""Options count anywhere in a person's own words, and nowhere in what they quote."""

import pytest

from bot.incoming.options import Options, read
from orchestration.values.domain import Strategy
from orchestration.values.errors import AskerError


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Compare A and B", ("Compare A and B", Options())),
        ("Compare A and B --strategy single", ("Compare A and B", Options(Strategy.SINGLE))),
        ("Compare A and B —Strategy Supervisor", ("Compare A and B", Options(Strategy.SUPERVISOR))),
        ("Compare A and B --strategy=auto", ("Compare A and B", Options())),
        ("Should we? --strategy debate", ("Should we?", Options(Strategy.DEBATE))),
        ("Why? --budget $0,50", ("Why?", Options(None, 500_000_000))),
        ("Why?\n--budget 0.5 --strategy single", ("Why?", Options(Strategy.SINGLE, 500_000_000))),
        ("--budget 1", ("", Options(None, 1_000_000_000))),
        ("Compare A --strategy single and B", ("Compare A and B", Options(Strategy.SINGLE))),
        ("--budget 0.5 Compare A and B", ("Compare A and B", Options(None, 500_000_000))),
        ("Compare A and B --budget: 0.50 USD, please.", ("Compare A and B, please.", Options(None, 500_000_000))),
        ("Compare A (--budget 0.5) and B", ("Compare A and B", Options(None, 500_000_000))),
        ("Compare:\n--strategy debate\n- A\n- B", ("Compare:\n\n- A\n- B", Options(Strategy.DEBATE))),
        ("Why? --budget 0.5.", ("Why?", Options(None, 500_000_000))),
        ("Why --budget 0.5 and --budget 0.5?", ("Why and", Options(None, 500_000_000))),
        ('Compare 5" and 3" screens --budget 1', ('Compare 5" and 3" screens', Options(None, 1_000_000_000))),
        ("the teams' plan --budget 1 isn't it", ("the teams' plan isn't it", Options(None, 1_000_000_000))),
        ('What is "WAL"? --strategy "single"', ('What is "WAL"?', Options(Strategy.SINGLE))),
        ("`a --budget 1` --budget 2", ("`a --budget 1`", Options(None, 2_000_000_000))),
    ],
)
def test_options_are_taken_out_wherever_they_are(text: str, asked: tuple[str, Options]) -> None:
    assert read(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "I want the best — really",
        "It is slow —really slow",
        "fast—budget friendly hotels",
        "What does `--strategy debate` do?",
        "What does ```\n--budget 1\n``` do?",
        'What does "run --budget 1" mean?',
        "What does “run --budget 1” mean?",
        "Was heißt „--budget 1“ hier?",
        "Que veut dire « --strategy x » ici ?",
        "「--budget 1」とは",
        "What does '--budget lots' mean?",
        "Is this right?\n> pass --budget 1\n> --strategy x",
        "Is this right?\n>>> pass\n--budget 1",
        "Is --fast the default in this tool, or --colour red?",
        "Why? --verbose",
        "What is a--budget 1",
        "x ---budget 1",
    ],
)
def test_what_is_quoted_and_other_words_with_dashes_are_text(text: str) -> None:
    assert read(text) == (text, Options())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Why --budgte 0.10 is it so", "Did you mean `--budget` by `--budgte`?"),
        ("Why? --stratgy single", "Did you mean `--strategy` by `--stratgy`?"),
        ("Why? --budgets 1", "Did you mean `--budget` by `--budgets`?"),
        ("What does --budget do?", "put it in `backticks`"),
        ("Why —budget lots of it", "takes dollars"),
        ("Why? --budget 1 --budget 2", "`--budget` is there twice, with `1` and `2`"),
        ("Why? --budget --strategy single", "takes dollars"),
        ("Why? --strategy", "takes one of auto, single, supervisor"),
        ("Why? --strategy quick", "takes one of auto, single, supervisor, sequential, fanout, debate"),
        ("Why? --budget", "takes dollars"),
        ("Why? --budget many", "takes dollars"),
        ("Why? --budget NaN", "takes dollars"),
        ("Why? --budget 1e999999", "takes dollars"),
        ("Why? --budget 0", "above zero"),
        ("Why? --budget 0.0000000001", "takes dollars"),
    ],
)
def test_what_is_no_option_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(AskerError, match=sentence.replace("$", r"\$").replace("`", "`")):
        read(text)
