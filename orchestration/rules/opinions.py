"""Subjective or high stakes: an answer is worth more when both sides were argued."""

from orchestration.rules.asked import Asked, Finding
from orchestration.rules.words import wordings
from orchestration.values.domain import Strategy

_ARGUED = wordings("argued")
_WIN = wordings("win")
_CASE_OF = wordings("case_of")
"""Where somebody looks up a case, an argument or a judge, nobody is asked to argue."""
_SHOULD = wordings("should")
_ASKED_FOR = wordings("asked_for")
"""What should be done is a look-up; whether it should is a judgement."""
_JUDGED = wordings("judged")
_WHEN_NEEDED = wordings("when_needed")


def argued(asked: Asked) -> Finding | None:
    """The asker wants it argued."""
    if not _ARGUED(asked.low) or _CASE_OF(asked.low):
        return None
    if any(series.join == "versus" for series in asked.series) and not _WIN(asked.low):
        return None
    return Finding(Strategy.DEBATE, 2, "You want it argued: an advocate and a skeptic, then a judge.")


def subjective(asked: Asked) -> Finding | None:
    """A judgement that people of good sense could make either way."""
    should, judged = _SHOULD(asked.low), _JUDGED(asked.low)
    if (should and not _ASKED_FOR(asked.low[: should.end()])) or (
        judged and not _WHEN_NEEDED(asked.low[: judged.end()])
    ):
        return Finding(Strategy.DEBATE, 2, "A judgement that can be argued either way: both sides, then a judge.")
    return None
