"""Options are words at the end that nobody would write as prose."""

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
        ("I want the best — really", ("I want the best — really", Options())),
        ("It is slow —really slow", ("It is slow —really slow", Options())),
        ("What does `--continue` do", ("What does `--continue` do", Options())),
        ("What does --budget do?", ("What does --budget do?", Options())),
        ("Is --fast the default in this tool?", ("Is --fast the default in this tool?", Options())),
    ],
)
def test_options_are_taken_off_the_end(text: str, asked: tuple[str, Options]) -> None:
    assert read(text) == asked


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Why? --colour red", "I do not know the option `--colour`. The options are `--strategy` and `--budget`"),
        ("Why? --verbose", "I do not know the option `--verbose`"),
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
