"""Judge by counting: what both cases quote and what only one does. It gives no verdict and says so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.llm.offline.reading import Reading
from orchestration.text import clean

MOST_LISTED = 5
NO_VERDICT = "The offline model gives no verdict; it counts what the two cases quote."


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    source_id: str

    def __str__(self) -> str:
        return f"{self.text} [{self.source_id}]"


def judge(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """The same for both orders of the cases; lists that would not fit get shorter together."""
    cases = {_text(item, "position"): _quotes(item) for item in reading.items("positions")}
    listed = MOST_LISTED
    output = _output(cases, listed)
    while listed and len(json.dumps(output, ensure_ascii=False).encode()) > most_bytes:
        listed -= 1
        output = _output(cases, listed)
    return output


def _output(cases: Mapping[str, Sequence[Quote]], listed: int) -> dict[str, Any]:
    names = sorted(cases)
    both = [quote for quote in cases[names[0]] if all(quote in cases[name] for name in names)] if names else []
    alone = {name: [quote for quote in cases[name] if quote not in both] for name in names}
    counted = "; ".join(f"position {name} alone quotes {_sentences(len(alone[name]))}" for name in names)
    return {
        "answer": f"{NO_VERDICT} Both quote {_sentences(len(both))}; {counted}.",
        "agreements": [str(quote) for quote in both[:listed]],
        "disagreements": [f"Only position {name} quotes: {quote}" for name in names for quote in alone[name][:listed]],
        "action_items": [],
        "minority_argument": "",
        "would_change_if": "A model that reads, or a person, weighs what only one side quotes.",
        "stronger": None,
    }


def _sentences(count: int) -> str:
    return "1 sentence" if count == 1 else f"{count} sentences"


def _quotes(case: Mapping[str, Any]) -> list[Quote]:
    listed = case.get("claims")
    claims = [claim for claim in listed if isinstance(claim, Mapping)] if isinstance(listed, list) else []
    return [Quote(" ".join(_text(claim, "quote").split()), _text(claim, "source_id")) for claim in claims]


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return clean(value) if isinstance(value, str) else ""
