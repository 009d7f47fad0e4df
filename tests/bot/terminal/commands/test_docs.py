"""The library from the terminal."""

import os
import re
import signal
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from foreign_files import docx, paragraph, pdf, xlsx, xlsx_bomb

SLOW = xlsx_bomb()
"""A command that has come to this file is at work until it is stopped."""


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
    assert said.code == 1  # what was skipped may be what was meant
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
        assert said.code == 2 and "It is empty. Write an id or leave it out." in said.err
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
    said = f"Removed {document}: FastAPI (file:pages/fastapi.md), team local.\n"
    assert terminal.run("docs", "remove", document).out == said
    again = terminal.run("docs", "remove", document)
    assert (again.code, again.err) == (2, f"There is no document {document}. `threadwork docs list` lists them.\n")


def test_nothing_readable_is_an_error(terminal: Any) -> None:
    said = terminal.run("docs", "add", "nowhere")
    assert (said.code, said.err.splitlines()[1]) == (
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
        "in an old Office format (",
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
    assert (said.code, said.err.splitlines()[1]) == (2, "zero: skipped. It is not a file.")


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
    (folder / "b.xlsx").write_bytes(SLOW)
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


def test_several_documents_are_removed_and_an_id_of_none_is_told(terminal: Any, library: Path) -> None:
    first, second = (page["document_id"] for page in terminal.run("docs", "list", "--json").json["documents"])
    said = terminal.run("docs", "remove", first, f"{second}#1", "d_nothing", first, second, "--json")
    assert (said.code, said.json) == (2, {"removed": [first, second], "missing": [f"{second}#1", "d_nothing"]})
    assert said.err.splitlines() == [
        f"{second}#1 is a chunk, not a document. Its document is {second}: Flask (file:pages/flask.md), team local.",
        "There is no document d_nothing. `threadwork docs list` lists them.",
    ]
    assert terminal.run("docs", "list", "--json").json["documents"] == []


def test_a_file_that_was_renamed_is_told_and_listed_beside_the_document_it_was(terminal: Any, library: Path) -> None:
    (old, _) = (page["document_id"] for page in terminal.run("docs", "list", "--json").json["documents"])
    (library / "fastapi.md").rename(library / "intro.md")
    said = terminal.run("docs", "add", "pages", "--team", "local", "--json")
    new = {added["path"]: added for added in said.json["added"]}["pages/intro.md"]
    assert new["same_text"] == [old]
    assert said.err.splitlines() == [
        f"intro.md: the same text as {old} (file:pages/fastapi.md).",
        f"If files were moved or renamed, remove the older ones: threadwork docs remove {old}",
    ]
    listed = terminal.run("docs", "list")
    assert "same text as" in listed.out and "threadwork docs remove" in listed.err
    pages = terminal.run("docs", "list", "--json").json["documents"]
    assert {page["url"]: page["same_text"] for page in pages} == {
        "file:pages/fastapi.md": [new["document_id"]],
        "file:pages/flask.md": [],
        "file:pages/intro.md": [old],
    }
    terminal.run("docs", "remove", old)
    assert "same text as" not in terminal.run("docs", "list").out


def test_copies_in_one_folder_are_no_move(terminal: Any) -> None:
    (terminal.folder / "a").mkdir()
    for name in ("x.md", "y.md"):
        (terminal.folder / "a" / name).write_text("The quokka eats grass.\n")
    for _ in range(2):
        assert terminal.run("docs", "add", "a", "--team", "T1").err == ""


def test_who_forgot_the_team_is_told_which_have_documents(terminal: Any) -> None:
    (terminal.folder / "quokka.md").write_text("The quokka eats grass.\n")
    terminal.run("docs", "add", "quokka.md", "--team", "T1")
    told = [
        "Team local has no documents here. `threadwork docs add PATH --team local` adds some.",
        "Teams that have documents: T1 (1).",
    ]
    assert terminal.run("docs", "list").err.splitlines() == ["Team local.", *told]
    assert terminal.run("docs", "search", "quokka").err.splitlines()[2:] == told


def test_names_that_are_no_text_are_as_many_documents_and_none_breaks_the_terminal(terminal: Any) -> None:
    folder = terminal.folder / "n"
    folder.mkdir()
    for name in (b"caf\xe8.md", b"caf\xe9.md", b"a\x1b[31mred\nline.md", "evil\u202egpj.md".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"Of {name!r}.")
    said = terminal.run("docs", "add", "n", "--team", "T1", "--json")
    assert len({added["document_id"] for added in said.json["added"]}) == 4
    assert terminal.run("docs", "add", "n", "--team", "T1").out == "0 added or changed, 4 unchanged, 0 skipped.\n"
    listed = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert sorted((page["title"], page["url"]) for page in listed) == [
        ("a[31mred line", "file:n/a[31mred line.md"),
        ("caf\ufffd", "file:n/caf\ufffd.md"),
        ("caf\ufffd", "file:n/caf\ufffd.md"),
        ("evilgpj", "file:n/evilgpj.md"),
    ]


def test_names_that_no_file_can_have_are_refused_with_a_sentence(terminal: Any) -> None:
    (terminal.folder / "circle").symlink_to("circle")
    said = terminal.run("docs", "add", "a" * 300, "circle", "circle/x.md", "--team", "local")
    assert (said.code, [line.partition(": ")[2] for line in said.err.splitlines()]) == (
        2,
        [
            "cannot be read (File name too long). Check its name.",
            *["cannot be read (Too many levels of symbolic links). Check its name."] * 2,
        ],
    )


def test_two_files_that_claim_one_name_and_address_do_not_replace_each_other(terminal: Any) -> None:
    for folder in ("a", "b"):
        (terminal.folder / "docs" / folder).mkdir(parents=True)
        page = f"# Part {folder}\n\nSource: Zoo, https://zoo.example/, as of 2025-01-01\n\nIt is {folder}.\n"
        (terminal.folder / "docs" / folder / "index.md").write_text(page)
    for changed in (1, 0):
        said = terminal.run("docs", "add", "docs", "--team", "T1")
        assert said.out == f"{changed} added or changed, {1 - changed} unchanged, 1 skipped.\n"
        assert said.err.startswith("docs/b/index.md: skipped. It has the name of docs/a/index.md and says")
    (document,) = terminal.run("docs", "list", "--team", "T1", "--json").json["documents"]
    assert document["title"] == "Part a"


def test_a_folder_of_pictures_does_not_fill_the_terminal(terminal: Any) -> None:
    folder = terminal.folder / "pictures"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.png").write_bytes(b"\x89PNG")
    said = terminal.run("docs", "add", "pictures", "--team", "local", "--json")
    lines = said.err.splitlines()
    assert (len(lines), lines[-1], len(said.json["skipped"])) == (51, "And 10 more; `--json` lists them all.", 60)


def test_ctrl_c_keeps_what_was_added_and_says_so(terminal: Any) -> None:
    folder, database = terminal.folder / "notes", terminal.folder / "threadwork.db"
    folder.mkdir()
    for number in range(20):
        (folder / f"a{number}.md").write_text(f"Page {number}.\n")
    (folder / "b.xlsx").write_bytes(SLOW)
    terminal.run("docs", "list")
    command = terminal.start("docs", "add", "notes")
    with closing(sqlite3.connect(database)) as looking:
        while looking.execute("SELECT count(*) FROM documents").fetchone()[0] < 20:
            assert command.is_alive
    command.send_signal(signal.SIGINT)
    code, out, err = command.communicate()
    assert (code, out) == (130, "")
    assert re.fullmatch(r"Stopped after \d+ of 21 files\. What was added is kept; .*\n", err.splitlines(True)[-1])
    (folder / "b.xlsx").unlink()
    assert terminal.run("docs", "add", "notes").out == "0 added or changed, 20 unchanged, 0 skipped.\n"


def test_a_title_that_reverses_its_line_is_shown_straight(terminal: Any) -> None:
    (terminal.folder / "x.md").write_text("# Report \u202etxt.exe\n\nIt eats grass.\n")
    terminal.run("docs", "add", "x.md")
    assert "Report txt.exe" in terminal.run("docs", "list").out


def test_what_is_not_read_of_a_file_is_named(terminal: Any) -> None:
    (terminal.folder / "scan.pdf").write_bytes(pdf(["Hello there.", "", ""]))
    (terminal.folder / "plain.md").write_text("Hello.")
    said = terminal.run("docs", "add", "scan.pdf", "plain.md", "--team", "T1", "--json")
    assert said.err.splitlines()[-1] == "scan.pdf: added; left out: 2 pages without text."
    assert [added["left_out"] for added in said.json["added"]] == [
        ["2 pages without text"],
        [],
    ]


def test_a_document_is_shown_as_it_was_read_with_its_places(terminal: Any, library: Path) -> None:
    (_, flask) = terminal.run("docs", "list", "--json").json["documents"]
    shown = terminal.run("docs", "show", flask["document_id"], "--json").json
    assert [passage["place"].split(" › ")[-1] for passage in shown["passages"]] == ["Getting started", "Licence"]
    assert all(passage["text"] in shown["text"] for passage in shown["passages"])
    read = terminal.run("docs", "show", flask["document_id"])
    assert f"{flask['document_id']}#2" in read.out and "Flask has the BSD licence." in read.out
    assert terminal.run("docs", "show", "d_nothing").code == 2


def test_sync_removes_what_is_gone_from_its_folders_and_nothing_else(terminal: Any, library: Path) -> None:
    (terminal.folder / "elsewhere.md").write_text("The quokka eats grass.\n")
    terminal.run("docs", "add", "elsewhere.md")
    (terminal.folder / "elsewhere.md").unlink()
    (library / "fastapi.md").unlink()
    (library / "flask.md").write_bytes(b"a\0b")
    kept = terminal.run("docs", "add", "pages", "--json")
    assert kept.json["removed"] == []
    synced = terminal.run("docs", "add", "pages", "--sync", "--json")
    assert len(synced.json["removed"]) == 1
    titles = {page["url"] for page in terminal.run("docs", "list", "--json").json["documents"]}
    assert titles == {"file:pages/flask.md", "file:elsewhere.md"}


def test_sync_takes_no_folder_of_the_same_name_for_another(terminal: Any, library: Path) -> None:
    other = terminal.folder / "other" / "pages"
    other.mkdir(parents=True)
    (other / "new.md").write_text("The wombat digs.\n")
    there = replace(terminal, folder=terminal.folder / "other", settings={"DATABASE_URL": terminal.database_url})
    assert there.run("docs", "add", "pages", "--sync", "--json").json["removed"] == []
    assert len(terminal.run("docs", "list", "--json").json["documents"]) == 3
