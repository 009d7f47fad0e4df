"""Whether an answer is right: by code, from the facts that its task expects."""

import re
from collections.abc import Sequence

from bot.evaluation.suite import ABSENT, Fact, Task
from orchestration.evidence.quotes import folded
from orchestration.values.domain import Claim, Support

_NOTHING = re.compile(
    r"\b(?:nothing (?:was |is )?(?:found|said|stated)|found nothing|not find"
    r"|no (?:source|evidence|information|mention|answer|statement|passage)"
    r"|not (?:be |been )?(?:found|answered|mentioned|stated|covered)"
    r"|(?:does|do|did) ?n[o']t (?:say|state|mention|contain|cover|give|provide|name|list|include|report|specify)"
    r"|cannot (?:be )?(?:answer|find|tell|say))\w*\b"
)
SAYS_SO = "does not say that nothing was found"


def faults(task: Task, answer: str, claims: Sequence[Claim]) -> tuple[str, ...]:
    """What is wrong with the answer, a few words each; empty where it is right."""
    text = _read(answer)
    quotes = [_read(claim.quote) for claim in claims if claim.support is Support.QUOTED]
    found = [fault for fact in task.expects if (fault := _fault(fact, text, quotes))]
    found += [f"says {phrase!r}" for phrase in task.forbids if _read(phrase) in text]
    if task.kind == ABSENT and not _NOTHING.search(text):
        found.append(SAYS_SO)
    return tuple(found)


def _fault(fact: Fact, text: str, quotes: Sequence[str]) -> str | None:
    ways = [_read(way) for way in fact.any_of]
    if not any(way in text for way in ways):
        return f"lacks {fact.any_of[0]!r}"
    if fact.quoted and not any(way in quote for way in ways for quote in quotes):
        return f"quotes no source for {fact.any_of[0]!r}"
    return None


def _read(text: str) -> str:
    """Whether a word is set as code makes no difference to a fact."""
    return folded(text.replace("`", ""))
