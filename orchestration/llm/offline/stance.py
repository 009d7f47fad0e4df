"""Which side of a debate a sentence speaks for: whether it gives or takes away, and on which of the things.

Decided by the question and the sentence alone, so that two analysts who do not know of each other never quote the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.llm.offline.aspects import READ_CHARACTERS, grid
from orchestration.llm.offline.sentences import STOP_WORDS, WORD, Sentence, vocabulary

FOR, AGAINST = "Advocate", "Skeptic"
"""Titles of the subtasks that argue."""
GIVES = "developer experience included built in supports easier"
TAKES = "limits price costs needs not included when to use something else"
"""Searched for with the name of each thing."""

_FOR = re.compile(
    r"\b(?:supports?|supported|includes?|included|gives?|provides?|offers?|allows?|lets|enables?|comes with|ships?"
    r"|built[ -]in|automatic(?:ally)?|easy|easier|easily|fast|faster|fastest|improves?|improved|better|best|simple"
    r"|simpler|simply|ready|stable|mature|maintained|free|safe|safer|long-term|one package|five lines|one line"
    r"|large community|natively|protects?|guarantees?|works with|saves?|cheaper|strengths?|benefits?"
    r"|advantages?|outperforms?|scales|works? well|recommended|helps?|keeps? working|much is included)\b",
    re.IGNORECASE,
)
_DENIES = (
    r"(?:does|do|did|is|are|was|were|will|can|could|should|may|must|has|have)\s+(?:\w+\s+)?not|never|cannot|nor"
    r"|\w+n['’]t|no(?!\s+(?:longer|more)\s+than)"
)
_AGAINST = re.compile(
    rf"\b(?:{_DENIES}|lacks?|needs?|needed|requires?|required|limit(?:s|ed|ation)?|limitations|must|costs?|fails?"
    r"|only (?:where|when|if|from|as|in|by|on|with)|failed|slow|slower|worse|dropped|drops|deprecated|ended|gone"
    r"|removed|risks?|risky|drawbacks?|unless|except|blocks?|stops?|corrupts?|ties up|harder|hard|difficult|loses?"
    r"|lost|misses|missing|expensive|overhead|price is|to be learned|unsafe|danger(?:ous)?|vulnerable|breaks?|wrong"
    r"|warns?|small(?:er)? communit(?:y|ies)|leaves .{1,40} to|at most|degrades?|by hand|manually)\b",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\b(?:not|no|never|cannot|without|nor|whether|\w+n['’]t)(?P<end>\b)(?:\W+\w+){0,2}\W+$", re.IGNORECASE
)
"""Directly before a word: `not inherently faster` takes, `without a restart that is needed` gives."""
_DENIAL = re.compile(_DENIES, re.IGNORECASE)
_PURPOSE = re.compile(r"\bso that\b[^.;]*$", re.IGNORECASE)

_WORDS = r"[\w.+#-]{1,40}(?:\s+[\w.+#-]{1,40}){0,2}?"
_END = r"(?=\s+(?:for|in|on|to|as|when|if|so|because|and|now|yet|this|next|at|by|of)\b|[,.?!:;]|$)"
_FROM_TO = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bfrom\s+(?P<old>{_WORDS})\s+(?:in)?to\s+(?P<new>{_WORDS}){_END}",
        rf"\b(?:in)?to\s+(?P<new>{_WORDS})\s+from\s+(?P<old>{_WORDS}){_END}",
        rf"\b(?P<new>{_WORDS})\s+or\s+(?:stay|stick|remain|keep)\w*\s+(?:with\s+|on\s+|using\s+)?(?P<old>{_WORDS}){_END}",
        rf"\b(?:replac|swap|exchang)\w*\s+(?P<old>{_WORDS})\s+(?:with|by|for)\s+(?P<new>{_WORDS}){_END}",
        rf"\b(?:re-?writ|port|mov|migrat|switch|convert|chang|translat|turn)\w*\s+(?P<old>{_WORDS})\s+"
        rf"(?:in|to|into)\s+(?P<new>{_WORDS}){_END}",
        rf"\b(?P<old>{_WORDS})\s+(?:in|auf|nach|zu)\s+(?P<new>{_WORDS})\s+(?:neu\s|um\w*schreib|wechsel|migrier|portier)",
        rf"\b(?P<new>{_WORDS})\s+(?:instead\s+of|rather\s+than|over|in\s+place\s+of|\w+er\s+than)\s+(?P<old>{_WORDS}){_END}",
    )
)
ORDINARY = vocabulary(
    "service services app apps application project code system team everything anything current existing own worth use"
    " using move moving adopt choose good idea better best rewrite rewriting port switch make take go stay stick remain"
    " keep is one lohnt unser unsere unseren dienst sollen sollten"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a question proposes, and what that would replace, in stemmed words."""

    new: frozenset[str]
    old: frozenset[str]
    things: tuple[str, ...]
    """Their names as the question writes them."""

    def side(self, sentence: Sentence) -> str:
        """Good news on what is proposed speaks for it, and so does bad news on what it would replace."""
        turned = -1 if self._on_old(sentence) else 1
        return FOR if turned * (polarity(sentence.text) or 0.5) > 0 else AGAINST

    def on(self, sentence: Sentence) -> bool:
        """Whether the sentence or its headings name one of the things; of a long name two words are enough."""
        words = vocabulary(sentence.text) | vocabulary(sentence.headings)
        named = (vocabulary(thing) for thing in self.things)
        return any(len(name & words) >= min(2, len(name)) for name in named if name)

    @property
    def names(self) -> frozenset[str]:
        return self.new | self.old

    def _on_old(self, sentence: Sentence) -> bool:
        for words in (vocabulary(sentence.text), vocabulary(sentence.headings)):
            if self.names & words:
                return not self.new & words
        return False


