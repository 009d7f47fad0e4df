"""A file shared with a question is its document, for the people of its channel; what is none is named in the thread."""

import asyncio
from typing import Any

import pytest
from foreign_files import docx, paragraph, pdf

from bot.incoming import asking, downloads
from bot.incoming.inbox import FILE_ROWS_AT_ONCE
from bot.incoming.listeners.apology import GIVEN_UP, Apologies
from bot.simulator.files import File
from orchestration.values.domain import Question
from orchestration.values.ports import Audience
from storage.library.conversion import Conversion
from storage.library.unreadable import LARGEST_BYTES, LARGEST_TEXT_BYTES

CHANNEL, ELSEWHERE = "C0RESEARCH", "C0MARKET"
STUDY = b"# Pilot of short weeks\n\nNorvik Labs ran a short week with 61 teams for six months in 2024.\n"
ASKED = "Who ran the pilot of short weeks?"


async def share(desk: Any, *files: tuple[str, bytes] | str, text: str = ASKED, **where: Any) -> str:
    words = f"<@{desk.slack.bot_user_id}> {text}"
    ts: str = await desk.slack.post(
        "U0ANA", where.get("channel", CHANNEL), words, files=files, thread_ts=where.get("thread")
    )
    return ts


async def found(desk: Any, channel: str) -> list[str]:
    passages = await desk.services.library.search("pilot short week", Audience("T0DEMO", channel), 5)
    return [passage.text for passage in passages]


def described(monkeypatch: pytest.MonkeyPatch, **says: Any) -> None:
    """Slack says this of every file."""
    before = File.described
    monkeypatch.setattr(File, "described", lambda self, *place: before(self, *place) | says)


async def test_its_text_is_found_in_its_channel_and_in_no_other(desk: Any) -> None:
    run = await desk.run_of(await share(desk, ("study.md", STUDY)))
    assert run.question.text == ASKED
    (document_id,) = run.question.document_ids
    document = await desk.services.library.get(document_id)
    assert (document.team_id, document.channel_id, document.title) == ("T0DEMO", CHANNEL, "study.md")
    assert document.url.startswith(f"{desk.slack.url}/files/U0ANA/F")
    assert len(await found(desk, CHANNEL)) == 1
    assert await found(desk, ELSEWHERE) == []


@pytest.mark.parametrize("name", ["a.md", "A.MARKDOWN", "notes.txt", "README", "settings.toml"])
async def test_text_is_read_whatever_it_is_called(desk: Any, name: str) -> None:
    run = await desk.run_of(await share(desk, (name, b"\xef\xbb\xbfteam,days\nNorvik,61\n")))
    document = await desk.services.library.get(run.question.document_ids[0])
    assert document.text.startswith("team,days")


async def test_its_name_is_kept_as_a_person_sees_it(desk: Any) -> None:
    run = await desk.run_of(await share(desk, ("study\u202egpj.md", STUDY)))
    document = await desk.services.library.get(run.question.document_ids[0])
    assert document.title == "studygpj.md"


async def test_pdf_office_and_tables_are_read_too(desk: Any) -> None:
    files = (
        ("study.pdf", pdf(["Norvik ran a pilot."])),
        ("memo.docx", docx(paragraph("A pilot of short weeks."))),
        ("table.csv", "Ort;Tage\nMünchen;61\n".encode("cp1252")),
    )
    run = await desk.run_of(await share(desk, *files), seconds=60)
    documents = [await desk.services.library.get(document_id) for document_id in run.question.document_ids]
    assert [(document.title, document.kind) for document in documents] == [
        ("study.pdf", "pdf"),
        ("memo.docx", "word"),
        ("table.csv", "csv"),
    ]
    assert documents[0].text == "## Page 1\n\nNorvik ran a pilot.\n"
    assert "| München | 61 |" in documents[2].text


