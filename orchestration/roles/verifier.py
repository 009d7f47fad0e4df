"""The verifier says of each claim whether its quote and the passage around it bear it out; it knows nothing else.

It is the critic in another task: it runs in the role `critic`, so that the critic's model, output cap and bill are its.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from orchestration.agents.agent import Agent, Output
from orchestration.values.domain import Claim, Entailment
from orchestration.values.limits import OFFLINE, Limits
from orchestration.values.roles import Role

BATCH = 10
"""Claims a call: their verdicts fit well below the usual output cap."""
SAMPLED = 3
"""One claim in so many is judged with `sample`, and at least so many."""
REASON_CHARACTERS = 300


class VerdictOutput(Output):
    claim: int
    """The claim's number in the task."""
    verdict: Literal["supported", "unsupported", "contradicted", "unclear"]
    reason: str
    """The part of the claim that the passage leaves out or contradicts, in one short sentence; empty if `supported`."""


class VerifierOutput(Output):
    verdicts: list[VerdictOutput]
    """One for every claim in the task."""


VERIFIER = Agent(
    role=Role.CRITIC,
    instructions=(
        "You verify the claims of a research team. For each claim you get its quote and the passage of the source "
        "around that quote. Judge by these alone, not by what you know: `supported` if quote and passage say "
        "everything the claim says, `contradicted` if they say something else, `unsupported` if they leave part of it "
        "open, `unclear` if you cannot tell. Numbers, names, negations and words such as all, only, always or first "
        "are part of a claim. Different words for the same thing make no difference."
    ),
    output=VerifierOutput,
    temperature=0.0,
)


def can_judge(limits: Limits) -> bool:
    return limits.model_for(VERIFIER.role) != OFFLINE


def sample_size(claims: int) -> int:
    return min(claims, max(SAMPLED, -(-claims // SAMPLED)))


def verifier_task(claims: Sequence[Claim], passages: Sequence[str]) -> dict[str, Any]:
    """Numbered from 1; a passage may be empty where its text is no longer available."""
    return {
        "claims": [
            {"claim": n, "text": claim.text, "quote": claim.quote, "passage": passage}
            for n, (claim, passage) in enumerate(zip(claims, passages, strict=True), start=1)
        ]
    }


def verdicts_of(output: VerifierOutput) -> Mapping[int, tuple[Entailment, str]]:
    """By the claim's number. Two different verdicts on one claim make it unclear."""
    found: dict[int, tuple[Entailment, str]] = {}
    for verdict in output.verdicts:
        said = (Entailment(verdict.verdict), " ".join(verdict.reason.split())[:REASON_CHARACTERS])
        known = found.setdefault(verdict.claim, said)
        if known[0] is not said[0]:
            found[verdict.claim] = (Entailment.UNCLEAR, "The model gave two verdicts.")
    return found
