"""Whether the offline model's answers hold what was asked: 80 questions as people put them, over real manuals.

Forty are about the manuals that `manuals.py` searches, eight of them comparisons; twice twenty are about two packages
whose pages nothing here was ever tried on. The expected facts, in `offline_answers.jsonl`, were written from the pages
alone. `bm25` is the plain reference: the two sentences of the whole library that SQLite's own score puts first.
"""

import argparse
import asyncio
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from pydantic import BaseModel

from benchmarks._manuals import ASKED_LATER, ASKED_ONCE, MANUALS, Manual, documents
from bot.bootstrap import Services, open_services
from bot.clock import SystemClock
from bot.evaluation import json_lines, retrieval
from bot.evaluation.retrieval import LabelledDocument
from bot.setup.settings import load_demo
from orchestration.llm.offline import OfflineModel
from orchestration.values.domain import Conversation, Question, RunStatus
from orchestration.values.words import STOP_WORDS, words
from storage.runs.show import show

QUESTIONS = Path(__file__).with_name("offline_answers.jsonl")
ROW = '{"question": "…", "page": "…", "fact": "regular expression"}'
SETS = {"manuals": MANUALS, "new": ASKED_ONCE, "later": ASKED_LATER}
TEAM = "T1"
BUDGET = 10**12
CODE = re.compile(r"`+|\*\*|\\(?=[_*])")
"""Whether a word is marked makes no difference to a fact."""


class Section(BaseModel):
    name: str
    page: str = ""
    fact: str


class Row(BaseModel):
    set: str = ""
    question: str
    page: str = ""
    fact: str = ""
    """What the answer must hold, as a regular expression without case."""
    sections: tuple[Section, ...] = ()
    """Of a comparison: what must be said under each name."""


@dataclass(frozen=True, slots=True)
class Outcome:
    row: Row
    answer: str

    @property
    def holds(self) -> bool:
        return _has(self.row.fact, self.answer)

    @property
    def first(self) -> bool:
        return _has(self.row.fact, next(_lines(self.answer), ""))

    @property
    def held(self) -> list[bool]:
        return [_has(section.fact, under(section.name, self.answer)) for section in self.row.sections]


def _has(fact: str, text: str) -> bool:
    return bool(re.search(fact, CODE.sub("", " ".join(text.split())), re.IGNORECASE))


def _lines(answer: str) -> Iterator[str]:
    """Those that answer: no headings, and nothing that only says what the answer is."""
    lines = (line.strip() for line in answer.splitlines())
    return (line for line in lines if line and not line.startswith("#") and not re.fullmatch(r"[_*].*[_*]", line))


def under(name: str, answer: str) -> str:
    """What stands under headings with the name and in lines that are labelled with it."""
    starts = [match.start() for match in re.finditer(r"^#+ ", answer, re.MULTILINE)]
    blocks = [answer[start:end] for start, end in pairwise([*starts, len(answer)])]
    own = [block for block in blocks if _has(re.escape(name), block.partition("\n")[0])]
    label = re.compile(rf"^\s*[-*]?\s*\*\*[^*]*{re.escape(name)}[^*]*\*\*", re.IGNORECASE)
    return "\n".join(own or [line for line in answer.splitlines() if label.match(line)])


async def answered(rows: Sequence[Row], pages: Sequence[LabelledDocument]) -> list[Outcome]:
    """Each question by the whole program: routed, searched, quoted, checked."""
    with tempfile.TemporaryDirectory(prefix="threadwork-answers-") as folder:
        settings = load_demo(database_url=f"sqlite+aiosqlite:///{folder}/answers.db", team_budget_nano_usd=BUDGET)
        async with open_services(settings, drive=True, model=OfflineModel()) as services:
            for page in pages:
                await services.library.add(
                    team_id=TEAM, channel_id=None, title=page.title, text=page.text, url=page.id, source=page.source
                )
            return [Outcome(row, await _answer(services, row.question, n)) for n, row in enumerate(rows)]


