"""Files to text: a child each, whose limits turn whatever a stranger made into one sentence."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from foreign_files import archive, changed, docx, paragraph, pdf, pdf_bomb, pptx, word_table, xlsx, xlsx_bomb

from storage.converter.confinement import LOWEST_PRIORITY, MOST_OPEN_FILES, NICENESS, PATIENT_CPU_SECONDS
from storage.converter.limits import Given, Limits
from storage.library import unreadable
from storage.library.children import CHILDREN
from storage.library.conversion import Conversion, file_hash
from storage.library.unreadable import LARGEST_BYTES, LARGEST_TEXT_BYTES, Unreadable

ROOT = Path(__file__).parents[3]
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    + "]><l>&a8;</l>"
)
BOMB = pdf_bomb()
SLOW_BOMB = xlsx_bomb()
LONG = 3600
"""Seconds: no test takes so long, so this limit is not the one that is met."""
PATIENT = Limits(cpu_seconds=LONG, wall_seconds=LONG)
READ_IT = f"""
import asyncio, sys
from storage.converter.limits import Limits
from storage.library.conversion import Conversion
limits = Limits(cpu_seconds={LONG}, wall_seconds={LONG})
asyncio.run(Conversion(limits).convert(sys.stdin.buffer.read(), "bomb.xlsx"))
"""
CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from storage.converter.child import main; main()"
BOOK = xlsx({"Data": [["team", "days"], ["Norvik", 61]]})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


async def text(data: bytes, name: str = "file", **limits: Any) -> str:
    return (await Conversion(Limits(**limits)).convert(data, name)).text


def children() -> list[psutil.Process]:
    """Those that convert: other tests of this process may have started others."""
    running = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in running if "-I" in _command_of(child)]


def _command_of(child: psutil.Process) -> list[str]:
    try:
        return child.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No child, no open file."""
    files = len(os.listdir("/dev/fd"))
    yield
    assert children() == []
    assert len(os.listdir("/dev/fd")) <= files


async def test_a_pdf_becomes_pages_under_headings_and_chapters() -> None:
    made = pdf(["Report 2024\nThe quokka lives on Rottnest.", "", "# no heading"], chapters={1: "Intro", 3: "Method"})
    assert await text(made) == (
        "# Intro\n\n## Page 1\n\nReport 2024\nThe quokka lives on Rottnest.\n\n"
        "# Method\n\n## Page 3\n\n    # no heading\n"
    )


async def test_word_keeps_headings_lists_tables_and_the_letters_of_its_text() -> None:
    body = paragraph("Memo", "Title") + paragraph("Rules", "Heading1") + paragraph("Use *all* of __init__.")
    assert await text(docx(body + word_table([["Team", "Days"], ["Norvik", "61"]]))) == (
        "# Memo\n\n# Rules\n\nUse *all* of __init__.\n\n| Team | Days |\n| --- | --- |\n| Norvik | 61 |\n"
    )


async def test_powerpoint_has_a_heading_for_each_slide_and_its_notes() -> None:
    made = pptx([("Results", "One\nTwo"), ("End", "")], notes="Say hello", table=[["A", "B"], ["1", "2"]])
    assert await text(made) == (
        "## Slide 1: Results\n\n- One\n- Two\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n"
        "### Notes\n\nSay hello\n\n## Slide 2: End\n"
    )


async def test_a_long_sheet_is_cut_between_rows_and_each_piece_has_the_header() -> None:
    made = xlsx(
        {"Teams": [["team", "days"], *([f"Team {n}", n] for n in range(200))], "Hidden": [["x"]]}, hidden=["Hidden"]
    )
    found = await text(made)
    pieces = found.split("### Rows ")[1:]
    assert found.startswith("## Teams\n\n### Rows 2 to ") and len(pieces) > 2 and "Hidden" not in found
    assert all("| team | days |\n| --- | --- |\n| Team " in piece for piece in pieces)
    assert [line for line in found.splitlines() if line.startswith("| Team ")] == [
        f"| Team {n} | {n} |" for n in range(200)
    ]
    assert all(len(piece) <= 1300 for piece in pieces)


