"""`threadwork docs`: the library that the agents search."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.local_files.paths import path
from bot.terminal import documents, session, terminal
from bot.terminal.session import Exit
from orchestration.values.text import clean

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from bot.local_files import files

group = typer.Typer(help="The library that the agents search.", no_args_is_help=True)


def _named(value: str | None) -> str | None:
    """An empty id, as of a variable that is not set, would be an audience of nobody."""
    if value is not None and not value.strip():
        raise typer.BadParameter("It is empty. Write an id or leave it out.")
    return value


Team = Annotated[
    str | None,
    typer.Option(metavar="T", help="The team that may see it; default: the one connected workspace.", callback=_named),
]
Channel = Annotated[
    str | None, typer.Option(metavar="C", help="Only this channel; default: the whole team.", callback=_named)
]
COMPLAINTS = 50
"""Lines; a folder of pictures has a thousand."""
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@group.command(epilog="Example: threadwork docs add handbook/ notes.md --team T012AB3CD")
def add(
    paths: Annotated[
        list[Path], typer.Argument(parser=path, metavar="PATH...", help="Files and folders.", show_default=False)
    ],
    team: Team = None,
    channel: Channel = None,
    public: Annotated[
        bool, typer.Option("--public", help="Not confidential: a run that has read it may still search the web.")
    ] = False,
    sync: Annotated[
        bool, typer.Option("--sync", help="Remove what was added from these folders and is there no more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add files (Markdown, text, HTML, PDF, Word, PowerPoint, Excel, CSV) and whole folders.

    Adding a file again replaces its older text. Files that cannot be read are listed with the reason, and so are the
    parts of a file that are left out (comments, headers and footers, pictures, hidden sheets, navigation).
    """

    async def work(services: "Services") -> Exit:
        from bot.local_files import files

        owner = await session.team_of(services, team)
        audience = files.Audience(owner, channel, session.user_id(), public)
        with _progress() as progress:
            outcome = await files.Shelf(services.library, services.files, audience).add(paths, progress)
        _complain(outcome.skipped)
        _mention_left_out(outcome.added)
        gone = await documents.remove_gone(services.library, outcome, paths, audience) if sync else []
        moved = documents.moved(outcome.added, await services.library.list(owner))
        documents.mention_moved(moved)
        changed = [added for added in outcome.added if added.document.changed]
        if as_json:
            terminal.print_json(_outcome(outcome, moved) | {"removed": [one.document_id for one in gone]})
        else:
            same = len(outcome.added) - len(changed)
            terminal.say(f"{len(changed)} added or changed, {same} unchanged, {len(outcome.skipped)} skipped.")
            for one in gone:
                terminal.say(f"Removed {documents.named(one)}: its file is gone.")
        if not outcome.added:
            return Exit.USAGE
        return Exit.FAILED if outcome.skipped else Exit.DONE

    session.with_services(work)


@group.command("list", epilog="Example: threadwork docs list --team T012AB3CD")
def list_(team: Team = None, channel: Channel = None, as_json: AsJson = False) -> None:
    """List the documents of a team, or those that a channel may see, and which of them have the same text."""

    async def work(services: "Services") -> None:
        owner = await session.team_of(services, team)
        listed = await services.library.list(owner, channel)
        if as_json:
            terminal.print_json({"documents": documents.as_json(listed)})
        elif listed:
            documents.show(listed)
        else:
            await documents.mention_teams(services.library, owner)

    session.with_services(work)


