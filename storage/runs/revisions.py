"""Whether revising pays here: what later versions cost, and how often the critic had less to say of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from orchestration.values.domain import Critique
from storage.engine.codec import from_json
from storage.engine.database import Database
from storage.engine.tables import critiques, drafts, runs, steps
from storage.runs.rounds import cost_by_version

NEWEST = 200
"""Runs with a revision that count."""


@dataclass(frozen=True, slots=True)
class RevisionRecord:
    revisions: int
    compared: int
    """Those where a critic read the version and the one before it."""
    fewer_notes: int
    cost_nano_usd: int
    """Of all revisions together."""


async def revisions(db: Database) -> RevisionRecord:
    return await db.read(_revisions)


def _revisions(conn: Connection) -> RevisionRecord:
    versions = [(row.run_id, row.version) for row in conn.execute(_VERSIONS)]
    notes = {
        (row.run_id, row.draft_version): len(from_json(Critique, row.body).notes) for row in conn.execute(_CRITIQUES)
    }
    costs: dict[str, list[tuple[str, int]]] = {}
    for row in conn.execute(_STEPS):
        costs.setdefault(row.run_id, []).append((row.key, row.cost_nano_usd))
    spent = {run_id: cost_by_version(of_run) for run_id, of_run in costs.items()}
    both = [
        (notes[run_id, version - 1], notes[run_id, version])
        for run_id, version in versions
        if {(run_id, version - 1), (run_id, version)} <= notes.keys()
    ]
    return RevisionRecord(
        revisions=len(versions),
        compared=len(both),
        fewer_notes=sum(after < before for before, after in both),
        cost_nano_usd=sum(spent.get(run_id, {}).get(version, 0) for run_id, version in versions),
    )


_REVISED = (
    select(runs.c.run_id)
    .where(runs.c.run_id.in_(select(drafts.c.run_id).where(drafts.c.version > 1)))
    .order_by(runs.c.created_at.desc(), runs.c.run_id)
    .limit(NEWEST)
)
_VERSIONS = select(drafts.c.run_id, drafts.c.version).where(drafts.c.version > 1, drafts.c.run_id.in_(_REVISED))
_CRITIQUES = select(critiques.c.run_id, critiques.c.draft_version, critiques.c.body).where(
    critiques.c.run_id.in_(_REVISED)
)
_STEPS = select(steps.c.run_id, steps.c.key, steps.c.cost_nano_usd).where(steps.c.run_id.in_(_REVISED))
