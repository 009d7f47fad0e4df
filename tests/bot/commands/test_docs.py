"""The library from the terminal."""

from pathlib import Path
from typing import Any


def test_a_folder_is_added_with_all_below_it(terminal: Any) -> None:
    folder = terminal.folder / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "deep" / "quokka.md").write_text("# Quokka\n\nThe quokka lives on Rottnest Island.\n", encoding="utf-8")
    (folder / "wombat_facts.txt").write_text("\ufeffA wombat digs.", encoding="utf-8")
    (folder / ".hidden" / "draft.md").write_text("# Hidden")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "latin.md").write_bytes("Übung".encode("latin-1"))
    (folder / "binary.md").write_bytes(b"a\0b")
    (folder / "empty.md").write_text(" \n")

    said = terminal.run("docs", "add", "notes", "missing.md", "--team", "T1", "--json")
    assert said.code == 0
    assert [added["path"] for added in said.json["added"]] == ["notes/deep/quokka.md", "notes/wombat_facts.txt"]
    reasons = {line.split(":")[0]: line for line in said.json["skipped"]}
    assert reasons.keys() == {
        *("notes/picture.png", "notes/latin.md", "notes/binary.md", "notes/empty.md", "missing.md"),
    }
    assert "is not UTF-8 text; save it as UTF-8" in reasons["notes/latin.md"]
    assert said.err.strip().splitlines() == said.json["skipped"]

    listed = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert [(page["title"], page["url"]) for page in listed] == [
        ("Quokka", "file:notes/deep/quokka.md"),
        ("wombat facts", "file:notes/wombat_facts.txt"),
    ]
    again = terminal.run("docs", "add", "notes/deep", "--team", "T1")
    assert again.out == "0 added or changed, 1 unchanged, 0 skipped.\n"


def test_a_channels_document_is_found_in_that_channel_alone(terminal: Any) -> None:
    (terminal.folder / "quokka.md").write_text("# Quokka\n\nThe quokka lives on Rottnest Island.\n")
    terminal.run("docs", "add", "quokka.md", "--team", "T1", "--channel", "C1")
    found = [
        len(
            terminal.run("docs", "search", "quokka island", "--team", "T1", "--channel", channel, "--json").json[
                "passages"
            ]
        )
        for channel in ("C1", "C2")
    ]
    assert found == [1, 0]


def test_a_removed_document_is_gone(terminal: Any, library: Path) -> None:
    document = terminal.run("docs", "list", "--json").json["documents"][0]["document_id"]
    assert terminal.run("docs", "remove", document).out == f"Removed {document}.\n"
    again = terminal.run("docs", "remove", document)
    assert (again.code, again.err) == (2, f"There is no document {document}. `threadwork docs list` lists them.\n")


def test_nothing_readable_is_an_error(terminal: Any) -> None:
    said = terminal.run("docs", "add", "nowhere")
    assert (said.code, said.err.splitlines()[0]) == (
        2,
        "nowhere: skipped. This version reads .md, .markdown, .txt; convert the file to one of them.",
    )
