"""`threadwork ask`: one run in the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local_files.paths import path
from bot.setup.local_team import LOCAL_TEAM
from bot.terminal import session
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


def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.", show_default=False)],
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
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole run as one JSON document.")] = False,
) -> None:
    """Ask a question, watch the work, and read the answer with its sources and its price.

    Above THREADWORK_ASK_ABOVE_USD, or if it is unclear what you mean, you are asked first. Without a terminal the run
    waits for `threadwork answer`. If `serve` is running on the same database, the run is handed to it and followed
    here. Ctrl-C cancels the run.
    """
    asked = Asked(question, strategy, budget, tuple(document or ()), yes)
    session.finish(_ask(asked, as_json))


async def _ask(asked: Asked, as_json: bool) -> Exit:
    from bot.terminal import following
    from bot.terminal.reply import reply_for

    question = checked_question(asked)

    reply = reply_for(yes=asked.yes)
    question = replace(question, offer_reuse=reply is not None and not asked.yes)

    async def begin(services: "Services") -> str:
        return await _begin(services, question, asked.documents)

    return await following.to_its_end(begin, as_json=as_json, reply=reply)


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
        channel_is_public=True,  # everybody who works on this machine
        text=read.whole,
        conversation=Conversation(LOCAL_TEAM, CHANNEL, ""),
        user_id=session.user_id(),
        strategy=strategy or within.strategy,
        budget_nano_usd=within.budget_nano_usd if budget is None else budget,
    )


async def _begin(services: "Services", question: Question, files: Sequence[Path]) -> str:
    from bot.incoming import pasted
    from bot.local_files.files import Audience, Shelf, share

    # Every question of the terminal opens a conversation of its own.
    thread = f"{services.clock.now().timestamp():.6f}"
    channel = question.conversation.channel_id
    place = Conversation(LOCAL_TEAM, channel, thread)
    audience = Audience(channel_id=f"{channel}/{thread}", user_id=question.user_id)
    documents = await share(Shelf(services.library, services.files, audience), files)
    text, attached = pasted.split(question.text)
    if attached:
        documents += await pasted.keep(services.library, attached, place, question.user_id)
    asked = replace(question, text=text, conversation=place, document_ids=documents)
    run, _ = await services.runs.create(
        asked, key=services.ids.new("ask"), budget_nano_usd=services.settings.run_budget_nano_usd
    )
    return run.run_id
