"""Offline answers to questions of other people on the manuals: whether they hold the fact that a row names.

A row is `{question, fact}` or `{question, facts: [any of them]}`, words or a regular expression, and a comparison
`{question, sections: [{name, fact}]}` or `{question, sections: {name: fact}}`.
"""

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from benchmarks._manuals import ASKED_ONCE, MANUALS, documents
from benchmarks.offline_answers import Row, Section, answered, reference, table
from bot.evaluation import json_lines

FOLDER = Path(tempfile.gettempdir()) / "threadwork-manuals"
SHAPE = '{"question": "…", "fact": "…"} or {"question": "…", "sections": [{"name": "…", "fact": "…"}]}'


def _pattern(fact: Any) -> Any:
    """One regular expression; what is none is taken as words."""
    if isinstance(fact, list):
        return "|".join(f"(?:{_pattern(one)})" for one in fact)
    try:
        re.compile(str(fact))
    except re.error:
        return re.escape(str(fact))
    return str(fact)


def _listed(sections: Any) -> Any:
    return [{"name": name, "fact": fact} for name, fact in sections.items()] if isinstance(sections, dict) else sections


Fact = Annotated[str, BeforeValidator(_pattern)]


class Part(BaseModel):
    name: str
    fact: Fact


class Asked(BaseModel):
    question: str
    fact: Fact = ""
    facts: Fact = ""
    sections: Annotated[tuple[Part, ...], BeforeValidator(_listed)] = ()


def held(path: Path) -> str:
    asked = [row for _, row in json_lines.read(path, Asked, SHAPE)]
    rows = [
        Row(
            question=row.question,
            fact=row.fact or row.facts,
            sections=tuple(Section(name=part.name, fact=part.fact) for part in row.sections),
        )
        for row in asked
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = documents(FOLDER, (*MANUALS, *ASKED_ONCE))
    return f"{table('offline', asyncio.run(answered(rows, pages)))}; {table('bm25', reference(rows, pages))}"