async def test_the_same_file_again_is_not_converted_again(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    converted = []
    real = Conversion.convert

    async def convert(self: Any, data: bytes, name: str) -> Any:
        converted.append(name)
        return await real(self, data, name)

    monkeypatch.setattr(Conversion, "convert", convert)
    study = pdf(["Norvik ran a pilot."])
    for channel in (CHANNEL, ELSEWHERE):
        await desk.run_of(await share(desk, ("study.pdf", study), channel=channel), seconds=60)
    assert converted == ["study.pdf"]
    assert len(await desk.services.library.list("T0DEMO")) == 2


async def test_several_files_are_several_documents(desk: Any) -> None:
    run = await desk.run_of(await share(desk, ("a.md", STUDY), ("b.md", STUDY)))
    assert len(set(run.question.document_ids)) == 2


async def test_in_a_direct_message_no_mention_is_needed(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", "D0BEN", ASKED, files=[("study.md", STUDY)])
    assert len((await desk.run_of(ts)).question.document_ids) == 1
    assert await found(desk, CHANNEL) == []


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("logo.png", b"\x89PNG", "It is a picture"),
        ("study.pdf", b"%PDF-1.7", "damaged or cut off"),
        ("locked.pdf", pdf(["Secret"], password="x"), "protected by a password"),
        ("picture.md", b"\x89PNG\r\n\x1a\n", "a kind that I cannot read"),
        ("zero.txt", b"a\0b", "a kind that I cannot read"),
        ("blank.txt", b" \n\n", "It is empty"),
        ("long.txt", b"x" * (LARGEST_TEXT_BYTES + 1), "more than 5 million characters"),
        ("large.pdf", b"%PDF-" + b"x" * LARGEST_BYTES, "larger than 25 MB"),
    ],
)
async def test_what_is_no_text_starts_nothing_and_says_what_can_be_read(
    desk: Any, name: str, data: bytes, why: str
) -> None:
    ts = await share(desk, (name, data))
    said = await desk.said(CHANNEL, ts, f"I did not read `{name}`")
    assert why in said["text"]
    assert "I read Markdown, text, HTML, PDF" in said["text"] and "Nothing was started" in said["text"]
    await desk.settled()
    assert await desk.runs() == []
    assert await desk.services.library.list("T0DEMO") == []


@pytest.mark.parametrize(
    "says",
    [
        {"mode": "external"},
        {"mode": "tombstone"},
        {"mode": None},
        {"is_external": True},
        {"external_type": "gdrive"},
        {"url_private": "https://example.org/study.md"},
        {"url_private": ""},
        {"url_private": "http://127.0.0.1:1/study.md"},
    ],
)
async def test_a_file_that_lies_elsewhere_is_not_fetched(
    desk: Any, monkeypatch: pytest.MonkeyPatch, says: dict[str, Any]
) -> None:
    described(monkeypatch, **says)
    ts = await share(desk, ("study.md", STUDY))
    await desk.said(CHANNEL, ts, "I did not read `study.md`")
    assert await desk.runs() == []