async def test_values_of_a_sheet_read_as_a_person_reads_them() -> None:
    from datetime import datetime

    found = await text(xlsx({"S": [["at", "price", "yes", "sum"], [datetime(2026, 1, 2), 1.1 + 2.2, True, "=1+1"]]}))
    assert "| 2026-01-02 | 3.3 | TRUE |  |" in found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
async def test_csv_is_a_table_in_whatever_encoding_and_with_whatever_delimiter(encoding: str) -> None:
    data = 'Ort;Tage\n"München; Süd";61\n'.encode(encoding)
    assert await text(data, "a.csv") == "| Ort | Tage |\n| --- | --- |\n| München; Süd | 61 |\n"


async def test_html_is_its_main_text_without_scripts_and_links() -> None:
    page = (
        '<html><head><meta charset="iso-8859-1"><title>Übersicht</title><script>steal()</script></head><body>'
        '<nav><a href="/">Home</a></nav><h2>Ziel</h2><p>Die <b>kurze</b> Woche, so <a href="//x.example/">hier</a>.'
        '</p><img src="http://127.0.0.1:1/x.png"><pre># code</pre></body></html>'
    ).encode("latin-1")
    assert await text(page) == "# Übersicht\n\n## Ziel\n\nDie kurze Woche, so hier.\n\n    # code\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
