"""The claim check on claims that other people labelled."""

from pathlib import Path

from bot.evaluation.claims import auc, by_label, read_rows, score, share
from orchestration.evidence.likeness import DOUBTED_BELOW


def flagged(path: Path) -> str:
    judged = score(read_rows(path)).judged
    shares = ", ".join(f"{label} {share(rows):.3f} of {len(rows)}" for label, rows in by_label(judged).items())
    return f"{shares}; doubted below {DOUBTED_BELOW}"


def curve(path: Path) -> str:
    found = auc(score(read_rows(path)).judged)
    return ", ".join(f"{label} {value:.3f}" for label, value in found.items()) or "no label begins like supported"
