"""What an agent is to find: one part, or one for each thing that is compared and aspect that the question names."""

import re
from dataclasses import dataclass

from orchestration.llm.offline.aspects import grid, without
from orchestration.llm.offline.planning import assigned
from orchestration.llm.offline.reading import Reading
from orchestration.llm.offline.units import terms, vocabulary
from orchestration.rules.facts import pointed_at
from orchestration.rules.facts import subject as subject_of
from orchestration.values.text import clean
from orchestration.values.words import STOP_WORDS, WORD

MOST_PARTS = 12
TOPIC_CHARACTERS = 1000
QUERY_CHARACTERS = 300
_CARRIED = re.compile(r"^The question: (?P<question>.+)", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w.+#-]*\w|\b\w*(?:\d\w*[a-zA-Z]|[a-z][A-Z]|_)\w*")
_COMPARING = vocabulary(
    "compare comparison comparing difference differ versus vs pick choose choice best better between"
)
"""Words in which a comparison is asked for, and none of what it is about."""


@dataclass(frozen=True, slots=True)
class Part:
    wish: str
    entity: str = ""
    aspect: str = ""
    """As the question names it."""

    @property
    def query(self) -> str:
        return " ".join(f"{self.entity} {self.aspect or self.wish}".split())[:QUERY_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    parts: tuple[Part, ...]
    entities: tuple[str, ...]
    """All that the question compares, also what others look into."""
    earlier: str
    """The question before, which a follow-up leans on, and what was said in the thread."""

    @property
    def names(self) -> list[str]:
        """What is written like a name."""
        return list(dict.fromkeys([*self.entities, *_NAME.findall(self.question)]))

    @property
    def words(self) -> list[str]:
        """The telling ones: first names, then the longest, which are the rarest more often than not."""
        names = terms(" ".join(self.names))
        written = [word for word in WORD.findall(self.question) if word.casefold() not in STOP_WORDS]
        single = {terms(word)[0]: word for word in reversed(written) if len(terms(word)) == 1}
        return [single[term] for term in sorted(single, key=lambda t: (t not in names, -len(single[t]), t))]


def asked(reading: Reading, *, whole: bool) -> Asked:
    """`whole`: the role answers the question itself and not a part of it."""
    said = [clean(str(message.get("text", "")))[:QUERY_CHARACTERS] for message in reading.items("thread")]
    question, title = subject_of(reading.text("question"), said), reading.text("subtask", "title")
    instructions = reading.text("subtask", "instructions")
    carried = _CARRIED.search(instructions)
    topic = (question if whole else carried["question"] if carried else instructions or title) or question or title
    earlier = [clean(str(turn.get("question", ""))) for turn in reading.items("earlier")]
    subject = question or topic  # a stage sees its own subtask alone
    compared = grid(subject) if subject else None
    entities, aspects = assigned(instructions)
    if compared and not entities:
        entities = compared.entities if whole or carried or not question else _entitled(compared.entities, title)
        aspects = compared.aspects
    wish = _wish(subject, compared.entities) if compared else topic
    named = [aspect for aspect in aspects if vocabulary(aspect) and vocabulary(aspect) <= vocabulary(wish)]
    parts = [Part(wish, entity, aspect) for entity in entities for aspect in (named if len(named) > 1 else [""])]
    return Asked(
        topic[:TOPIC_CHARACTERS],
        tuple(parts[:MOST_PARTS]) or (Part(topic[:TOPIC_CHARACTERS]),),
        compared.entities if compared else entities,
        " ".join(dict.fromkeys([*earlier[-1:], pointed_at(said)])).strip(),
    )


def _wish(question: str, entities: tuple[str, ...]) -> str:
    """What is asked about each."""
    words = WORD.findall(without(question, entities))
    return " ".join(word for word in words if terms(word) and not vocabulary(word) & _COMPARING)


def _entitled(entities: tuple[str, ...], title: str) -> tuple[str, ...]:
    """Those that a subtask is about: its title names them and says little besides."""
    head = vocabulary(title.partition(":")[0])
    own = tuple(entity for entity in entities if vocabulary(entity) <= head)
    return own if len(head - vocabulary(" ".join(own))) <= 2 else ()
