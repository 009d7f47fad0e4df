"""One side's case in a debate: first what is on the question, then of that what speaks for the side.

The other side's analyst splits the same sentences the same way, so no sentence is quoted by both.
"""

import re
from collections.abc import Iterator, Sequence

from orchestration.llm.offline.sentences import Sentence, rarity, spread, vocabulary
from orchestration.llm.offline.stance import AGAINST, FOR, GIVES, ORDINARY, TAKES, Proposal, polarity, proposal
from orchestration.llm.offline.topics import FLOOR, MOST_QUOTES, TELLING, TOUCHED, best_on, near, standing

MOST_ON_TOPIC = 8
ENOUGH = 4
"""Quotes of a case that is filled up with what is known of the things."""
BESIDE = 0.5
"""Worth of each hint that a sentence bears on the things, in words that give or take."""
DECISION = re.compile(
    r"^\W*(?:is|are|was|were|should|shall|would|will|ought)\b|\b(?:should|shall|ought)\s+(?:we|i|our|they|one)\b"
    r"|\b(?:dis)?advantages?\b|\b(?:strengths?|weakness(?:es)?|drawbacks?|benefits?|overkill|better)\b"
    r"|\bworth\b|\blohnt\b|\bwhether\b|\b(?:good|bad)\s+(?:idea|choice)\b|\b(?:for\s+and\s+against|pros\s+and\s+cons)\b"
    r"|\bsoll(?:en|te|ten)?\s+(?:wir|ich|man)\b",
    re.IGNORECASE,
)


def queries(question: str) -> Iterator[str]:
    """The same for both sides."""
    for thing in proposal(question).things:
        yield f"{thing} {GIVES}"
        yield f"{thing} {TAKES}"


def case(question: str, side: str, candidates: Sequence[Sentence], floor: int = FLOOR) -> list[Sentence]:
    """Empty where nothing speaks for the side."""
    proposed = proposal(question)
    facts = [] if DECISION.search(question) else best_on(question, candidates, floor)
    if facts:
        return own(question, side, facts)
    on_things = [sentence for sentence in candidates if proposed.on(sentence)]
    on_topic = _telling(question, best_on(question, on_things or candidates, floor, MOST_ON_TOPIC), candidates)
    chosen = own(question, side, on_topic)[:MOST_QUOTES]
    rest = [sentence for sentence in on_things if sentence not in on_topic and polarity(sentence.text)]
    return [*chosen, *_strongest(question, own(question, side, rest), ENOUGH - len(chosen))]


def own(question: str, side: str, candidates: Sequence[Sentence]) -> list[Sentence]:
    """Those that speak for the side, in their order."""
    proposed = proposal(question)
    return [sentence for sentence in candidates if proposed.side(sentence) == side]


def missing(side: str) -> str:
    return "that speaks " + {FOR: "for it", AGAINST: "against it"}[side]


def _telling(question: str, on_topic: Sequence[Sentence], candidates: Sequence[Sentence]) -> list[Sentence]:
    """What has enough of what the question is about; what neither gives nor takes has to have most of it."""
    query = vocabulary(question)
    rare = rarity(query, [near(sentence) for sentence in candidates])
    whole = sum(rare.values())
    shares = [(sum(rare[term] for term in query & near(s)) / whole if whole else 1.0, s) for s in on_topic]
    return [s for share, s in shares if share >= (TOUCHED if polarity(s.text) else TELLING)]


def _strongest(question: str, rest: Sequence[Sentence], count: int) -> Sequence[Sentence]:
    """By how plainly they take a side; where the question says more than names, only those that are near it."""
    proposed = proposal(question)
    wanted = vocabulary(question) - proposed.names - ORDINARY
    wanted &= frozenset(term for sentence in rest for term in near(sentence))
    close = [sentence for sentence in rest if wanted & near(sentence)] if wanted else rest
    scored = [(_strength(sentence, proposed) * standing(sentence), sentence) for sentence in close]
    return spread(sorted(scored, key=lambda pair: (-pair[0], pair[1].place)), count)


def _strength(sentence: Sentence, proposed: Proposal) -> float:
    """More where the sentence names a thing, the page is on one, and above all on the one that is proposed."""
    said, headed = polarity(sentence.text), polarity(sentence.section)
    page = vocabulary(sentence.headings.partition(":")[0])
    hints = (proposed.names & vocabulary(sentence.text), proposed.names & page, proposed.new & page, said * headed > 0)
    return min(2, abs(said)) + BESIDE * sum(map(bool, hints))
