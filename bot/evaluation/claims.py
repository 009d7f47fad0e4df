"""How well the rule of the deterministic critic tells claims that their evidence bears out from those it does not.

The rule is the one that marks claims in a run (`orchestration/evidence/rule.py`). How rare a word is, is counted over
the evidence sentences of the whole file; in a run, over the sentences of the texts that the agent read.
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
from orchestration.evidence.likeness import Rarity, compare, sentences_of
from orchestration.evidence.names import capitalised
from orchestration.evidence.quotes import Misquote, Page
from orchestration.evidence.rule import doubts

SHIPPED = Path(__file__).with_name("claims.jsonl")
LIKE = '{"claim": "…", "evidence": ["…", "…"], "label": "supported"}'
SUPPORTED = ("support", "entail")
"""Labels that begin so are the ones a rule should leave alone."""
QUOTE = "quote"

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


@dataclass(frozen=True, slots=True)
class Judged:
    row: Row
    kinds: tuple[str, ...]
    """Why it is flagged; empty where it is not."""
    score: float


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
            "ms_per_claim": round(1000 * self.seconds / len(self.judged), 3),
        }


def read_rows(path: Path) -> list[Row]:
    """Raises AskerError with the line that cannot be used."""
    return [row for _, row in json_lines.read(path, Row, LIKE)]


def half(row: Row) -> Half:
    """The same for ever, whatever else is in the file; a claim is in one half with all its evidence."""
    return "held-out" if sha256(row.claim.encode("utf-8", "replace")).digest()[0] % 2 else "tune"


def score(rows: Sequence[Row]) -> Score:
    begun = time.process_time()
    sentences = [sentence for row in rows for text in row.evidence for sentence in sentences_of(text)]
    rarity, seen = Rarity.of(sentences), capitalised(sentences)
    judged = tuple(_judged(row, rarity, seen) for row in rows)
    return Score(judged, time.process_time() - begun)


def by_label(judged: Iterable[Judged]) -> Mapping[str, list[Judged]]:
    found: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in sorted(judged, key=lambda one: one.row.label):
        found[one.row.label].append(one)
    return found


def share(rows: Sequence[Judged]) -> float:
    return sum(bool(one.kinds) for one in rows) / len(rows)


def reasons(rows: Iterable[Judged]) -> Counter[str]:
    """How many rows each kind of doubt flags; a row may have several."""
    return Counter(kind for one in rows for kind in dict.fromkeys(one.kinds))


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


def _judged(row: Row, rarity: Rarity, seen: frozenset[str]) -> Judged:
    evidence = [sentence for text in row.evidence for sentence in sentences_of(text)]
    found = [doubt.kind.value for doubt in doubts(row.claim, evidence, rarity, seen)]
    if row.quote is not None and isinstance(Page("\n".join(row.evidence)).find(row.quote), Misquote):
        found.append(QUOTE)
    return Judged(row, tuple(found), compare(row.claim, evidence, rarity, seen).score)


def _r(value: float) -> float:
    return round(value, 4)
