"""A run told event by event, as the driver would announce it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.outgoing.blocks.receipt import Bill
from bot.outgoing.view.folding import fold
from bot.outgoing.view.run_view import RunView
from orchestration.values import events as ev
from orchestration.values.domain import (
    Claim,
    Conversation,
    Critique,
    Decision,
    Draft,
    Note,
    NoteKind,
    Question,
    Review,
    Route,
    Source,
    Strategy,
    Subtask,
    Support,
    Verdict,
    WorkerReport,
)
from orchestration.values.inquiry import (
    Choice,
    Clarification,
    ClarificationAsked,
    ConsentAsked,
    ConsentGiven,
    Offer,
)
from orchestration.values.setbacks import RevisedItself
from storage.money.spend import ReceiptLine
from storage.runs.events import StoredEvent

BEGIN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOSTILE = "<!channel> @here <https://evil.com|x> [a](https://evil.com/q?d=1) ![i](https://evil.com/p) \u202e\x00 https://evil.com/y"


@dataclass
class Story:
    """Each method announces what its name says, a second after the one before."""

    text: str = "plain words"
    titles: tuple[str, ...] = ("FastAPI", "Flask", "Django")
    run_id: str = "r_story"
    team_id: str = "T0DEMO"
    channel_id: str = "C0RESEARCH"
    thread_ts: str = "1800000000.000100"
    told: list[StoredEvent] = field(default_factory=list)
    now: datetime = BEGIN

    def tell(self, *events: ev.Event) -> "Story":
        for event in events:
            self.now += timedelta(seconds=1)
            self.told.append(StoredEvent(len(self.told) + 1, self.run_id, self.now, event))
        return self

    def wait(self, seconds: float) -> "Story":
        self.now += timedelta(seconds=seconds)
        return self

    def view(self) -> RunView:
        return fold(self.run_id, self.told)

    def asked(self) -> "Story":
        place = Conversation(self.team_id, self.channel_id, self.thread_ts)
        return self.tell(ev.QuestionAsked(Question(self.text, place, "U0ANA"), 1_000_000_000))

    def started(self, epoch: int = 1, version: int = 1, kept: int | None = None) -> "Story":
        return self.tell(ev.RunStarted(epoch, version, kept is not None, kept or 0))

    def routed(self, strategy: Strategy = Strategy.SUPERVISOR) -> "Story":
        return self.tell(ev.RouteChosen(Route(strategy, f"because {self.text}", 3, 2_000_000, 6_000_000)))

    def planned(self, version: int = 1, *ids: str) -> "Story":
        wanted = ids or tuple(f"s{n}" for n in range(1, len(self.titles) + 1))
        tasks = (Subtask(i, self.titles[int(i[1:]) - 1], self.text) for i in wanted)
        return self.tell(ev.PlanReady(version, tuple(tasks)))

    def report(self, number: int, version: int = 1, error: str | None = None) -> WorkerReport:
        subtask, title = f"s{number}", self.titles[number - 1]
        source = Source(
            f"d_{number}", f"{title} {self.text}", f"https://docs.example.org/{number}", BEGIN, f"h{number}"
        )
        claims = (
            Claim(f"claim of {title} {self.text}", source.source_id, "a quote", Support.QUOTED),
            Claim(f"doubt of {title} {self.text}", source.source_id, "no quote", Support.UNQUOTED),
        )
        summary = "" if error else f"{title} says {self.text} [{source.source_id}]."
        found = () if error else (source,)
        return WorkerReport(subtask, title, summary, claims if found else (), found, error, 1_250_000, 4.2, version)

    def reported(self, number: int, version: int = 1, error: str | None = None) -> "Story":
        return self.tell(ev.SubtaskCompleted(version, self.report(number, version, error)))

    def draft(self, version: int = 1, answer: str = "") -> Draft:
        reports = tuple(self.report(n, version) for n in range(1, len(self.titles) + 1))
        sources = tuple(source for report in reports for source in report.sources)
        return Draft(
            version=version,
            answer=answer or f"## Answer\n\n{self.text} [1] and more [2][3].",
            reports=reports,
            sources=sources,
            changed=() if version == 1 else (f"FastAPI: reworked for N1 {self.text}",),
            gaps=(f"Flask: {self.text}",),
        )

    def drafted(self, version: int = 1, answer: str = "") -> "Story":
        return self.tell(ev.DraftReady(self.draft(version, answer)))

    def criticised(self, version: int = 1, notes: int = 2) -> "Story":
        found = [Note(f"N{n}", NoteKind.MISSING, f"note {n} {self.text}", f"s{n % 3 + 1}") for n in range(1, notes + 1)]
        verdict = Verdict.REVISE if found else Verdict.SHIP
        return self.tell(ev.CritiqueReady(Critique(version, verdict, tuple(found))))

    def awaited(self, version: int = 1) -> "Story":
        return self.tell(ev.ReviewAwaited(version))

    def reviewed(self, decision: Decision, version: int = 1, note_ids: tuple[str, ...] = ("N1",)) -> "Story":
        review = Review("U0ANA", decision, self.now, version, self.text, note_ids)
        return self.tell(ev.Reviewed(review))

    def offer(self, strategy: Strategy = Strategy.SUPERVISOR) -> Offer:
        return Offer(Route(strategy, f"because {self.text}", 2, 2_000_000, 6_000_000), 4.0, 70.0)

    def asks_price(self, epoch: int = 1) -> "Story":
        mine, other = self.offer(), self.offer(Strategy.SINGLE)
        return self.tell(ConsentAsked(epoch, mine, cheaper=other, deeper=mine, alternatives=(other,)))

    def agreed(self, epoch: int = 1) -> "Story":
        return self.tell(ConsentGiven(epoch, Choice.START, self.offer().route, "U0ANA"))

    def asks_back(self, epoch: int = 1) -> "Story":
        back = Clarification(f"Which one? {self.text}", (f"one {self.text}", f"two {self.text}"))
        return self.tell(ClarificationAsked(epoch, back))

    def to_review(self, notes: int = 2) -> "Story":
        """The whole first version, with the critic's notes waiting."""
        self.asked().started().routed().planned()
        for number in range(1, len(self.titles) + 1):
            self.tell(ev.SubtaskStarted(1, f"s{number}"))
            self.tell(ev.SubtaskProgressed(1, f"s{number}", f"Searching: {self.text}", "turn/1"))
            self.reported(number)
        return self.drafted().criticised(notes=notes).awaited()

    def revises_itself(self) -> "Story":
        """The first version with its notes, and the run going on to mend N1 without waiting."""
        return self.to_review().untell().tell(RevisedItself(2, ("N1",)))

    def untell(self) -> "Story":
        self.told.pop()
        return self

    def revised(self) -> "Story":
        """The second version, after the first was sent back for N1."""
        self.to_review().reviewed(Decision.REQUEST_REVISIONS).started(2, 2).planned(2, "s1").reported(1, 2)
        return self.drafted(2).criticised(2, 0)


def hostile_story() -> Story:
    """Every text that a model or a person wrote is an attack."""
    return Story(text=HOSTILE, titles=tuple(f"{title} {HOSTILE}" for title in ("FastAPI", "Flask", "Django")))


def bill(*, demo: bool = False, offline: bool = False) -> Bill:
    lines = (
        ReceiptLine("worker", 6, 17_946, 2_156, 0, 10_628_000),
        ReceiptLine("critic", 1, 3_384, 76, 0, 1_475_200, estimated=True),
        ReceiptLine("supervisor", 1, 213, 204, 0, 411_600),
    )
    return Bill(lines, 14.2, demo=demo, offline=offline)
