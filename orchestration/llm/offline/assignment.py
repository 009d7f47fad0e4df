"""What a worker was given to find: the cells of a grid or one open topic, and in a revision the notes to fix."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.llm.offline import arguing
from orchestration.llm.offline.aspects import Aspect, grid, named, without
from orchestration.llm.offline.planning import assigned
from orchestration.llm.offline.reading import Reading, lines
from orchestration.llm.offline.sentences import STOP_WORDS, WORD, stem, vocabulary
from orchestration.llm.offline.stance import AGAINST, FOR
from orchestration.values.text import clean

MOST_CELLS = 15
QUERY_CHARACTERS = 300
TOPIC_CHARACTERS = 1000
ONE_SOURCE = "one source"
CLAUSE = re.compile(r"[,;?!\n]|\band\b")
CARRIED = re.compile(r"^The question: (?P<question>.+)", re.MULTILINE | re.DOTALL)
CITATION = re.compile(r"\[[\w.:#-]+(?:\s*[,;]\s*[\w.:#-]+)*\](?!\()")
NOISE = vocabulary(
    "nothing found find library search wider note answer report add missing says statement cover also each every"
)


@dataclass(frozen=True, slots=True)
class Cell:
    entity: str
    aspect: Aspect
    label: str

    @property
    def query(self) -> str:
        return f"{self.entity} {self.aspect.words}"


@dataclass(frozen=True, slots=True)
class Assignment:
    topic: str
    cells: tuple[Cell, ...]
    entities: tuple[str, ...]
    """Where the topic is not about one entity of a comparison: all of them."""
    notes: tuple[str, ...]
    previous: tuple[tuple[str, str], ...]
    """The lines of the summary that the notes are about, as (label, text)."""
    added: tuple[str, ...]
    about: str
    """The question itself, where the instructions carry it along."""
    documents: bool
    """Whether documents came with the question: then whatever they say is on it."""
    side: str
    """The title of the subtask, where it argues one side of a debate."""
    earlier: str
    """The last question of the conversation, which a short follow-up leans on."""

    def to_mend(self, cell: Cell) -> bool:
        """Named by a note and empty so far; with several entities in one report a note names the entity too."""
        if dict(self.previous).get(cell.label, "").endswith("]"):
            return False
        alone = len({cell.entity for cell in self.cells}) == 1
        return any(names(note, cell.aspect.name) and (alone or names(note, cell.entity)) for note in self.notes)

    @property
    def open_notes(self) -> list[str]:
        """Notes that name no empty cell, and what the asker added."""
        empty = [cell.aspect.name for cell in self.cells if self.to_mend(cell)]
        return [*(note for note in self.notes if not any(names(note, name) for name in empty)), *self.added][:4]

    @property
    def queries(self) -> list[str]:
        # What the asker adds comes last, so that the searches made before it keep their places.
        asked = [*(self._again() if self.notes else self._first()), *self._for_open_notes()]
        different: dict[frozenset[str], str] = {}
        for query in asked:
            different.setdefault(vocabulary(query[:QUERY_CHARACTERS]), " ".join(query[:QUERY_CHARACTERS].split()))
        different.pop(frozenset(), None)
        return list(different.values())

    def _for_open_notes(self) -> Iterator[str]:
        for note in self.open_notes:
            yield from (f"{entity} {spelled_out(note)}" for entity in dict.fromkeys(cell.entity for cell in self.cells))
            yield self.topic if ONE_SOURCE in note else note

    def _first(self) -> Iterator[str]:
        if self.cells:
            yield from (cell.query for cell in self.cells)
            return
        if self.side:
            yield from arguing.queries(self.about)
        wanted = spelled_out(without(self.about, self.entities) if self.about else self.topic)
        yield from (f"{entity} {wanted}" for entity in self.entities)
        yield self.topic
        named = proper_names(self.topic)
        yield named
        clauses = [clause for clause in CLAUSE.split(self.topic) if len(vocabulary(clause)) >= 2]
        yield from (f"{named} {clause}" for clause in clauses[:3] if len(clauses) > 1)
        if len(vocabulary(self.topic)) == 1:
            yield f"{spelled_out(self.topic)} getting started overview"
        if len(vocabulary(self.topic)) < 4:
            yield f"{self.earlier} {self.topic}"

    def _again(self) -> Iterator[str]:
        """A line's own sentence finds its passage again, so what stands can be kept with its quote."""
        yield from (text for _, text in self.previous if text.endswith("]"))
        for cell in self.cells:
            if self.to_mend(cell):
                yield cell.query
                yield cell.aspect.words
        if not self.cells:
            yield self.topic


def assignment(reading: Reading, *, whole: bool) -> Assignment:
    """`whole`: the role answers the question itself and not a part of it."""
    question, title = reading.text("question"), reading.text("subtask", "title")
    instructions = reading.text("subtask", "instructions")
    notes = [clean(str(note.get("text", ""))).strip()[:500] for note in reading.items("notes")]
    earlier = [clean(str(turn.get("question", ""))) for turn in reading.items("earlier")]
    carried = CARRIED.search(instructions)
    argues = title in (FOR, AGAINST) and carried is not None
    own = tuple(cells(question, title, instructions, whole=whole))
    compared = None if own else grid(question)
    return Assignment(
        topic=((question if whole or argues else instructions or title) or question)[:TOPIC_CHARACTERS],
        cells=own,
        entities=compared.entities if compared else (),
        notes=tuple(note for note in notes if note),
        previous=tuple(lines(reading.text("previous"))),
        added=reading.added,
        about=carried["question"] if carried else "",
        side=title if argues else "",
        documents=bool(reading.items("documents")),
        earlier=earlier[-1] if earlier else "",
    )


def cells(question: str, title: str, instructions: str, *, whole: bool) -> Iterator[Cell]:
    entities, wanted = assigned(instructions)
    aspects = tuple(named(name) for name in wanted)
    compared = grid(question)
    if compared and not (entities and aspects):
        aspects = compared.aspects
        entities = compared.entities if whole else entitled(compared.entities, title)
    for entity in entities:
        for aspect in aspects[: max(1, MOST_CELLS // len(entities))]:
            yield Cell(entity, aspect, aspect.label if len(entities) == 1 else f"{entity} · {aspect.label}")


def entitled(entities: tuple[str, ...], title: str) -> tuple[str, ...]:
    """The entities a subtask is about; a title that says much else besides their names is about something else."""
    head = vocabulary(title.partition(":")[0])
    own = tuple(entity for entity in entities if vocabulary(entity) <= head)
    return own if len(head - vocabulary(" ".join(own))) <= 2 else ()


def names(note: str, name: str) -> bool:
    return name.casefold() in note.casefold()


def spelled_out(text: str) -> str:
    """What is left of a wish without the words in which wishes are put."""
    words = [word for word in WORD.findall(text) if word.lower() not in STOP_WORDS]
    return " ".join(word for word in words if stem(word.lower()) not in NOISE)


def proper_names(text: str) -> str:
    """Words that are written like names: with a capital, a digit or an underscore."""
    words = [word for word in WORD.findall(text) if word.lower() not in STOP_WORDS]
    return " ".join(word for word in words if not (word.islower() and word.isalpha()))
