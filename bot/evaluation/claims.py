"""How well the claim check of a run tells claims that their evidence bears out from those that it does not.

A claim is flagged where its score is below the threshold (`orchestration/evidence/likeness.py`), where a number or date
of its evidence is in the way, or where words between quotation marks are not in it.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from bot.evaluation import json_lines
from orchestration.evidence.likeness import DOUBTED_BELOW, Sentences
from orchestration.evidence.quotes import Misquote, Page
from orchestration.evidence.rule import contradicted, misquoted
from orchestration.evidence.sentence import Sentence

SHIPPED = Path(__file__).with_name("claims.jsonl")
LIKE = '{"claim": "…", "evidence": ["…", "…"], "label": "supported"}'
SUPPORTED = ("support", "entail")
"""Labels that begin so are the ones a rule should leave alone."""
LITTLE, NUMBERS, QUOTATION, QUOTE = "little", "numbers", "quotation", "quote"
"""Why a claim is flagged: a low score, a number in the way, words in quotation marks, or its quote."""
STEPS = tuple(n / 20 for n in range(1, 20))
"""Thresholds of the curve."""
HANDBOOK = Path(__file__).parents[1] / "simulator" / "handbook"

Half = Literal["tune", "held-out"]


def _sentences(value: Any) -> Any:
    """One text counts as evidence of one piece."""
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Row(BaseModel, frozen=True):
    claim: Text
    evidence: Annotated[tuple[str, ...], BeforeValidator(_sentences)]
    """May be empty: then nothing supports the claim."""
    label: Annotated[Text, BeforeValidator(lambda value: str(value) if isinstance(value, bool | int) else value)]
    quote: str | None = Field(None)
    """If there is one, it has to be in the evidence, as in a run."""
    page: str = ""
    """Of the set that ships: which page of the demo's handbook the evidence is from."""


@dataclass(frozen=True, slots=True)
class Judged:
    row: Row
    score: float
    exact: tuple[str, ...]
    """What flags it whatever its score."""

    def kinds(self, threshold: float = DOUBTED_BELOW) -> tuple[str, ...]:
        return (*self.exact, *((LITTLE,) if self.score < threshold else ()))


@dataclass(frozen=True, slots=True)
class Score:
    judged: tuple[Judged, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        found = by_label(self.judged)
        return {
            "flagged": {label: _r(share(rows)) for label, rows in found.items()},
            "rows": {label: len(rows) for label, rows in found.items()},
            "reasons": {label: dict(reasons(rows)) for label, rows in found.items()},
            "mean_score": {label: _r(sum(j.score for j in rows) / len(rows)) for label, rows in found.items()},
            "auc": {label: _r(value) for label, value in auc(self.judged).items()},
            "threshold": DOUBTED_BELOW,
            "curve": [
                {"threshold": step, "flagged": {label: _r(share(rows, step)) for label, rows in found.items()}}
                for step in sorted({*STEPS, DOUBTED_BELOW})
            ],
            "ms_per_claim": round(1000 * self.seconds / len(self.judged), 3),
        }


def read_rows(path: Path) -> list[Row]:
    """Raises AskerError with the line that cannot be used."""
    return [row for _, row in json_lines.read(path, Row, LIKE)]


def shipped() -> list[Row]:
    """The rows that come with Threadwork, each with the whole of its page, as a run reads it."""
    rows = read_rows(SHIPPED)
    return [row.model_copy(update={"evidence": ((HANDBOOK / f"{row.page}.md").read_text("utf-8"),)}) for row in rows]


def half(row: Row) -> Half:
    """The same for ever, whatever else is in the file; a claim is in one half with all its evidence."""
    return "held-out" if sha256(row.claim.encode("utf-8", "replace")).digest()[0] % 2 else "tune"


def score(rows: Sequence[Row]) -> Score:
    begun = time.process_time()
    judged = tuple(map(_judged, rows))
    return Score(judged, time.process_time() - begun)


def by_label(judged: Iterable[Judged]) -> Mapping[str, list[Judged]]:
    found: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in sorted(judged, key=lambda one: one.row.label):
        found[one.row.label].append(one)
    return found


def share(rows: Sequence[Judged], threshold: float = DOUBTED_BELOW) -> float:
    return sum(bool(one.kinds(threshold)) for one in rows) / len(rows)


def reasons(rows: Iterable[Judged]) -> Counter[str]:
    """How many rows each kind of doubt flags; a row may have several."""
    return Counter(kind for one in rows for kind in one.kinds())


def auc(judged: Sequence[Judged]) -> dict[str, float]:
    """By label, how often its score is below that of a supported claim, ties counting half; 0.5 is blind.

    Empty where no label begins like `supported` or `entailed`.
    """
    labels = by_label(judged)
    good = [one.score for label, rows in labels.items() if _is_supported(label) for one in rows]
    others = {label: [one.score for one in rows] for label, rows in labels.items() if not _is_supported(label)}
    if not good:
        return {}
    pairs = len(good)
    return {
        label: sum((bad < fine) + (bad == fine) / 2 for bad in scores for fine in good) / (len(scores) * pairs)
        for label, scores in others.items()
    }


def _is_supported(label: str) -> bool:
    return label.lower().startswith(SUPPORTED)


def _judged(row: Row) -> Judged:
    evidence, statement, page = Sentences.of(*row.evidence), Sentence(row.claim), Page("\n".join(row.evidence))
    exact = {
        NUMBERS: bool(contradicted(statement, evidence.all)),
        QUOTATION: bool(misquoted(row.claim, page)),
        QUOTE: row.quote is not None and isinstance(page.find(row.quote), Misquote),
    }
    return Judged(row, evidence.likeness(statement), tuple(kind for kind, holds in exact.items() if holds))


def _r(value: float) -> float:
    return round(value, 4)
