"""The library from the terminal."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from foreign_files import docx, paragraph, pdf, xlsx


def test_a_folder_is_added_with_all_below_it(terminal: Any) -> None:
    folder = terminal.folder / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "deep" / "quokka.md").write_text("# Quokka\n\nThe quokka lives on Rottnest Island.\n", encoding="utf-8")
    (folder / "wombat_facts.txt").write_text("\ufeffA wombat digs.", encoding="utf-8")
    (folder / ".hidden" / "draft.md").write_text("# Hidden")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "latin.md").write_bytes("Übung macht Meister.".encode("latin-1"))
    (folder / "binary.md").write_bytes(b"a\0b")
    (folder / "empty.md").write_text(" \n")

    said = terminal.run("docs", "add", "notes", "missing.md", "--team", "T1", "--json")
    assert said.code == 0
    assert [added["path"] for added in said.json["added"]] == [
        *("notes/deep/quokka.md", "notes/latin.md", "notes/wombat_facts.txt"),
    ]
    reasons = {line.split(":")[0]: line for line in said.json["skipped"]}
    assert reasons.keys() == {
        *("notes/picture.png", "notes/binary.md", "notes/empty.md", "missing.md"),
    }
    assert "From a folder I take .md, .markdown, .txt, .html" in reasons["notes/picture.png"]
    assert said.err.strip().splitlines() == said.json["skipped"]

    listed = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert [(page["title"], page["url"]) for page in listed] == [
        ("Quokka", "file:notes/deep/quokka.md"),
        ("latin", "file:notes/latin.md"),
        ("wombat facts", "file:notes/wombat_facts.txt"),
    ]
    again = terminal.run("docs", "add", "notes/deep", "--team", "T1")
    assert again.out == "0 added or changed, 1 unchanged, 0 skipped.\n"


def test_an_empty_name_is_not_the_working_folder_and_no_audience(terminal: Any) -> None:
    (terminal.folder / "quokka.md").write_text("# Quokka\n\nThe quokka lives on Rottnest Island.\n")
    said = terminal.run("docs", "add", "")
    assert said.code == 2 and "The name is empty. Name a file." in said.err
    for option in ("--team", "--channel"):
        said = terminal.run("docs", "add", "quokka.md", option, "")
        assert said.code == 2 and "It is empty. Write an id, or leave it out." in said.err
    assert terminal.run("docs", "list", "--json").json["documents"] == []


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
        "nowhere: there is no such file.",
    )


def test_a_folder_of_many_kinds_is_added_and_the_rest_named(terminal: Any) -> None:
    folder = terminal.folder / "mixed"
    folder.mkdir()
    made = {
        "report.pdf": pdf(["The quokka lives on Rottnest Island.", "It weighs 4 kg."]),
        "memo.docx": docx(paragraph("On wombats", "Title") + paragraph("A wombat digs.")),
        "data.xlsx": xlsx({"Animals": [["name", "kg"], ["quokka", 4]]}),
        "emu.html": b"<html><title>Emus</title><p>An emu runs.</p></html>",
        "disguised.md": pdf(["Not Markdown at all."]),
        "locked.pdf": pdf(["Secret"], password="x"),
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    said = terminal.run("docs", "add", "mixed", "--team", "T1", "--json")
    assert [(added["path"], added["kind"]) for added in said.json["added"]] == [
        ("mixed/data.xlsx", "excel"),
        ("mixed/disguised.md", "pdf"),
        ("mixed/emu.html", "html"),
        ("mixed/memo.docx", "word"),
        ("mixed/report.pdf", "pdf"),
    ]
    assert [line.split(". It is ")[1].split(".")[0] for line in said.json["skipped"]] == [
        "protected by a password",
        "in an old format of Office (",
    ]
    listed = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert {page["title"]: page["size"] for page in listed} == {
        "data": len(made["data.xlsx"]),
        "disguised": len(made["disguised.md"]),
        "Emus": len(made["emu.html"]),
        "On wombats": len(made["memo.docx"]),
        "report": len(made["report.pdf"]),
    }
    (found,) = terminal.run("docs", "search", "quokka Rottnest", "--team", "T1", "--limit", "1", "--json").json[
        "passages"
    ]
    assert (found["breadcrumb"], found["text"]) == (
        "mixed/report.pdf › report › Page 1",
        "The quokka lives on Rottnest Island.",
    )
    again = terminal.run("docs", "add", "mixed/report.pdf", "--team", "T1")
    assert again.out == "0 added or changed, 1 unchanged, 0 skipped.\n"


def test_a_changed_file_replaces_its_text_and_what_it_says_of_itself_counts_only_in_plain_text(terminal: Any) -> None:
    page = "Source: The Times, https://times.example/, as of 2025-01-01\nThe quokka is extinct."
    (terminal.folder / "fake.pdf").write_bytes(pdf([page]))
    terminal.run("docs", "add", "fake.pdf", "--team", "T1")
    (document,) = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert (document["url"], document["source"]) == ("file:fake.pdf", "fake.pdf")
    (terminal.folder / "fake.pdf").write_bytes(pdf(["The quokka is well."]))
    assert terminal.run("docs", "add", "fake.pdf", "--team", "T1").out.startswith("1 added or changed")
    found = terminal.run("docs", "search", "quokka", "--team", "T1", "--json").json["passages"]
    assert [passage["text"] for passage in found] == ["The quokka is well."]


def test_what_has_no_end_is_not_read(terminal: Any) -> None:
    said = terminal.run("docs", "add", "/dev/zero")
    assert (said.code, said.err.splitlines()[0]) == (2, "zero: skipped. It is not a file.")


def test_a_file_is_one_document_whatever_its_first_heading_says(terminal: Any) -> None:
    (terminal.folder / "a").mkdir()
    for heading in ("# Quokka", "# Wombat"):
        (terminal.folder / "a/notes.md").write_text(f"{heading}\n\nIt eats grass.\n")
        assert terminal.run("docs", "add", "a", "--team", "T1").out.startswith("1 added or changed")
    (document,) = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert ("Wombat", "file:a/notes.md") == (document["title"], document["url"])


def test_a_page_with_an_address_of_its_own_may_move_with_its_folder(terminal: Any) -> None:
    for folder in ("a", "b"):
        (terminal.folder / folder).mkdir()
        page = "# Quokka\n\nSource: Zoo, https://zoo.example/q, as of 2025-01-01\n\nIt eats grass.\n"
        (terminal.folder / folder / "q.md").write_text(page)
        terminal.run("docs", "add", folder, "--team", "T1")
    assert 1 == len(terminal.run("docs", "list", "--team", "T1", "--json").json["documents"])


def test_words_that_a_killed_command_replaced_are_erased_by_the_next(terminal: Any) -> None:
    folder, database = terminal.folder / "notes", terminal.folder / "threadwork.db"
    folder.mkdir()
    (folder / "a.md").write_text("The zanzibarquagga is extinct.\n")
    assert terminal.run("docs", "add", "notes", "--team", "T1").code == 0
    (folder / "a.md").write_text("Nothing is left of it.\n")
    for number in range(300):
        (folder / f"b{number}.md").write_text(f"Page {number}.\n" * 200)
    command = terminal.start("docs", "add", "notes", "--team", "T1")
    with closing(sqlite3.connect(database)) as looking:
        looked = "SELECT deletions > erased FROM erasures"
        while looking.execute(looked).fetchall() != [(1,)]:
            assert command.is_alive
        command.kill()
        assert command.communicate()[0] == -signal.SIGKILL
    assert b"zanzibarquagga" in bytes_of(database)
    assert terminal.run("docs", "remove", "d_nothing").code == 2
    assert b"zanzibarquagga" not in bytes_of(database)


def bytes_of(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
