"""What has to hold after a process was killed and another one went on."""

from collections import Counter
from dataclasses import dataclass, field

from office import Office, Served
from transcript import Talk, posted_twice

ENDED = ("awaiting_review", "complete")


@dataclass
class Aftermath:
    """Counts at each death which paid calls were in flight, from the file as the dead process left it."""

    office: Office
    in_flight: Counter[str] = field(default_factory=Counter)
    """By agent, over all deaths."""

    async def bury(self, served: Served) -> None:
        """Waits for the end of the killed process and looks at what it left."""
        assert await served.gone() < 0
        open_holds = "SELECT agent, count(*) FROM holds WHERE state = 'open' GROUP BY agent"
        self.in_flight.update(dict(self.office.after_death(open_holds)))

    async def check(self, *talks: Talk) -> None:
        """Every question ended once, nothing was posted twice, only what was in flight was paid again."""
        runs = self.office.rows("SELECT run_id, status FROM runs")
        assert sorted(run_id for run_id, _ in runs) == sorted(run_id for talk in talks for run_id in talk.run_ids)
        assert {status for _, status in runs} <= set(ENDED), runs
        assert all(len(talk.run_ids) == 1 for talk in talks)
        assert posted_twice(self.office.slack) == []
        for talk in talks:
            slots = talk.slots()
            assert len(slots) == len(set(slots)) and slots[0] == "board", slots
        self._check_calls()
        async with self.office.services() as services:
            audit = await services.ledger.verify()
            assert audit.ok, audit.drift

    def _check_calls(self) -> None:
        asked = Counter(received.agent for received in self.office.model.received)
        recorded = "SELECT agent, count(*) FROM steps WHERE operation = 'chat' GROUP BY agent"
        paid = Counter(dict(self.office.rows(recorded)))
        again = asked - paid
        assert again <= self.in_flight, f"paid again: {again}, in flight at the kills: {self.in_flight}"
        assert paid <= asked
