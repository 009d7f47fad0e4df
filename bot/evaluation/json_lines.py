"""Files of one JSON object a line, as other people keep their labelled data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from orchestration.values.errors import AskerError
from orchestration.values.text import clean

Row = TypeVar("Row", bound=BaseModel)

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""May be null, which says as much as an empty text."""
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

LENIENT = ConfigDict(coerce_numbers_to_str=True, frozen=True)
"""Ids are numbers in many a file."""


def read(path: Path, kind: type[Row], like: str) -> list[tuple[int, Row]]:
    """Each row with the number of its line. Raises AskerError with the line that cannot be used.

    Lines end at a line feed alone: a JSON text may hold the other characters that Python takes for an end of line.
    """
    rows = list(_rows(path, kind, like))
    if not rows:
        raise AskerError(f"{path} holds no rows. Write one JSON object a line: {like}")
    return rows


def _rows(path: Path, kind: type[Row], like: str) -> Iterator[tuple[int, Row]]:
    number = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, kind.model_validate_json(clean(text))
    except UnicodeDecodeError:
        raise AskerError(f"{path}, line {number}: is not UTF-8. Save the file as UTF-8.") from None
    except OSError as error:
        raise AskerError(f"{path} cannot be read ({error.strerror}). Name a file of JSON lines.") from None
    except ValidationError as error:
        raise AskerError(f"{path}, line {number}: {_why(error)}. Write one JSON object a line: {like}") from None


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] in ("json_invalid", "model_type"):
        return "is no JSON object"
    place, what = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
    return f"{place}: {what}" if place else f"it {what}"