async def test_a_small_size_that_is_a_lie_does_not_get_a_large_file_read(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    described(monkeypatch, size=12)
    ts = await share(desk, ("long.txt", b"x" * (LARGEST_BYTES + 1)))
    assert "larger than 25 MB" in (await desk.said(CHANNEL, ts, "I did not read"))["text"]


async def test_a_snippet_of_text_needs_no_ending(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    described(monkeypatch, mode="snippet", filetype="text", name="Untitled")
    assert (await desk.run_of(await share(desk, ("x", STUDY)))).question.document_ids


async def test_with_one_readable_file_the_question_runs_and_the_others_are_named(desk: Any) -> None:
    ts = await share(desk, ("study.md", STUDY), ("logo.png", b"\x89PNG"))
    run = await desk.run_of(ts)
    assert len(run.question.document_ids) == 1
    said = await desk.said(CHANNEL, ts, "I did not read `logo.png`")
    assert "on the question without it" in said["text"] and "study.md" not in said["text"]


async def test_a_file_without_a_question_is_asked_for_one(desk: Any) -> None:
    ts = await share(desk, ("study.md", STUDY), text="")
    await desk.said(CHANNEL, ts, "Write your question in the same message as the file")
    assert await desk.services.library.list("T0DEMO") == []


async def test_a_question_that_is_refused_fetches_nothing(desk: Any) -> None:
    ts = await share(desk, ("study.md", STUDY), text=f"{ASKED} --budget lots")
    await desk.said(CHANNEL, ts, "takes dollars")
    assert "files.info" not in {call.method for call in desk.slack.calls}


async def test_a_file_that_is_gone_is_named(desk: Any) -> None:
    desk.slack.faults.fail("files.info", "file_deleted")
    ts = await share(desk, ("study.md", STUDY))
    await desk.said(CHANNEL, ts, "It has been deleted")


async def test_delivered_and_worked_on_again_it_is_one_run_and_one_document(desk: Any) -> None:
    desk.slack.faults.duplicate_events(2)
    ts = await share(desk, ("study.md", STUDY), ("logo.png", b"\x89PNG"))
    await desk.run_of(ts)
    await desk.settled()
    body = next(d.envelope.payload for d in desk.slack.deliveries if d.envelope.payload["event"].get("files"))
    # As after a kill between the work and the note that it is done.
    await desk.services.inbox.store(key="again", event_id="again", kind="message", payload=body)
    desk.door.intake._arrived.set()
    await desk.settled()
    assert len(await desk.runs()) == len(await desk.services.library.list("T0DEMO")) == 1
    assert len([m for m in desk.slack.thread(CHANNEL, ts) if m.get("bot_id")]) == 1


async def test_a_follow_up_in_the_thread_keeps_its_documents(desk: Any) -> None:
    ts = await share(desk, ("study.md", STUDY))
    run = await desk.run_of(ts)
    await desk.drafted(run, notes=False)
    await share(desk, ("plan.md", b"# Plan\n\nStart in May.\n"), text="Does our plan agree with it?", thread=ts)
    await desk.eventually(lambda: _runs(desk, 2))
    asked: Question = max(await desk.runs(), key=lambda line: len(line.question.document_ids)).question
    titles = [(await desk.services.library.get(document)).title for document in asked.document_ids]
    assert titles == ["plan.md", "study.md"]


async def test_a_file_for_a_run_that_works_is_not_passed_on_in_silence(desk: Any) -> None:
    ts = await desk.ask("Compare A and B")
    await desk.run_of(ts)
    await share(desk, ("study.md", STUDY), text="Look here too", thread=ts)
    said = await desk.said(CHANNEL, ts, "Passed on to the workers")
    assert "I only read files that come with a new question" in said["text"]


async def test_a_download_that_fails_is_tried_again(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the row's tries one is gone, and the asker hears nothing of it."""
    refused = iter([b"", STUDY])
    real = downloads.Downloads.fetch

    async def fetch(self: Any, address: str) -> bytes:
        if not next(refused, STUDY):
            raise downloads.NotFetched
        return await real(self, address)

    monkeypatch.setattr(downloads.Downloads, "fetch", fetch)
    run = await desk.run_of(await share(desk, ("study.md", STUDY)))
    assert len(run.question.document_ids) == 1


async def test_a_download_that_never_works_ends_in_the_apology(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetch(self: Any, address: str) -> bytes:
        raise downloads.NotFetched

    async def given_up(row_id: int, error: str) -> None:
        return None

    monkeypatch.setattr(downloads.Downloads, "fetch", fetch)
    monkeypatch.setattr(desk.services.inbox, "failed", given_up)
    desk.door.intake.on_dead_letter(Apologies(desk.door).apologise)
    ts = await share(desk, ("study.md", STUDY))
    await desk.said(CHANNEL, ts, GIVEN_UP[:40])
    assert await desk.runs() == []


async def test_files_that_never_arrive_hold_up_no_other_question(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: places are left for questions without files."""

    async def fetch(self: Any, address: str) -> bytes:
        await asyncio.Event().wait()
        return b""

    monkeypatch.setattr(downloads.Downloads, "fetch", fetch)
    for _ in range(FILE_ROWS_AT_ONCE + 2):
        await share(desk, ("study.md", STUDY))
    ts = await desk.ask("Compare A and B")
    assert (await desk.run_of(ts)).question.document_ids == ()


async def test_who_waits_for_a_file_is_told_so(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = asyncio.Event()
    real = downloads.Downloads.fetch

    async def fetch(self: Any, address: str) -> bytes:
        await arrived.wait()
        return await real(self, address)

    monkeypatch.setattr(downloads.Downloads, "fetch", fetch)
    monkeypatch.setattr(asking, "SILENT_SECONDS", 0.1)
    ts = await share(desk, ("study.md", STUDY))
    await desk.said(CHANNEL, ts, asking.READING)
    arrived.set()
    assert len((await desk.run_of(ts)).question.document_ids) == 1


async def test_the_shortcut_reads_the_files_of_the_message_too(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", CHANNEL, ASKED, files=[("study.md", STUDY)])
    assert (await desk.slack.shortcut("U0ANA", CHANNEL, ts, "research_this")).ok
    assert len((await desk.run_of(ts)).question.document_ids) == 1
    await desk.whispered("U0ANA", "ollow the work in the thread")


async def test_the_shortcut_tells_who_pressed_it_what_it_cannot_read(desk: Any) -> None:
    ts = await desk.slack.post("U0BEN", CHANNEL, ASKED, files=[("logo.png", b"\x89PNG")])
    assert (await desk.slack.shortcut("U0ANA", CHANNEL, ts, "research_this")).ok
    await desk.whispered("U0ANA", "I did not read `logo.png`")
    assert await desk.runs() == []


async def _runs(desk: Any, many: int) -> bool:
    return len(await desk.runs()) == many
