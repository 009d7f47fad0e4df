"""Two readings of the same two cases → what holds in both orders, and where the order made the difference. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.roles.judge import FIRST, SECOND, JudgeOutput
from orchestration.strategies.overlap import shared

SAME = 0.6
"""Share of words at which two sentences count as the same point."""
CLEARLY = 0.15
_NAMES = {FIRST: "the advocate", SECOND: "the skeptic"}
_POSITION = re.compile(rf"\b(?:the\s+)?positions?\s+[\"“']?({FIRST}|{SECOND})\b[\"”']?", re.IGNORECASE)
_BOTH = re.compile(rf"\b(?:the\s+)?positions\s+({FIRST}|{SECOND})(\s+(?:and|or)\s+)({FIRST}|{SECOND})\b", re.IGNORECASE)
_OPENS = re.compile(r"(?:^|[.!?:]\s+|\n[\s*>-]*)$")


@dataclass(frozen=True, slots=True)
class Action:
    text: str
    confidence: float
    both: bool
    """Whether both readings name it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    answers: tuple[str, ...]
    """One, or two where the order of the cases made a difference."""
    order: str
    """What asking in both orders showed, in one sentence."""
    agreements: tuple[str, ...]
    disagreements: tuple[str, ...]
    actions: tuple[Action, ...]
    minority: str
    would_change: str


def judgement(first: JudgeOutput | None, second: JudgeOutput | None, cases: Mapping[str, str]) -> Judgement:
    """`first` saw the advocate's case first; where one reading is missing, the other is used alone."""
    readings = [reading for reading in (first, second) if reading]
    stronger = [_stronger(reading, cases) for reading in readings]
    differ = len(readings) == 2 and None not in stronger and stronger[0] != stronger[1]
    lead = readings[0]
    agreed = [[_plain(text) for text in reading.agreements if text.strip()] for reading in readings]
    certain, doubtful = _in_both(agreed)
    open_points = _distinct([text for reading in readings for text in reading.disagreements])
    return Judgement(
        answers=tuple(_plain(reading.answer) for reading in (readings if differ else [lead])),
        order=_order(stronger, differ=differ),
        agreements=tuple(certain),
        disagreements=(*open_points, *(f"Seen as agreed in only one of the two orders: {text}" for text in doubtful)),
        actions=_actions(readings),
        minority=_plain(lead.minority_argument),
        would_change=_plain(lead.would_change_if),
    )


def written(found: Judgement) -> str:
    """Markdown with source ids still in it."""
    answers = found.answers
    if len(answers) == 2:
        answers = (f"**With the advocate's case first:** {answers[0]}", f"**With the skeptic's first:** {answers[1]}")
    parts = ["\n\n".join(answers)]
    if found.order:
        parts.insert(0 if len(answers) == 2 else 1, f"*{found.order}*")
    parts += [f"### {title}\n\n{body}" for title, body in _sections(found) if body]
    return "\n\n".join(parts)


def _sections(found: Judgement) -> list[tuple[str, str]]:
    return [
        ("Both sides agree (high confidence)", _bullets(found.agreements)),
        ("They disagree (needs investigation)", _bullets(found.disagreements)),
        ("Action items by confidence", _bullets([_action(action) for action in found.actions])),
        ("Best minority argument", found.minority),
        ("What would change this", found.would_change),
    ]


def _action(action: Action) -> str:
    once = "" if action.both else ", named in one order only"
    return f"{action.text} (confidence {action.confidence:.0%}{once})"


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _order(stronger: Sequence[str | None], *, differ: bool) -> str:
    if len(stronger) < 2:
        return ""
    if differ:
        return "Asked in both orders, the judge came to different results: the order decided, not the evidence."
    if None in stronger:
        return "The judge was asked in both orders; it does not say whose evidence is stronger."
    if stronger[0] == "neither":
        return "Asked in both orders, the judge found neither side's evidence stronger."
    return f"Asked in both orders, the judge found the evidence of {_NAMES[str(stronger[0])]} stronger both times."


def _stronger(reading: JudgeOutput, cases: Mapping[str, str]) -> str | None:
    """As the judge says; else the side from which it did not take the minority's argument, where that is clear."""
    if reading.stronger:
        return reading.stronger
    near = {name: shared(reading.minority_argument, case) for name, case in cases.items()}
    if not reading.minority_argument.strip() or abs(near[FIRST] - near[SECOND]) < CLEARLY:
        return None
    return SECOND if near[FIRST] > near[SECOND] else FIRST


def _in_both(listed: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Points of both readings, and points of one alone; a lone reading's points are all taken as they are."""
    if len(listed) < 2:
        return list(listed[0]), []
    certain = [text for text in listed[0] if _same(text, listed[1])]
    rest = [text for text in listed[0] if not _same(text, listed[1])]
    return certain, [*rest, *(text for text in listed[1] if not _same(text, listed[0]))]


def _same(text: str, others: Sequence[str]) -> bool:
    return any(text == other or shared(text, other) >= SAME for other in others)


def _distinct(texts: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for text in map(_plain, texts):
        if text and not _same(text, kept):
            kept.append(text)
    return kept


def _actions(readings: Sequence[JudgeOutput]) -> tuple[Action, ...]:
    """The mean of both readings; what only one names has half its confidence."""
    named: list[tuple[str, list[float]]] = []
    for item in (item for reading in readings for item in reading.action_items if item.text.strip()):
        text = _plain(item.text)
        twin = next((known for known in named if _same(text, [known[0]])), None)
        if twin and len(twin[1]) < len(readings):
            twin[1].append(item.confidence)
        elif not twin:
            named.append((text, [item.confidence]))
    count = len(readings)
    found = [Action(text, sum(given) / count, len(given) == count) for text, given in named]
    return tuple(sorted(found, key=lambda action: -action.confidence))


def _plain(text: str) -> str:
    """With the sides' names in place of those the judge knew them by."""

    def named(match: re.Match[str]) -> str:
        name = _NAMES[match[1].upper()]
        return name.capitalize() if _OPENS.search(match.string[: match.start()]) else name

    return _POSITION.sub(named, _BOTH.sub(r"position \1\2position \3", text)).strip()