async def test_plain_text_needs_no_child(encoding: str) -> None:
    words = "Übung macht den Meister, sagt man – überall.\n"
    conversion = Conversion()
    assert (await conversion.convert(words.encode(encoding), "a.txt")).text == words
    assert (await conversion.convert(words.encode(encoding), "a.md")).kind == "markdown"


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"", "a.md", unreadable.Empty),
        (b" \n ", "a.pdf", unreadable.Empty),
        (b"\xef\xbb\xbf \n", "a.txt", unreadable.Empty),
        (b"a\0b", "a.txt", unreadable.UnknownKind),
        (b"\x89PNG\r\n\x1a\n", "a.md", unreadable.UnknownKind),
        ("Съешь же ещё этих мягких булок".encode("cp1251"), "a.txt", unreadable.UnknownKind),
        (b"x" * (LARGEST_TEXT_BYTES + 1), "a.txt", unreadable.TooLong),
        (b"%PDF-" + b"x" * LARGEST_BYTES, "a.pdf", unreadable.TooLarge),
        (OLE, "a.doc", unreadable.OldOffice),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", unreadable.Protected),
        (archive({"a.txt": "x"}), "a.docx", unreadable.Packed),
        (archive({"a.zip": archive({"b": b"\0" * 10_000_000})}), "a.zip", unreadable.Packed),
        (docx(paragraph("x"))[:-40], "a.docx", unreadable.Damaged),
        (pdf(["Secret"], password="x"), "a.pdf", unreadable.Protected),
        (pdf(["", ""]), "scan.pdf", unreadable.NoText),
        (pdf(["Hello"] * 50)[:2000], "a.pdf", unreadable.Damaged),
        (pdf(["x"] * 2001), "a.pdf", unreadable.TooManyPages),
        (docx("", word__document_xml=LAUGHS), "a.docx", unreadable.Entities),
        (docx("", word__document_xml=LAUGHS.encode("utf-16")), "a.docx", unreadable.Entities),
        (changed(BOOK, xl__sharedStrings_xml=LAUGHS), "a.xlsx", unreadable.Entities),
        (docx("", word__media__a=b"\0" * 310_000_000), "a.docx", unreadable.Unpacks),
        (archive({f"word/{n}": "" for n in range(10_001)}), "a.docx", unreadable.Unpacks),
        (docx("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000), "a.docx", unreadable.Damaged),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_one_typed_sentence(data: bytes, name: str, why: type[Unreadable]) -> None:
    with pytest.raises(Unreadable) as raised:
        await text(data, name)
    assert type(raised.value) is why
    assert raised.value.sentence.startswith("It ") and raised.value.sentence.endswith(".")


async def test_entities_that_read_a_file_of_ours_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    reads = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    for data in (
        docx("", word__document_xml=f"{reads}<w:document>&f;</w:document>"),
        f"{reads}<html>&f;</html>".encode(),
    ):
        try:
            assert "CANARY" not in await text(data)
        except Unreadable:
            continue


@pytest.mark.parametrize(
    ("bomb", "limits", "why"),
    [
        (SLOW_BOMB, {"cpu_seconds": 1, "wall_seconds": LONG}, unreadable.TooSlow),
        (SLOW_BOMB, {"wall_seconds": 1, "cpu_seconds": LONG}, unreadable.TooSlow),
        (BOMB, {"memory_bytes": 150_000_000, "cpu_seconds": LONG, "wall_seconds": LONG}, unreadable.TooHungry),
    ],
    ids=["CPU", "time", "memory"],
)
async def test_a_bomb_costs_one_child_and_one_sentence(
    bomb: bytes, limits: dict[str, int], why: type[Unreadable]
) -> None:
    conversion = Conversion(Limits(**limits))
    with pytest.raises(why):
        await conversion.convert(bomb, "bomb")
    # The next one is read as if nothing had been.
    assert "Hello" in (await Conversion().convert(pdf(["Hello"]), "a.pdf")).text


async def test_more_text_than_a_document_may_have_is_refused_not_cut() -> None:
    with pytest.raises(unreadable.TooLong):
        await text(pdf(["word " * 15] * 20), most_characters=500)


async def test_cancelling_kills_the_child() -> None:
    task = asyncio.create_task(text(SLOW_BOMB, "bomb.xlsx"))
    while not children():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == []


async def test_only_a_few_children_work_at_once() -> None:
    conversion = Conversion(PATIENT)
    bombs = [asyncio.create_task(conversion.convert(SLOW_BOMB, "bomb.xlsx")) for _ in range(CHILDREN + 2)]
    seen = set[int]()
    # Each of the others begins once one before it has ended.
    for begun in range(CHILDREN, len(bombs) + 1):
        while len(seen) < begun:
            await asyncio.sleep(0.01)
            working = {child.pid for child in children()}
            assert len(working) <= CHILDREN
            seen |= working
        bombs[begun - CHILDREN].cancel()
    for bomb in bombs:
        bomb.cancel()
    await asyncio.gather(*bombs, return_exceptions=True)


async def test_a_child_shares_our_session() -> None:
    task = asyncio.create_task(text(SLOW_BOMB, "bomb.xlsx"))
    while not (found := children()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    # In a session of its own it would get as much time as we do, see sched_autogroup.
    assert os.getsid(found[0].pid) == os.getsid(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_child_gives_way_to_us_and_the_more_the_longer_it_takes() -> None:
    lower = min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, LOWEST_PRIORITY)
    with subprocess.Popen([sys.executable, "-I", "-c", CHILD, ROOT], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        child = psutil.Process(process.pid)
        # It has its limits and waits for the file.
        process.stdin.write(json.dumps({"limits": asdict(PATIENT), "given": asdict(Given())}).encode() + b"\n")
        process.stdin.flush()
        while child.nice() != lower:
            time.sleep(0.01)
        process.stdin.write(SLOW_BOMB)
        process.stdin.close()
        while child.nice() != LOWEST_PRIORITY:
            time.sleep(0.01)
        took = child.cpu_times().user
        process.kill()
    assert took >= PATIENT_CPU_SECONDS / 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere its own alarm ends it")
def test_a_child_whose_parent_is_killed_ends_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", READ_IT], cwd=ROOT, stdin=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        parent.stdin.write(SLOW_BOMB)
        parent.stdin.close()
        while not (found := psutil.Process(parent.pid).children()):
            time.sleep(0.01)
        # Not before it has set its own limits, of which this is one of the last.
        while found[0].rlimit(psutil.RLIMIT_NOFILE)[0] != MOST_OPEN_FILES:
            time.sleep(0.01)
        parent.kill()
    gone, alive = psutil.wait_procs(found, timeout=30)
    assert (len(gone), alive) == (1, [])


async def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    task = asyncio.create_task(text(SLOW_BOMB, "bomb.xlsx"))
    while not (found := children()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    environment = found[0].environ()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert "SLACK_BOT_TOKEN" not in environment


def test_the_same_bytes_have_one_hash_unless_they_are_read_as_another_kind_of_text() -> None:
    assert file_hash(b"a,b", "x.csv") == file_hash(b"a,b", "Y.CSV") != file_hash(b"a,b", "x.txt")
