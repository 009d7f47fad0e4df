"""Question → Route, by rules: one agent unless the question shows that more would earn what they cost.

The rules are a table, tried in order; each says what it saw, and that sentence is what the thread shows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.agents.supervisor import MAX_SUBTASKS
from orchestration.domain import Question, Route, Strategy

_WORD = r"(?<![^\W_])[^\W\d_][\w.+#/&'-]{0,40}"
_NAME = rf"(?:the\s+)?{_WORD}(?:\s+{_WORD}){{0,3}}"
_AND = r"(?:and|or|&|vs\.?|versus|with|to|against)"
_LIST = rf"(?P<list>{_NAME}(?:\s*,\s*(?:(?:and|or|&)\s+)?{_NAME})*\s*,?\s+{_AND}\s+{_NAME})"
_COMPARED = re.compile(rf"\b(?:compare|comparing|comparison of|contrast)\s+(?:between\s+)?{_LIST}", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\b(?:differences?|trade-?offs?|similarities|choose|choosing|decide|deciding|pick|picking)\s+"
    rf"(?:between|among)\s+{_LIST}",
    re.IGNORECASE,
)
_VERSUS = re.compile(rf"(?P<list>{_NAME}(?:\s+(?:vs\.?|versus)\s+{_NAME})+)", re.IGNORECASE)
_WHICH = re.compile(
    r"\b(?:which|what|who|should)\b[^?.]{0,80}?"
    r"\b(?:better|best|faster|cheaper|larger|older|more|prefer|use|pick|choose)\b"
    rf"[^?.:]{{0,60}}?[,:]\s*{_LIST}",
    re.IGNORECASE,
)
_ONE_OR_OTHER = re.compile(
    rf"\b(?:use|pick|choose|prefer|adopt|buy|take|learn)\s+(?P<list>{_NAME}(?:\s*,\s*{_NAME})*,?\s+or\s+{_NAME})",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:for each of|each of|for all of|for)\s+(?:the following\s*)?:?\s*"
    rf"(?P<list>{_NAME}(?:\s*,\s*{_NAME})+,?\s+(?:and|or)\s+{_NAME})",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"\b(?:the|top|all|each of the|every)\s+(?P<n>two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+"
    r"(?:most |least |best |worst |\w+est\b|main |major |leading |top )",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+\S", re.MULTILINE)
_JOIN = re.compile(rf"\s*,\s*(?:(?:and|or|&)\s+)?|\s+{_AND}\s+", re.IGNORECASE)
READ_CHARACTERS = 2000
"""What a question asks stands at its head; pasted material behind it must not decide the route."""
_TAIL = re.compile(
    r"\s+(?:for|in terms of|with respect|regarding|when|on|in|as|by|that|which|because|if|so|is|are|from|at|to|of"
    r"|i|we)\b.*$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:the|a|an|between|both|either)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw: how many parts, and the sentence that says why they are independent."""

    parts: int
    reason: str


def choose_route(question: Question) -> Route:
    """The asker's own strategy where there is one, else the first rule that sees independent parts, else single."""
    finding = _independent_parts(question.text)
    if question.strategy is not None:
        count = finding.parts if finding else 3
        subtasks = 1 if question.strategy is Strategy.SINGLE else min(count, MAX_SUBTASKS)
        return Route(question.strategy, "You asked for it.", subtasks, chosen_by="asker")
    if finding is None:
        return Route(Strategy.SINGLE, "One line of enquiry: one agent is enough.")
    return Route(Strategy.SUPERVISOR, finding.reason, min(finding.parts, MAX_SUBTASKS))


def _independent_parts(text: str) -> Finding | None:
    found = (rule(text[:READ_CHARACTERS]) for rule in RULES)
    return next((finding for finding in found if finding), None)


def _compared(text: str) -> Finding | None:
    """Several named things, compared with each other: a part each."""
    for pattern in (_COMPARED, _DIFFERENCE, _WHICH, _ONE_OR_OTHER, _VERSUS):
        match = pattern.search(text)
        names = entities(match["list"]) if match else []
        if len(names) >= 2:
            return Finding(len(names), f"{_listed(names)} can be researched side by side, then compared.")
    return None


def _each(text: str) -> Finding | None:
    """The same question about several named things."""
    match = _EACH.search(text)
    names = entities(match["list"]) if match else []
    if len(names) < 3:
        return None
    return Finding(len(names), f"The same is asked about {_listed(names)}, which do not depend on each other.")


def _items(text: str) -> Finding | None:
    """A list of questions or topics."""
    count = len(_ITEM.findall(text))
    return Finding(count, f"The {count} points of the list do not depend on each other.") if count >= 2 else None


def _several_questions(text: str) -> Finding | None:
    count = len([part for part in re.findall(r"[^?]+\?", text) if len(part.split()) >= 4])
    return (
        Finding(count, f"These are {count} questions, which can be looked into side by side.") if count >= 3 else None
    )


def _ranked(text: str) -> Finding | None:
    """The five largest …: one look-up each once the list is known."""
    match = _RANKED.search(text)
    if not match:
        return None
    return Finding(3, f"It asks about several of a kind (“{match[0].strip()} …”), each a look-up of its own.")


RULES: tuple[Callable[[str], Finding | None], ...] = (_compared, _each, _items, _several_questions, _ranked)


def entities(listed: str) -> list[str]:
    """The names in a list as people write it; what follows the last name is cut off."""
    names = [_LEAD.sub("", _TAIL.sub("", part.strip())).strip(" .?!:;") for part in _JOIN.split(listed)]
    return list(dict.fromkeys(name for name in names if name and len(name) <= 60))


def _listed(names: list[str]) -> str:
    shown = names[:4]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
