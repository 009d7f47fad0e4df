"""How good the router's rules are on labelled questions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import thread_time
from typing import Any, Literal

from pydantic import BaseModel

from bot.evaluation import json_lines
from bot.evaluation.standing import percentile
from orchestration.money.prices import Prices
from orchestration.routing.estimate import band
from orchestration.routing.router import choose_route
from orchestration.strategies import STRATEGIES
from orchestration.values.domain import Conversation, Question, Route, Strategy
from orchestration.values.errors import AskerError
from orchestration.values.limits import Limits

SHIPPED = Path(__file__).with_name("router_questions.jsonl")
LIKE = '{"question": "…", "label": "supervisor"}'
LABELS = ("single", "supervisor", "sequential", "fanout", "debate", "clarify")
OTHER_NAMES = {"fan-out": "supervisor", "fan_out": "supervisor", "parallel": "supervisor"}
"""What the literature calls the fan-out of independent parts is a supervisor's work here."""

PRICED_AS = "gpt-4.1-mini"
"""Strategies cost the same multiples of one agent with any model whose output costs four times its input."""
PARTS = 3
"""Of a question whose parts nobody counted."""

Half = Literal["tune", "held-out"]


class Row(BaseModel):
    question: str
    label: str


@dataclass(frozen=True, slots=True)
class LabelScore:
    precision: float
    recall: float
    f1: float
    rows: int


@dataclass(frozen=True, slots=True)
class Mistake:
    label: str
    chosen: str
    rows: int
    runs: float
    """What the wrong routes cost more than the right ones, in runs of one agent; below 0 they cost and do less."""


@dataclass(frozen=True, slots=True)
class Score:
    rows: int
    accuracy: float
    macro_f1: float
    """Over the labels that the file holds."""
    labels: Mapping[str, LabelScore]
    confusion: Mapping[str, Mapping[str, int]]
    """By label, how often each route was chosen."""
    mistakes: tuple["Mistake", ...]
    """The kinds of wrong routes, the most expensive first."""
    ms_p50: float
    """Milliseconds of CPU that the rules took for a question."""
    ms_p95: float

    def to_json(self) -> dict[str, Any]:
        labels = {
            name: {"precision": _r(s.precision), "recall": _r(s.recall), "f1": _r(s.f1), "rows": s.rows}
            for name, s in self.labels.items()
        }
        return {
            "rows": self.rows,
            "accuracy": _r(self.accuracy),
            "macro_f1": _r(self.macro_f1),
            "ms_p50": _r(self.ms_p50),
            "ms_p95": _r(self.ms_p95),
            "labels": labels,
            "confusion": {label: dict(chosen) for label, chosen in self.confusion.items()},
            "mistakes": [
                {"label": m.label, "chosen": m.chosen, "rows": m.rows, "single_runs": round(m.runs, 2)}
                for m in self.mistakes
            ],
        }


def read_rows(path: Path) -> list[Row]:
    """Raises AskerError with the line that cannot be used."""
    return [_labelled(path, number, row) for number, row in json_lines.read(path, Row, LIKE)]


def half(question: str) -> Half:
    """The same for ever, whatever else is in the file."""
    return "held-out" if sha256(question.encode()).digest()[0] % 2 else "tune"


def score(rows: Iterable[Row], *, seconds: Callable[[], float] = thread_time) -> Score:
    """`seconds` is a clock, read before and after each question."""
    timed = [(row.label, *_timed(row.question, seconds)) for row in rows]
    pairs = [(label, chosen) for label, chosen, _ in timed]
    ms = [took * 1000 for *_, took in timed]
    confusion: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for label, chosen in pairs:
        confusion[label][chosen] += 1
    labels = {label: _label_score(label, pairs) for label in LABELS if label in confusion}
    right = sum(label == chosen for label, chosen in pairs)
    macro = sum(s.f1 for s in labels.values()) / len(labels)
    return Score(
        rows=len(pairs),
        accuracy=right / len(pairs),
        macro_f1=macro,
        labels=labels,
        confusion={label: confusion[label] for label in labels},
        mistakes=_mistakes(confusion),
        ms_p50=percentile(ms, 50),
        ms_p95=percentile(ms, 95),
    )


def _mistakes(confusion: Mapping[str, Mapping[str, int]]) -> tuple[Mistake, ...]:
    prices, limits = Prices(), Limits(model=PRICED_AS)
    routes = {strategy.value: Route(strategy, "", way.size_of(PARTS)) for strategy, way in STRATEGIES.items()}
    cost = {label: sum(band(route, prices, limits)) for label, route in routes.items()} | {"clarify": 0}
    found = (
        Mistake(label, chosen, rows, rows * (cost[chosen] - cost[label]) / cost[Strategy.SINGLE])
        for label, by_choice in confusion.items()
        for chosen, rows in by_choice.items()
        if chosen != label
    )
    return tuple(sorted(found, key=lambda mistake: -mistake.runs))


def chosen_label(text: str) -> str:
    """What the rules choose for a question that opens a thread."""
    return choose_route(Question(text, Conversation("local", "eval", "0"), "eval")).label


def _timed(text: str, seconds: Callable[[], float]) -> tuple[str, float]:
    begun = seconds()
    return chosen_label(text), seconds() - begun


def _labelled(path: Path, number: int, row: Row) -> Row:
    label = OTHER_NAMES.get(row.label.strip().lower(), row.label.strip().lower())
    if label not in LABELS:
        raise AskerError(f"{path}, line {number}: {row.label!r} is no label. Choose {', '.join(LABELS)}.")
    return Row(question=row.question, label=label)


def _label_score(label: str, pairs: list[tuple[str, str]]) -> LabelScore:
    meant = sum(expected == label for expected, _ in pairs)
    chosen = sum(actual == label for _, actual in pairs)
    right = sum(expected == actual == label for expected, actual in pairs)
    precision, recall = right / chosen if chosen else 0.0, right / meant if meant else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return LabelScore(precision, recall, f1, meant)


def _r(share: float) -> float:
    return round(share, 4)
