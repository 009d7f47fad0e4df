"""What lies in the files and folders that somebody names."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.values.text import clean, visible
from storage.library.unreadable import LARGEST_BYTES, TooLarge, Unreadable


class Changing(Unreadable):
    """It changed while I read it. Add it again once whatever writes it is done."""


@dataclass(frozen=True, slots=True)
class Found:
    path: Path
    named: bool = False
    """By itself, and not as part of a folder."""
    refusal: str = ""
    """Why there is nothing to read, in a sentence."""


def found(paths: Sequence[Path]) -> Iterator[Found]:
    """Each file once, however often and by whatever links it is named; hidden ones only if they are named."""
    folders = [path for path in paths if os.path.isdir(path)]
    named = {place_of(path): Found(path, named=True) for path in reversed(paths) if path not in folders}
    roots, seen = [place_of(path) for path in paths], set(named)
    for path in dict.fromkeys(paths):
        if path not in folders:
            one = named.pop(place_of(path), None)
            below = [one] if one else []
        else:
            below = [one for one in _below(path, roots) if one.refusal or place_of(one.path) not in seen]
            seen.update(place_of(one.path) for one in below if not one.refusal)
        yield from below


def place_of(path: Path) -> str:
    """The same for all names of a file. A loop of links is left as it is."""
    return os.path.realpath(path)


def shown(path: Path) -> str:
    """Relative to the working folder where it lies in it: an answer must not show where somebody's home is."""
    real = Path(place_of(path))
    inside = real.is_relative_to(Path.cwd())
    return legible(real.relative_to(Path.cwd()).as_posix() if inside else path.name)


def legible(name: str) -> str:
    """A file's name may hold anything: line ends, what steers a terminal, bytes of another encoding."""
    return visible(clean(" ".join(name.split())))


def bytes_of(path: Path) -> bytes:
    """No more than a document may have; a device or a pipe has no end, or no beginning. Raises Unreadable, OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise Unreadable("It is not a file.")
    with path.open("rb") as opened:
        before = os.fstat(opened.fileno())
        data = opened.read(LARGEST_BYTES + 1)
        after = os.fstat(opened.fileno())
    if len(data) > LARGEST_BYTES:
        raise TooLarge
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Changing
    return data


def _below(folder: Path, roots: Sequence[str]) -> Iterator[Found]:
    """In the order of their names, links last, so that what lies there itself is known by its own name."""
    unlisted: list[OSError] = []
    below, links = [], []
    for at, folders, files in os.walk(folder, onerror=unlisted.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *(name for name in files if not name.startswith("."))):
            path = Path(at, name)
            if path.is_symlink():
                links.append(path)
            elif name not in folders and path.is_file():
                below.append(path)
    for error in unlisted:
        where = shown(Path(error.filename))
        yield Found(folder, refusal=f"{where}: cannot be listed ({error.strerror}). Check its permissions.")
    yield from (Found(path) for path in sorted(below))
    yield from (one for path in sorted(links) if (one := _linked(path, roots)))
    if not (below or links or unlisted):
        yield Found(folder, refusal=f"{shown(folder)}: there is no file in this folder.")


def _linked(path: Path, roots: Sequence[str]) -> Found | None:
    """Whoever names a folder has not named what links in it lead to elsewhere."""
    name, real = legible(os.path.relpath(path)), Path(place_of(path))
    if not os.path.exists(path):
        return Found(path, refusal=f"{name}: skipped. It is a link that leads nowhere.")
    if not any(real.is_relative_to(root) for root in roots):
        return Found(path, refusal=f"{name}: skipped. It is a link that leads out of the folder; name where it leads.")
    return Found(path) if path.is_file() else None
