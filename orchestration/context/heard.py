"""What people tell a run while it works, and which of its agents have heard it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from orchestration.context.journal import RunJournal, adapter
from orchestration.values.domain import Steering
from orchestration.values.ports import Step

READERS = frozenset({"router", "handover", "verifier", "critic", "inspector"})
"""Places of agents that write nothing of the answer, so that what only they have heard is not worked in."""


@dataclass(slots=True)
class Heard:
    journal: RunJournal
    said: list[Steering] = field(default_factory=list)
    """Whoever drives the run adds to this."""

    async def since_last_look(self, place: str, next_key: str) -> Sequence[Steering]:
        """What was said since this agent's last look, as a step so that a replay sees it here again.

        `next_key` is the step that follows: once that is stored, nothing new may be slipped in before it.
        """
        key, steps = f"{place}/steer", self.journal.steps
        if key in steps or next_key in steps:
            stored = steps.get(key)
            return adapter(tuple[Steering, ...]).validate_json(stored.result) if stored else ()
        heard = _said_in(self._looks(f"{place.rsplit('/', 1)[0]}/"))
        fresh = tuple(steering for steering in self.said if steering.steering_id not in heard)
        if not fresh:
            return ()

        async def said() -> tuple[Steering, ...]:
            return fresh

        return await self.journal.step(key, said, returns=tuple[Steering, ...], operation="steer")

    def too_late(self) -> list[Steering]:
        """What no agent of this run that writes has heard."""
        heard = _said_in(step for step in self._looks("") if step.agent not in READERS)
        return [steering for steering in self.said if steering.steering_id not in heard]

    def _looks(self, below: str) -> list[Step]:
        steps = self.journal.steps.items()
        return [step for key, step in steps if key.startswith(below) and key.endswith("/steer")]


def _said_in(looks: Iterable[Step]) -> set[str]:
    return {s.steering_id for look in looks for s in adapter(tuple[Steering, ...]).validate_json(look.result)}
