"""`threadwork ask`: one run in the terminal."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local_files.paths import path
from bot.setup.local_team import LOCAL_TEAM, TERMINAL_THREAD, is_local
from bot.terminal import session
from bot.terminal.output import Shown, check_output
from bot.terminal.session import Exit
from orchestration.values.domain import Conversation, Question
from orchestration.values.errors import AskerError

if TYPE_CHECKING:
    from bot.bootstrap import Services

EXAMPLE = 'threadwork ask "Compare Flask and Django for a small JSON API" --budget 0.50'
CHANNEL = "terminal"


@dataclass(frozen=True, slots=True)
class Asked:
    """As it was typed."""

    text: str
    strategy: str = "auto"
    budget: str | None = None
    documents: tuple[Path, ...] = ()
    yes: bool = False
    team: str | None = None
    channel: str | None = None
    goes_on: str | None = None
    """The run whose conversation it goes on with."""


def ask(
    question: Annotated[
        str, typer.Argument(help="The question, in quotes; - reads it from standard input.", show_default=False)
    ],
    strategy: Annotated[str, typer.Option(help="auto, single, supervisor, sequential, fanout or debate.")] = "auto",
    budget: Annotated[
        str | None, typer.Option(metavar="USD", help="Spend no more than this; it can only lower the cap.")
    ] = None,
    document: Annotated[
        list[Path] | None,
        typer.Option(
            parser=path,
            metavar="FILE",
            help="A file for this question only (text, HTML, PDF, Office, CSV); repeatable.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Start without asking, whatever it costs below the caps.")] = False,
    team: Annotated[
        str | None, typer.Option(metavar="T", help="Whose library and budget; default: the one connected workspace.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="C", help="Read as this channel; default: what the whole team may see.")
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="M", help="For all roles; `offline` is free.")] = None,
    goes_on: Annotated[
        str | None, typer.Option("--continue", metavar="RUN", help="Ask on in the conversation of this run.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only the result.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.md|html", help="Write the answer and its proof here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole run as one JSON document.")] = False,
) -> None:
    """Ask a question, watch the work, and read the answer with its sources and its price.

    Above THREADWORK_ASK_ABOVE_USD, or if it is unclear what you mean, you are asked first. Without a terminal the run
    waits for `threadwork answer`. If `serve` is running on the same database, the run is handed to it and followed
    here. Ctrl-C cancels the run.
    """
    text = sys.stdin.read() if question == "-" else question
    asked = Asked(text, strategy, budget, tuple(document or ()), yes, team, channel, goes_on)
    session.finish(_ask(asked, Shown(as_json, quiet, output), model))


async def _ask(asked: Asked, shown: Shown, model: str | None) -> Exit:
    from bot.terminal import following
    from bot.terminal.reply import reply_for

    question = checked_question(asked)
    check_output(shown.output)

    reply = reply_for(yes=asked.yes)
    question = replace(question, offer_reuse=reply is not None and not asked.yes)

    async def begin(services: "Services") -> str:
        return await _begin(services, replace(question, conversation=await _place(services, asked)), asked.documents)

    return await following.to_its_end(begin, shown=shown, reply=reply, model=model)


async def _place(services: "Services", asked: Asked) -> Conversation:
    """Every question of the terminal opens a conversation of its own, unless it goes on with one."""
    if asked.goes_on is None:
        thread = f"{TERMINAL_THREAD}{services.clock.now().timestamp():.6f}"
        return Conversation(await session.team_of(services, asked.team), asked.channel or CHANNEL, thread)
    if asked.team or asked.channel:
        raise AskerError("`--continue` keeps the team and channel of its run. Leave out --team and --channel.")
    place = (await services.runs.get(asked.goes_on)).question.conversation
    if not is_local(place):
        raise AskerError(f"Run {asked.goes_on} has its thread in Slack. Ask on there, where everybody can read along.")
    return place


def checked_question(asked: Asked) -> Question:
    """Raises an AskerError that says what to write instead."""
    from bot.incoming import options, question
    from bot.terminal.amounts import nano_usd
    from orchestration.values.text import clean

    text = clean(asked.text).strip()
    if not text:
        raise AskerError(f"The question is empty. Write it in quotes: {EXAMPLE}")
    strategy = options.strategy(asked.strategy)
    budget = None if asked.budget is None else nano_usd(asked.budget, "--budget")
    read = question.read(text)
    within = read.options
    if None not in (strategy, within.strategy) and strategy is not within.strategy:
        raise AskerError("`--strategy` is there twice, inside and outside of the question. Write it once.")
    if None not in (budget, within.budget_nano_usd) and budget != within.budget_nano_usd:
        raise AskerError("`--budget` is there twice, inside and outside of the question. Write it once.")
    return Question(
        channel_is_public=asked.channel is None,  # everybody who works on this machine
        text=read.whole,
        conversation=Conversation(LOCAL_TEAM, CHANNEL, ""),
        user_id=session.user_id(),
        strategy=strategy or within.strategy,
        budget_nano_usd=within.budget_nano_usd if budget is None else budget,
    )


async def _begin(services: "Services", question: Question, files: Sequence[Path]) -> str:
    from bot.incoming import pasted
    from bot.local_files.files import Audience, Shelf, share

    place = question.conversation
    audience = Audience(place.team_id, f"{place.channel_id}/{place.thread_ts}", question.user_id)
    documents = await share(Shelf(services.library, services.files, audience), files)
    text, attached = pasted.split(question.text)
    if attached:
        documents += await pasted.keep(services.library, attached, place, question.user_id)
    asked = replace(question, text=text, document_ids=documents)
    run, _ = await services.runs.create(
        asked, key=services.ids.new("ask"), budget_nano_usd=services.settings.run_budget_nano_usd
    )
    return run.run_id