@group.command(epilog='Example: threadwork docs search "async support"')
def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)],
    team: Team = None,
    channel: Annotated[str, typer.Option(metavar="C", help="Search as a member of this channel.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many passages.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Search like an agent and show the passages it would read."""

    async def work(services: "Services") -> None:
        from orchestration.tools.fit import fits
        from orchestration.values.ports import Audience

        owner = await session.team_of(services, team)
        vector = await _vector(services, query, owner)
        passages = await services.library.search(query, Audience(owner, channel), limit, vector=vector)
        if as_json:
            found = [asdict(passage) for passage in passages]
            terminal.print_json({"passages": found, "matches_well": bool(passages) and fits(query, passages)})
            return
        for passage in passages:
            terminal.say(f"{passage.chunk_id}  {passage.breadcrumb}  ({passage.score:.2f})\n{passage.text}\n")
        if not passages:
            terminal.mention(f"Nothing matches in the documents that team {owner} can see.")
            if not await services.library.list(owner, channel):
                await documents.mention_teams(services.library, owner)
        elif not fits(query, passages):
            terminal.mention("Nothing matches well: no passage has even half of the words in the query.")

    session.with_services(work)


@group.command(epilog="Example: threadwork docs show d_7k2m9p4xqa")
def show(
    document: Annotated[str, typer.Argument(metavar="ID", help="A document id.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Show a document's text as it was read, each passage with its place."""

    async def work(services: "Services") -> Exit:
        found = await services.library.get(document.strip())
        if found is None:
            terminal.complain(await documents.not_there(services.library, document))
            return Exit.USAGE
        passages = documents.passages(found)
        if as_json:
            (shown,) = documents.as_json([found])
            terminal.print_json({**shown, "text": found.text, "passages": passages})
            return Exit.DONE
        terminal.say(documents.named(found))
        for passage in passages:
            terminal.say(f"\n{passage['chunk_id']}  {passage['place']}\n{passage['text']}")
        return Exit.DONE

    session.with_services(work)


@group.command(epilog="Example: threadwork docs remove d_7k2m9p4xqa d_b5n3w8hyqe")
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Document ids.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Remove documents of any team.

    Answers that cite them keep their quotes. Unknown ids are reported; the others are still removed.
    """

    async def work(services: "Services") -> Exit:
        library, removed, missing = services.library, list[str](), list[str]()
        for given in dict.fromkeys(map(str.strip, ids)):
            document = await library.get(given)
            if document and await library.remove(given, erase_later=True):
                removed.append(given)
                if not as_json:
                    terminal.say(f"Removed {documents.named(document)}.")
            else:
                missing.append(given)
                terminal.complain(await documents.not_there(library, given))
        await library.erase()
        if as_json:
            terminal.print_json({"removed": removed, "missing": missing})
        return Exit.USAGE if missing else Exit.DONE

    session.with_services(work)


async def _vector(services: "Services", query: str, team: str) -> "bytes | None":
    """Paid by the team's library; without it the search goes by words alone, and says why."""
    if services.settings.offline or not services.settings.embedding_model:
        return None
    from bot.bootstrap import open_embedding
    from orchestration.values.errors import BudgetRefused, UnknownPrice
    from orchestration.values.ports import ModelCallFailed

    async with open_embedding(services) as embedding:
        try:
            return (await embedding.of_team(team, [query])).vectors[0] if embedding else None
        except (BudgetRefused, ModelCallFailed, UnknownPrice) as error:
            terminal.mention(f"Searched by words only: {error.sentence}")
            return None


@contextmanager
def _progress() -> "Iterator[files.Progress]":
    """A line now and then, where it takes long, and one where it is broken off."""
    from bot.local_files.files import SAY_EVERY_SECONDS

    said, reached = time.monotonic(), ""

    def progress(done: int, of: int) -> None:
        nonlocal said, reached
        reached = f"{done} of {of} files"
        if time.monotonic() - said >= SAY_EVERY_SECONDS:
            said = time.monotonic()
            terminal.mention(reached)

    try:
        yield progress
    except asyncio.CancelledError:
        terminal.mention(
            f"Stopped after {reached or 'no file'}. What was added is kept; the same command continues from there."
        )
        raise


def _complain(skipped: Sequence[str]) -> None:
    for sentence in skipped[:COMPLAINTS]:
        terminal.complain(sentence)
    if len(skipped) > COMPLAINTS:
        terminal.complain(f"And {len(skipped) - COMPLAINTS} more; `--json` lists them all.")


def _mention_left_out(added: "Sequence[files.Added]") -> None:
    lacking = [f"{clean(str(one.path))}: added; left out: {', '.join(one.left_out)}." for one in added if one.left_out]
    for sentence in lacking[:COMPLAINTS]:
        terminal.mention(sentence)
    if len(lacking) > COMPLAINTS:
        terminal.mention(f"And {len(lacking) - COMPLAINTS} more files were not read whole; `--json` lists them all.")


def _outcome(outcome: "files.Outcome", moved: "documents.Moved") -> dict[str, Any]:
    older = {added.document.document_id: [one.document_id for one in found] for added, found in moved}
    added = [
        {"path": clean(str(one.path))}
        | asdict(one.document)
        | {"kind": one.file.kind, "size": one.file.size, "same_text": older.get(one.document.document_id, [])}
        | {"left_out": list(one.left_out)}
        for one in outcome.added
    ]
    return {"added": added, "skipped": outcome.skipped}
