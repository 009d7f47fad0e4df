"""Documents as a person sees them: in a table, as JSON, and which may be one file that was moved."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.terminal import terminal

if TYPE_CHECKING:
    from bot.local_files.files import Added, Audience, Outcome
    from storage.library.library import Document, Library

COLUMNS = ("document", "title", "kind", "size", "chunks", "channel", "same text as", "address")
SPARSE = ("channel", "same text as")
"""Shown only where a document has something there."""
NAMED_AT_MOST = 20

Twins = Mapping[str, Sequence[str]]
"""Document → the others of the same readers that have its text."""
Moved = Sequence[tuple["Added", Sequence["Document"]]]
"""What is new, with the documents that had its text before."""


def twins_of(documents: "Sequence[Document]") -> Twins:
    same = defaultdict(list)
    for document in documents:
        same[document.team_id, document.channel_id, document.content_hash].append(document.document_id)
    return {one: [other for other in group if other != one] for group in same.values() for one in group}


def show(documents: "Sequence[Document]") -> None:
    twins = twins_of(documents)
    rows = [dict(zip(COLUMNS, _row(document, twins), strict=True)) for document in documents]
    columns = [name for name in COLUMNS if name not in SPARSE or any(row[name] for row in rows)]
    terminal.table(columns, [[row[name] for name in columns] for row in rows], right=("size", "chunks"))
    if "same text as" in columns:
        terminal.mention(
            "A file that was moved is a second document: `threadwork docs remove ID...` removes the old one."
        )


async def mention_teams(library: "Library", team: str) -> None:
    """Where a team has nothing, perhaps another was meant."""
    terminal.mention(f"Team {team} has no documents here. `threadwork docs add PATH --team {team}` adds some.")
    if teams := await library.teams():
        terminal.mention("Teams that have documents: " + ", ".join(f"{name} ({count})" for name, count in teams) + ".")


def moved(added: "Sequence[Added]", documents: "Sequence[Document]") -> Moved:
    """`documents` are all that the team has by now. What the same command has read is where it was, and no move."""
    by_id, twins = {document.document_id: document for document in documents}, twins_of(documents)
    given = {one.document.document_id for one in added}
    new = [one for one in added if one.document.changed and not one.document.replaced]
    older = {
        one.document.document_id: [by_id[twin] for twin in twins.get(one.document.document_id, ()) if twin not in given]
        for one in new
    }
    return [(one, found) for one in new if (found := older[one.document.document_id])]


def mention_moved(moved: Moved) -> None:
    for one, older in moved[:NAMED_AT_MOST]:
        name = one.path.name
        terminal.mention(f"{name}: the same text as {', '.join(f'{twin.document_id} ({twin.url})' for twin in older)}.")
    if len(moved) > NAMED_AT_MOST:
        terminal.mention(f"And {len(moved) - NAMED_AT_MOST} more: `threadwork docs list` shows them.")
    if ids := dict.fromkeys(twin.document_id for _, older in moved for twin in older):
        terminal.mention(
            "If files were moved or renamed, remove the older ones: threadwork docs remove " + " ".join(ids)
        )


def as_json(documents: "Sequence[Document]") -> list[dict[str, Any]]:
    from storage.engine.moments import moment

    twins = twins_of(documents)
    where = ("document_id", "team_id", "channel_id", "user_id", "visibility")
    names = (*where, "title", "url", "source", "chunks", "kind", "size")
    return [
        {name: getattr(document, name) for name in names}
        | {"same_text": twins[document.document_id], "updated_at": moment(document.updated_at)}
        for document in documents
    ]


def named(document: "Document") -> str:
    """By what a person knows it again."""
    place = f", channel {document.channel_id}" if document.channel_id else ""
    address = f" ({document.url})" if document.url else ""
    return f"{document.document_id}: {document.title}{address}, team {document.team_id}{place}"


async def not_there(library: "Library", given: str) -> str:
    """Why that removes nothing, and what was perhaps meant: a chunk of a search's answer."""
    document_id, is_chunk, _ = given.partition("#")
    if is_chunk and (document := await library.get(document_id)):
        return f"{given} is a chunk, not a document. Its document is {named(document)}."
    return f"There is no document {given}. `threadwork docs list` lists them."


async def remove_gone(
    library: "Library", outcome: "Outcome", paths: Sequence[Path], audience: "Audience"
) -> list["Document"]:
    """What once came from a file below one of the folders, and whose file is there no more.

    A file that was skipped still is there, so its document stays; one from elsewhere is none of this command's.
    """
    from bot.local_files.folders import place_of, shown
    from storage.library.document_ids import place_hash

    roots = [shown(path).rstrip("/") for path in paths if path.is_dir()]
    read = {one.document.document_id for one in outcome.added}
    gone = []
    for document in await library.list(audience.team_id):
        name = document.url.removeprefix("file:")
        is_of_them = document.url.startswith("file:") and any(
            root == "." or name.startswith(f"{root}/") for root in roots
        )
        # The same name below another folder is another file.
        is_here = document.place_hash == place_hash(place_of(Path(name)))
        if document.channel_id != audience.channel_id or document.document_id in read or not (is_of_them and is_here):
            continue
        there = await asyncio.to_thread(os.path.exists, name)
        if not there and await library.remove(document.document_id, erase_later=True):
            gone.append(document)
    await library.erase()
    return gone


def passages(document: "Document") -> list[dict[str, str]]:
    """The text in the pieces that a search finds, each with the headings above it."""
    from storage.search.chunks import split

    pieces = split(document.text, title=document.title, source=document.source)
    return [
        {"chunk_id": f"{document.document_id}#{number}", "place": piece.breadcrumb, "text": piece.text}
        for number, piece in enumerate(pieces, start=1)
    ]


def _row(document: "Document", twins: Twins) -> list[str]:
    size = "" if not document.kind else f"{max(1, round(document.size / 1000)):,} KB"
    return [
        *(document.document_id, document.title, document.kind, size, str(document.chunks)),
        *(document.channel_id or "", " ".join(twins[document.document_id]), document.url),
    ]
