"""Condenses a report for the next stage: its first cited lines, word for word."""

from collections.abc import Mapping
from typing import Any

from orchestration.llm.offline.reading import CITATION, Reading

LINES_A_REPORT = 3
DIGEST_BYTES = 1200


def asked(reading: Reading) -> bool:
    return "digest" in reading.task and isinstance(reading.task.get("report"), Mapping)


def digest(reading: Reading, most_bytes: int) -> dict[str, Any]:
    """What is oldest goes first where it does not fit."""
    cited = [line for line in reading.text("report", "summary").splitlines() if CITATION.search(line)]
    kept = [*reading.text("digest").splitlines(), *cited[:LINES_A_REPORT]]
    room = min(DIGEST_BYTES, most_bytes // 2)
    while len(kept) > 1 and len("\n".join(kept).encode()) > room:
        kept.pop(0)
    return {"digest": "\n".join(kept) or "Nothing was found."}
