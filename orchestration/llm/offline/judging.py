"""Judge by counting and by setting side by side: what each case quotes, what both say, and where quotes on the same
matter lean apart. It gives no verdict and says so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.llm.offline.aspects import DEVELOPMENT
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.sentences import vocabulary
from orchestration.llm.offline.stance import polarity
from orchestration.values.text import clean

MOST_LISTED = 5
MOST_ACTIONS = 3
NO_VERDICT = "The offline model gives no verdict; it shows what each case quotes from the library."
NO_CASE = "quotes nothing, because nothing was found that speaks for that side."
ALIKE = 0.5
"""Share of the shorter quote's words from which two quotes say the same."""
ONE_SIDE = 0.5
"""Confidence in a step that one case alone gives reason for."""


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    source_id: str

    def __str__(self) -> str:
        return f"{self.text} [{self.source_id}]"

    @property
    def words(self) -> frozenset[str]:
        return vocabulary(self.text)


Pair = tuple[Quote, Quote]
Cases = Mapping[str, Sequence[Quote]]


def judge(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """The same for both orders of the cases; lists that would not fit get shorter together."""
    cases = {_text(item, "position"): _quotes(item) for item in reading.items("positions")}
    listed = MOST_LISTED
    output = _output(cases, listed)
    while listed and len(json.dumps(output, ensure_ascii=False).encode()) > most_bytes:
        listed -= 1
        output = _output(cases, listed)
    return output


def _output(cases: Cases, listed: int) -> dict[str, Any]:
    names = sorted(cases)
    pairs = [(one, other) for one in cases[names[0]] for other in cases[names[-1]]] if len(names) > 1 else []
    agreed = [pair for pair in pairs if _agree(*pair)]
    return {
        "answer": "\n\n".join([NO_VERDICT, *(_case(name, cases[name][:listed]) for name in names)]),
        "agreements": list(dict.fromkeys(map(_both, agreed)))[:listed],
        "disagreements": [_conflict(names, *found) for found in _apart([p for p in pairs if p not in agreed])[:listed]],
        "action_items": _actions(cases)[:listed],
        "minority_argument": "",
        "would_change_if": "A model that reads, or a person, weighs the two cases against each other.",
        "stronger": None,
    }


def _case(name: str, quotes: Sequence[Quote]) -> str:
    if not quotes:
        return f"Position {name} {NO_CASE}"
    return "\n".join([f"Position {name} quotes:", "", *(f"- {quote}" for quote in quotes)])


def _agree(one: Quote, other: Quote) -> bool:
    shared, shorter = len(one.words & other.words), min(len(one.words), len(other.words))
    if one == other:
        return True
    return bool(shorter) and shared >= ALIKE * shorter and _sign(one) * _sign(other) >= 0


def _both(pair: Pair) -> str:
    one, other = pair
    return str(one) if one.text == other.text else f"{one} {other}"


def _conflict(names: Sequence[str], matter: str, pair: Pair) -> str:
    first, second = (f"position {name} quotes “{q.text}” [{q.source_id}]" for name, q in zip(names, pair, strict=False))
    return f"Look into {matter}, where {first} and {second}"


def _apart(pairs: Sequence[Pair]) -> list[tuple[str, Pair]]:
    """Quotes on one matter that lean apart, the nearest first and each in one pair; else what leads the two cases."""
    found, used = list[tuple[str, Pair]](), set[Quote]()
    for one, other in sorted(pairs, key=lambda pair: (-len(pair[0].words & pair[1].words), *map(str, pair))):
        matter = _matter(one, other)
        if matter and _sign(one) * _sign(other) <= 0 and not {one, other} & used:
            found.append((matter, (one, other)))
            used |= {one, other}
    return found or [("what weighs more for you", pair) for pair in pairs[:1]]


def _matter(one: Quote, other: Quote) -> str:
    """The aspect that both speak of."""
    return next((a.name for a in DEVELOPMENT if a.cues & one.words and a.cues & other.words), "")


def _actions(cases: Cases) -> list[dict[str, Any]]:
    """What a case quotes as a limit or a need is to be checked before anything is decided, whoever quotes it."""
    empty = [name for name in sorted(cases) if not cases[name]]
    quoted = [quote for name in sorted(cases) for quote in cases[name]]
    limits = [quote for quote in dict.fromkeys(quoted) if polarity(quote.text) < 0]
    limits.sort(key=lambda quote: (-quoted.count(quote), polarity(quote.text)))
    steps = [(f"Check whether this holds for you: {q}", ONE_SIDE * quoted.count(q)) for q in limits[:MOST_ACTIONS]]
    steps += [(f"Look beyond the library for what position {name} could rest on.", ONE_SIDE) for name in empty]
    return [{"text": text, "confidence": min(1.0, confidence)} for text, confidence in steps]


def _sign(quote: Quote) -> int:
    leaning = polarity(quote.text)
    return (leaning > 0) - (leaning < 0)


def _quotes(case: Mapping[str, Any]) -> list[Quote]:
    listed = case.get("claims")
    claims = [claim for claim in listed if isinstance(claim, Mapping)] if isinstance(listed, list) else []
    quotes = [Quote(" ".join(_text(claim, "quote").split()), _text(claim, "source_id")) for claim in claims]
    return list(dict.fromkeys(quotes))


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return clean(value) if isinstance(value, str) else ""
