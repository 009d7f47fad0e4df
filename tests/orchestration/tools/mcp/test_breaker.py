"""A server that fails is left alone, longer each time, and is asked again."""

import pytest

from orchestration.tools.mcp.breaker import PAUSES_SECONDS, Breaker
from orchestration.values.errors import ToolFailed


class Clock:
    at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_the_first_failure_costs_no_pause_and_the_next_ones_ever_longer_ones() -> None:
    clock = Clock()
    breaker = Breaker("notes", clock)  # type: ignore[arg-type]  # it only looks at the time
    for pause in (*PAUSES_SECONDS, PAUSES_SECONDS[-1]):
        breaker.failed()
        if pause:
            with pytest.raises(ToolFailed, match="notes failed"):
                breaker.check()
        clock.at += pause
        breaker.check()


def test_one_success_makes_good_for_all_failures() -> None:
    breaker = Breaker("notes", Clock())  # type: ignore[arg-type]  # it only looks at the time
    for _ in range(5):
        breaker.failed()
    breaker.succeeded()
    breaker.check()
    assert 1 == breaker.failed()
