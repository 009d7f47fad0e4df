"""Judge by setting side by side: what each case quotes, and what was not found. It gives no verdict and says so."""

import json
from collections.abc import Mapping
from typing import Any

from orchestration.llm.offline.reading import CITATION, Reading, text_of

NO_VERDICT = "The offline model gives no verdict; it shows what each case quotes from the library."
NO_CASE = "quotes nothing, because nothing was found that speaks for that side."


def judge(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """The same for both orders of the cases; lists that would not fit get shorter together."""
    cases = {text_of(item, "position"): _lines(item) for item in reading.items("positions")}
    listed = max(map(len, cases.values()), default=0)
    while listed and len(json.dumps(_output(cases, listed), ensure_ascii=False).encode()) > most_bytes:
        listed -= 1
    return _output(cases, listed)


def _lines(case: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(text_of(case, "summary").splitlines()))


def _output(cases: Mapping[str, list[str]], listed: int) -> dict[str, Any]:
    said = dict.fromkeys(line for lines in cases.values() for line in lines if not CITATION.search(line))
    missing = [line for line in said if any(CITATION.search(text) for lines in cases.values() for text in lines)]
    return {
        "answer": "\n\n".join([NO_VERDICT, *missing, *(_case(name, cases[name][:listed]) for name in sorted(cases))]),
        "agreements": [],
        "disagreements": [],
        "action_items": [],
        "minority_argument": "",
        "would_change_if": "",
        "stronger": None,
    }


def _case(name: str, lines: list[str]) -> str:
    quotes = [line for line in lines if CITATION.search(line)]
    return "\n".join([f"Position {name} quotes:", "", *quotes]) if quotes else f"Position {name} {NO_CASE}"
