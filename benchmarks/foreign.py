"""How good routes, splits, the claim check, search and offline answers are on data that others made: one table.

The folder holds JSON lines, which are told apart by the names of their fields: `question` and `label` (routes; with
`parts` also splits), `claim`, `evidence` and `label` (claims), `query` and `relevant` (page search), `question` and
`fact`, `facts` or `sections` (offline answers over the manuals). No data comes with Threadwork, so that nothing here
was tuned on it: name a folder of your own.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import _foreign_answers, _foreign_claims, _foreign_routes, _foreign_search


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    goal: str
    fits: Callable[[Path], bool]
    """Whether a file holds data for it."""
    of: Callable[[Path], str]


def of_kind(*needed: str, public: bool | None = None) -> Callable[[Path], bool]:
    """Whether rows of a file have all the fields; public sets say in `source` where each row is from."""

    def fits(path: Path) -> bool:
        found = fields(path)
        return found >= set(needed) and public in (None, "source" in found)

    return fits


def fields(path: Path) -> set[str]:
    """Of all rows that hold something in them: the fields that only some rows have tell most."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return {name for row in rows for name, value in row.items() if value not in (None, [])}


def of_answers(path: Path) -> bool:
    return {"question"} <= fields(path) and bool({"fact", "facts", "sections"} & fields(path))


ROUTE = ("question", "label")
SPLIT = ("question", "parts")
CLAIM = ("claim", "evidence", "label")

MEASURES = (
    Measure("route, as typed in Slack", "≥ .85 / .75", of_kind(*ROUTE, public=False), _foreign_routes.routes),
    Measure("route, public questions", "≥ .80", of_kind(*ROUTE, public=True), _foreign_routes.routes),
    Measure("comparisons split, public", "≥ .90", of_kind(*SPLIT, public=True), _foreign_routes.splits),
    Measure("comparisons split, as typed in Slack", "≥ .85", of_kind(*SPLIT, public=False), _foreign_routes.splits),
    Measure(
        "claims flagged", "supported ≤ .05 (scientific .10), others ≥ .75", of_kind(*CLAIM), _foreign_claims.flagged
    ),
    Measure("claims, area under the curve", "unsupported ≥ .93, partly ≥ .80", of_kind(*CLAIM), _foreign_claims.curve),
    Measure("page search over the manuals", "nDCG@10 ≥ .82", of_kind("query", "relevant"), _foreign_search.found),
    Measure(
        "offline answers over the manuals", "≥ .80, first line and sections .60", of_answers, _foreign_answers.held
    ),
)


def report(folder: Path) -> None:
    files = sorted(folder.glob("*.jsonl"))
    without = []
    for measure in MEASURES:
        fitting = [path for path in files if measure.fits(path)]
        for path in fitting:
            print(f"{measure.name} · {path.name}: {measure.of(path)} (goal {measure.goal})", flush=True)
        if not fitting:
            without.append(measure.name)
    if without:
        print(f"No data in {folder} for: {' · '.join(without)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="holds the labelled files")
    folder = parser.parse_args().folder
    if folder is None:
        print("No folder named, so nothing is measured: benchmarks/foreign.py FOLDER")
    elif not folder.is_dir():
        parser.error(f"{folder} is no folder. Name one that holds labelled JSON lines.")
    else:
        report(folder)


if __name__ == "__main__":
    main()
