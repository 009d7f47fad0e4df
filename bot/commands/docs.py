"""`threadwork docs`: the library that the agents search."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands import session, terminal
from bot.commands.paths import path
from bot.commands.session import TEAM, Exit

if TYPE_CHECKING:
    from bot.bootstrap import Services, Shelves
    from bot.commands import files
    from storage.library import Document

group = typer.Typer(help="The library that the agents search.", no_args_is_help=True)


def _named(value: str | None) -> str | None:
    """An empty id, as of a variable that is not set, would be an audience of nobody."""
    if value is not None and not value.strip():
        raise typer.BadParameter("It is empty. Write an id, or leave it out.")
    return value


Team = Annotated[str, typer.Option(metavar="T", help="The team that may see it.", callback=_named)]
Channel = Annotated[
    str | None, typer.Option(metavar="C", help="Only this channel; left out: the whole team.", callback=_named)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@group.command(epilog="Example: threadwork docs add handbook/ notes.md --team T012AB3CD")
def add(
    paths: Annotated[
        list[Path], typer.Argument(parser=path, metavar="PATH...", help="Files and folders.", show_default=False)
    ],
    team: Team = TEAM,
    channel: Channel = None,
    public: Annotated[
        bool, typer.Option("--public", help="Nothing secret: a run that read it may still search the web.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add files (Markdown, text, HTML, PDF, Word, PowerPoint, Excel, CSV), folders with all below them.

    A file added again replaces its older text. Each file that is not read is named with the reason.
    """

    async def work(shelves: "Shelves") -> Exit:
        from bot.commands import files

        audience = files.Audience(team, channel, session.user_id(), public)
        outcome = await files.Shelf(shelves.library, shelves.files, audience).add(paths, _progress())
        for sentence in outcome.skipped:
            terminal.complain(sentence)
        changed = [added for added in outcome.added if added.document.changed]
        if as_json:
            terminal.print_json(_outcome(outcome))
        else:
            same = len(outcome.added) - len(changed)
            terminal.say(f"{len(changed)} added or changed, {same} unchanged, {len(outcome.skipped)} skipped.")
        return Exit.DONE if outcome.added else Exit.USAGE

    session.with_library(work)


@group.command("list", epilog="Example: threadwork docs list --team T012AB3CD")
def list_(team: Team = TEAM, channel: Channel = None, as_json: AsJson = False) -> None:
    """List the documents of a team, or those a channel may see."""

    async def work(shelves: "Shelves") -> None:
        documents = await shelves.library.list(team, channel)
        if as_json:
            terminal.print_json({"documents": [_document(document) for document in documents]})
        elif documents:
            columns = ("document", "title", "kind", "size", "chunks", "channel", "address")
            terminal.table(columns, [_row(document) for document in documents], right=("size", "chunks"))
        else:
            terminal.mention(f"Team {team} has no documents here. `threadwork docs add PATH` adds some.")

    session.with_library(work)


@group.command(epilog='Example: threadwork docs search "async support"')
def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)],
    team: Team = TEAM,
    channel: Annotated[str, typer.Option(metavar="C", help="Search as somebody in this channel.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many passages.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Search as an agent does, and show the passages it would read."""

    async def work(shelves: "Shelves") -> None:
        from orchestration.ports import Audience
        from orchestration.tools.fit import fits

        vector = await _vector(shelves.services, query, team)
        passages = await shelves.library.search(query, Audience(team, channel), limit, vector=vector)
        if as_json:
            found = [asdict(passage) for passage in passages]
            terminal.print_json({"passages": found, "matches_well": bool(passages) and fits(query, passages)})
            return
        for passage in passages:
            terminal.say(f"{passage.chunk_id}  {passage.breadcrumb}  ({passage.score:.2f})\n{passage.text}\n")
        if not passages:
            terminal.mention(
                f"Nothing matches in the documents that team {team} sees. `threadwork docs list` lists them."
            )
        elif not fits(query, passages):
            terminal.mention("Nothing matches well: no passage holds even half of the words of the query.")

    session.with_library(work)


@group.command(epilog="Example: threadwork docs remove d_7k2m9p4xqa")
def remove(
    document: Annotated[str, typer.Argument(metavar="ID", help="The document's id.", show_default=False)],
) -> None:
    """Remove a document. Answers that cite it keep their quotes."""

    async def work(shelves: "Shelves") -> Exit:
        if await shelves.library.remove(document):
            terminal.say(f"Removed {document}.")
            return Exit.DONE
        terminal.complain(f"There is no document {document}. `threadwork docs list` lists them.")
        return Exit.USAGE

    session.with_library(work)


async def _vector(services: "Services | None", query: str, team: str) -> "bytes | None":
    """Paid by the team's library; without it the search goes by words alone, and says why."""
    if services is None or services.settings.offline or not services.settings.embedding_model:
        return None
    from bot.bootstrap import open_embedding
    from orchestration.errors import BudgetRefused, UnknownPrice
    from orchestration.ports import ModelCallFailed

    async with open_embedding(services) as embedding:
        try:
            return (await embedding.of_team(team, [query])).vectors[0] if embedding else None
        except (BudgetRefused, ModelCallFailed, UnknownPrice) as error:
            terminal.mention(f"Searched by words alone: {error.sentence}")
            return None


def _progress() -> "files.Progress":
    """A line now and then, where it takes long."""
    from bot.commands.files import SAY_EVERY_SECONDS

    said = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_EVERY_SECONDS:
            said = time.monotonic()
            terminal.mention(f"{done} of {of} files")

    return progress


def _row(document: "Document") -> list[str]:
    size = "" if not document.kind else f"{max(1, round(document.size / 1000)):,} KB"
    place = document.channel_id or ""
    return [
        *(document.document_id, document.title, document.kind, size),
        *(str(document.chunks), place, document.url),
    ]


def _outcome(outcome: "files.Outcome") -> dict[str, Any]:
    added = [
        {"path": str(one.path)} | asdict(one.document) | {"kind": one.file.kind, "size": one.file.size}
        for one in outcome.added
    ]
    return {"added": added, "skipped": outcome.skipped}


def _document(document: "Document") -> dict[str, Any]:
    from storage.moments import moment

    where = ("document_id", "team_id", "channel_id", "user_id", "visibility")
    names = (*where, "title", "url", "source", "chunks", "kind", "size")
    return {name: getattr(document, name) for name in names} | {"updated_at": moment(document.updated_at)}