def polarity(text: str) -> int:
    """Words that give less words that take, and below zero where they are equal: a praise with a `but` is a warning.

    A denial turns what directly follows it and is then not counted itself; what is done so that something does not
    happen is a gift.
    """
    cues = [(1, cue) for cue in _FOR.finditer(text)] + [(-1, cue) for cue in _AGAINST.finditer(text)]
    turned = {cue.end(): _turned_at(text, cue) for _, cue in cues}
    kept = [(sign, cue) for sign, cue in cues if cue.end() not in turned.values()]
    signs = [sign if turned[cue.end()] is None and not _averted(text, cue) else -sign for sign, cue in kept]
    return sum(signs) or min([0, *signs])


def _turned_at(text: str, cue: re.Match[str]) -> int | None:
    """Where the denial ends that turns it."""
    if _DENIAL.fullmatch(cue[0]):
        return None
    before = _TURNS.search(text, max(0, cue.start() - 40), cue.start())
    return before.end("end") if before else None


def _averted(text: str, cue: re.Match[str]) -> bool:
    return bool(_DENIAL.fullmatch(cue[0]) and _PURPOSE.search(text, 0, cue.start()))


def proposal(question: str) -> Proposal:
    question = question[:READ_CHARACTERS]
    for pattern in _FROM_TO:
        if (found := pattern.search(question)) and (new := _names(found["new"])) and (old := _names(found["old"])):
            return _proposal([new], [old])
    compared = grid(question)
    names = compared.entities if compared else _capitalised(question)
    return _proposal(names[:1], names[1:]) if compared else _proposal(names, ())


def _proposal(new: Iterable[str], old: Iterable[str]) -> Proposal:
    new, old = tuple(new), tuple(old)
    first = vocabulary(" ".join(new))
    return Proposal(first, vocabulary(" ".join(old)) - first, (*new, *old))


def _names(text: str) -> str:
    return " ".join(word for word in text.split() if vocabulary(word) - ORDINARY)


def _capitalised(question: str) -> tuple[str, ...]:
    """Words that are written like names; in a question without any, what it is about besides ordinary words."""
    words = [word for word in WORD.findall(question) if word.lower() not in STOP_WORDS and _names(word)]
    named = [word for word in words if not (word.islower() and word.isalpha())]
    return tuple(dict.fromkeys(named))[:6] if named else (" ".join(words[:6]),)
