"""Which files lie below what somebody names, each once, and what is said of the rest."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.local_files.folders import (
    Changing,
    Found,
    bytes_of,
    found,
    legible,
    shown,
)
from storage.library.unreadable import Unreadable

NOBODY = 65_534


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@contextmanager
def somebody_without_rights() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def files(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name)


def paths(*names: str) -> list[str]:
    return [one.path.as_posix() for one in found([Path(name) for name in names]) if not one.refusal]


def refusals(*names: str) -> list[str]:
    return [one.refusal for one in found([Path(name) for name in names]) if one.refusal]


def test_a_file_is_found_once_by_whatever_names_it_is_given(here: Path) -> None:
    files("a/b/one.md", "a/two.md")
    Path("a/three.md").symlink_to("two.md")
    Path("link").symlink_to("a")
    assert paths("a", "a/two.md", "./a/b/../two.md", f"{here}/a", "link", "a/three.md") == ["a/b/one.md", "a/two.md"]


def test_one_that_is_named_counts_as_named_also_where_its_folder_is(here: Path) -> None:
    files("a/notes.odd", "a/x.md")
    assert list(found([Path("a"), Path("a/notes.odd")])) == [
        Found(Path("a/x.md")),
        Found(Path("a/notes.odd"), named=True),
    ]


def test_hidden_files_and_folders_are_left_out(here: Path) -> None:
    files("a/.git/x.md", "a/.x.md", "a/x.md")
    assert (paths("a"), refusals("a")) == (["a/x.md"], [])


def test_a_link_out_of_the_folder_is_named_and_not_followed(here: Path) -> None:
    files("a/x.md", "secrets/key.md")
    Path("a/key.md").symlink_to("../secrets/key.md")
    Path("a/all").symlink_to("../secrets")
    assert paths("a") == ["a/x.md"]
    leads_out = "skipped. It is a link that leads out of the folder; name where it leads."
    assert refusals("a") == [f"a/all: {leads_out}", f"a/key.md: {leads_out}"]
    assert (sorted(paths("a", "secrets")), refusals("a", "secrets")) == (["a/key.md", "a/x.md"], [])


def test_a_link_to_what_is_hidden_in_the_same_folder_is_read_by_its_own_name(here: Path) -> None:
    """As Kubernetes mounts its configuration."""
    files("a/..2026/x.md")
    Path("a/x.md").symlink_to("..2026/x.md")
    assert paths("a") == ["a/x.md"]


def test_links_that_lead_nowhere_or_in_a_circle_are_named(here: Path) -> None:
    files("a/x.md")
    Path("a/circle.md").symlink_to("circle.md")
    Path("a/gone.md").symlink_to("nowhere.md")
    Path("a/self").symlink_to(".")
    nowhere = "skipped. It is a link that leads nowhere."
    assert (paths("a"), refusals("a")) == (["a/x.md"], [f"a/circle.md: {nowhere}", f"a/gone.md: {nowhere}"])


def test_a_folder_that_cannot_be_listed_or_is_empty_is_named(here: Path) -> None:
    files("a/x.md", "a/locked/y.md")
    Path("empty").mkdir()
    for folder in (here.parent, here):
        folder.chmod(0o755)
    Path("a/locked").chmod(0)
    try:
        with somebody_without_rights():
            seen = paths("a"), refusals("a", "empty")
    finally:
        Path("a/locked").chmod(0o700)
    assert seen == (
        ["a/x.md"],
        [
            "a/locked: cannot be listed (Permission denied). Check its permissions.",
            "empty: there is no file in this folder.",
        ],
    )


def test_a_name_is_shown_without_what_would_deceive_a_reader(here: Path) -> None:
    assert legible("evil\u202egpj\x1b[31m\nname\udce9.md") == "evilgpj[31m name\ufffd.md"
    assert shown(Path("a\nb.md")) == "a b.md"
    assert shown(here.parent / "elsewhere.md") == "elsewhere.md"


def test_what_is_no_file_is_not_opened(here: Path) -> None:
    os.mkfifo("pipe.md")
    with pytest.raises(Unreadable, match="It is not a file"):
        bytes_of(Path("pipe.md"))


def test_a_file_that_changes_while_it_is_read_is_not_half_kept(here: Path) -> None:
    log, done = Path("log.md"), threading.Event()
    log.write_bytes(b"x" * 15_000_000)

    def write() -> None:
        with log.open("r+b", buffering=0) as opened:
            while not done.is_set():
                opened.seek(0)
                opened.write(b"y" * 10)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(Changing, match="It changed while I read it"):
            # The writer may be asleep during one read, not during all of them.
            for _ in range(1000):
                bytes_of(log)
    finally:
        done.set()
        writer.join()
    assert len(bytes_of(log)) == log.stat().st_size