async def _answer(services: Services, text: str, number: int) -> str:
    question = Question(text, Conversation(TEAM, "C1", str(number)), "U1", budget_nano_usd=BUDGET)
    run, _ = await services.runs.create(question, key=str(number), budget_nano_usd=BUDGET)
    assert services.driver is not None
    status = await services.driver.ended(run.run_id)
    if status not in (RunStatus.COMPLETE, RunStatus.AWAITING_REVIEW):
        return ""
    return str((await show(services.database, run.run_id))["answer"] or "")


def reference(rows: Sequence[Row], pages: Sequence[LabelledDocument]) -> list[Outcome]:
    """Two sentences each, and for a comparison two under each name."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE sentences USING fts5(title, text, tokenize='porter unicode61')")
    sentences = ((page.title, s) for page in pages for s in re.split(r"(?<=[.!?:])\s+|\n\s*\n", page.text) if s.strip())
    db.executemany("INSERT INTO sentences VALUES (?, ?)", sentences)

    def best(question: str) -> str:
        query = " OR ".join(f'"{word}"' for word in words(question) if word not in STOP_WORDS)
        found = db.execute("SELECT text FROM sentences WHERE sentences MATCH ? ORDER BY rank LIMIT 2", (query,))
        return "\n".join(" ".join(text.split()) for (text,) in found)

    def answer(row: Row) -> str:
        parts = [f"## {section.name}\n{best(f'{section.name} {row.question}')}" for section in row.sections]
        return "\n".join(parts) or best(row.question)

    return [Outcome(row, answer(row)) for row in rows]


async def page_search(rows: Sequence[Row], pages: Sequence[LabelledDocument]) -> float:
    asked = [retrieval.Row(query=row.question, relevant=frozenset([row.page])) for row in rows if row.page]
    async with retrieval.temporary_library(SystemClock()) as library:
        indexed = await retrieval.index(library, pages)
        return (await retrieval.evaluate(library, indexed, asked)).ndcg_at_10


def table(name: str, outcomes: Sequence[Outcome]) -> str:
    plain = [outcome for outcome in outcomes if outcome.row.fact]
    held = [one for outcome in outcomes for one in outcome.held]
    rows = [("holds the fact", [o.holds for o in plain]), ("in its first line", [o.first for o in plain])]
    shown = (f"{what} {sum(right)}/{len(right)} {sum(right) / len(right):.3f}" for what, right in rows if right)
    sections = [f"sections hold theirs {sum(held)}/{len(held)} {sum(held) / len(held):.3f}"] if held else []
    return f"{name:10} " + " · ".join([*shown, *sections])


def misses(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        row = outcome.row
        if row.fact and not outcome.first:
            yield f"\n{'line' if outcome.holds else 'MISS'}  {row.question}  /{row.fact}/\n{outcome.answer}"
        elif not all(outcome.held):
            names = [s.name for s, held in zip(row.sections, outcome.held, strict=True) if not held]
            yield f"\nPART  {row.question}  lacks {names}\n{outcome.answer}"


async def measure(name: str, manuals: tuple[Manual, ...], folder: Path, show_misses: bool) -> None:
    pages = documents(folder, manuals)
    rows = [row for _, row in json_lines.read(QUESTIONS, Row, ROW) if row.set == name]
    print(f"{name}: {len(rows)} questions over {len(pages)} pages")
    outcomes = await answered(rows, pages)
    print(table("offline", outcomes))
    print(table("bm25", reference(rows, pages)))
    print(f"page search nDCG@10 {await page_search(rows, pages):.3f}", flush=True)
    if show_misses:
        print("\n".join(misses(outcomes)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(tempfile.gettempdir()) / "threadwork-manuals"
    parser.add_argument("--folder", type=Path, default=default, help="where the archives are kept (%(default)s)")
    parser.add_argument("--set", choices=tuple(SETS), help="only these questions")
    parser.add_argument("--misses", action="store_true", help="show the answers that lack their fact")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for name, manuals in SETS.items():
        if chosen.set in (None, name):
            asyncio.run(measure(name, manuals, chosen.folder, chosen.misses))


if __name__ == "__main__":
    main()
