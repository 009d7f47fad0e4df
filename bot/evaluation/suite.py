"""Labelled tasks with checkable answers: what `threadwork eval strategies` measures on."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, model_validator

from bot.evaluation import json_lines
from orchestration.values.errors import AskerError

SHIPPED = Path(__file__).with_name("suite.jsonl")
HANDBOOK = Path(__file__).parents[1] / "simulator" / "handbook"
ABSENT = "absent"
"""The kind of a question that the library cannot answer: right is who says so."""
LIKE = '{"id": "flask-port", "question": "…", "kind": "fact", "expects": [{"any_of": ["5000"], "quoted": true}]}'

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Fact(BaseModel, frozen=True):
    any_of: tuple[Word, ...] = Field(min_length=1)
    """Ways to put it; one of them has to be in the answer."""
    quoted: bool = False
    """Whether one of them also has to be in a quote that was found word for word in its source."""


class Task(BaseModel, frozen=True):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,60}$")]
    question: Word
    kind: Word
    expects: tuple[Fact, ...] = ()
    forbids: tuple[Word, ...] = ()
    """What a right answer does not say."""
    documents: tuple[Word, ...] = ()
    """Files that come with the question: next to the suite or in the library's folder."""

    @model_validator(mode="after")
    def can_be_marked(self) -> "Task":
        if not self.expects and self.kind != ABSENT:
            raise ValueError(f"expects nothing, which only kind {ABSENT!r} may")
        return self


@dataclass(frozen=True, slots=True)
class Suite:
    path: Path
    tasks: tuple[Task, ...]
    sha256: str
    """Of the file: a changed suite is another one."""


def read_suite(path: Path) -> Suite:
    """Raises AskerError with the file and the line that cannot be used."""
    tasks: dict[str, Task] = {}
    for number, task in json_lines.read(path, Task, LIKE):
        if task.id in tasks:
            raise AskerError(f"{path}, line {number}: the id {task.id!r} was used above. Give each task its own.")
        tasks[task.id] = task
    return Suite(path, tuple(tasks.values()), sha256(path.read_bytes()).hexdigest())


def document_path(suite: Suite, library: Path, name: str) -> Path:
    """Where a task's document lies. Raises AskerError where there is none."""
    folder = library if library.is_dir() else library.parent
    found = (path for path in (suite.path.parent / name, folder / name) if path.is_file())
    path = next(found, None)
    if path is None:
        raise AskerError(f"{suite.path}: there is no document {name} next to the suite or in {folder}. Put it there.")
    return path
