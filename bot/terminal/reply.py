"""What a person says to a run that asked, typed at once or asked for on the terminal."""

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.terminal import terminal
from bot.terminal.session import user_id
from orchestration.values.errors import AskerError

if TYPE_CHECKING:
    from bot.bootstrap import Services
    from bot.outgoing.view.run_view import Inquiry, RunView

ESCALATE = "escalate"

Reply = Callable[["Services", "RunView"], Awaitable[bool]]
"""Answers the question that is open; False leaves the run waiting."""


def reply_for(*, yes: bool) -> Reply | None:
    """How `ask` answers: by `--yes`, else by asking the person at the terminal, else not at all."""
    if yes:
        return _agree
    return prompt if sys.stdin.isatty() and sys.stderr.isatty() else None


async def give(services: "Services", view: "RunView", words: str) -> None:
    """An AskerError says what else to write."""
    from bot.incoming.choices import choice_of, reuse_of, taken_up
    from orchestration.values.inquiry import ClarificationGiven, ConsentAsked, ConsentGiven, ReuseChosen, ReuseOffered

    given: ConsentGiven | ClarificationGiven | ReuseChosen
    inquiry = await _open(services, view)
    if isinstance(inquiry.asked, ConsentAsked):
        choice = choice_of(words)
        if choice is None:
            raise AskerError("Answer start, cheaper, deeper or the name of a strategy.")
        offer = taken_up(inquiry.asked, *choice)
        given = ConsentGiven(inquiry.asked.epoch, choice[0], offer.route, user_id())
    elif isinstance(inquiry.asked, ReuseOffered):
        over = reuse_of(words)
        if over is None:
            raise AskerError("Answer reuse, refresh or again.")
        given = ReuseChosen(inquiry.asked.epoch, over, inquiry.asked.earlier.run_id, user_id())
    else:
        given = ClarificationGiven(inquiry.asked.epoch, _meant(inquiry, words), user_id())
    if not await services.answers.give(view.run_id, given):
        raise AskerError(f"Run {view.run_id} has already been answered. `threadwork show {view.run_id}` says by whom.")


async def prompt(services: "Services", view: "RunView") -> bool:
    """Asks until the answer can be used; an empty one leaves the run waiting."""
    inquiry = await _open(services, view)
    for line in question(inquiry):
        terminal.mention(line)
    while words := (await terminal.typed("> ")).strip():
        try:
            await give(services, view, _SHORT.get(words.lower(), words))
            return True
        except AskerError as error:
            terminal.complain(error.sentence)
    return False


def question(inquiry: "Inquiry") -> list[str]:
    """What the run asks, as lines."""
    from bot.outgoing.blocks.inquiry import brief
    from bot.outgoing.blocks.reuse import offer_line
    from orchestration.values.inquiry import Choice, ConsentAsked, ReuseOffered

    asked = inquiry.asked
    if isinstance(asked, ReuseOffered):
        choices = ["  r  reuse the answer", "  f  refresh what changed", "  a  research it again"]
        return [offer_line(asked.earlier), *choices, "r, f or a; press Enter to decide later."]
    if not isinstance(asked, ConsentAsked):
        options = enumerate(asked.clarification.options, start=1)
        return [
            asked.clarification.text,
            *(f"  {n}  {option}" for n, option in options),
            "A number, or your own words.",
        ]
    others = ((Choice.CHEAPER, asked.cheaper), (Choice.DEEPER, asked.deeper))
    return [
        f"This may cost more than the limit for starting without asking: {brief(asked.offer)}. "
        f"{asked.offer.route.reason}",
        "  s  start",
        *(f"  {choice[0]}  {choice}: {brief(offer)}" for choice, offer in others if offer),
        *(f"     {other.route.strategy}: {brief(other)}" for other in asked.alternatives),
        "s, c, d or the name of a strategy; press Enter to decide later.",
    ]


async def _agree(services: "Services", view: "RunView") -> bool:
    """To any price, and to the question as it is."""
    from orchestration.run.consent import AS_IT_IS
    from orchestration.values.inquiry import ConsentAsked, ReuseOffered

    asked = (await _open(services, view)).asked
    words = {ConsentAsked: "start", ReuseOffered: "again"}.get(type(asked), AS_IT_IS)
    await give(services, view, words)
    return True


async def _open(services: "Services", view: "RunView") -> "Inquiry":
    if view.open_inquiry:
        return view.open_inquiry
    status = (await services.runs.get(view.run_id)).status
    raise AskerError(f"Run {view.run_id} is {status}: it is not asking anything.")


async def escalate(services: "Services", view: "RunView") -> None:
    from orchestration.values.inquiry import Escalated

    newest = view.newest
    if newest is None or newest.offered is None:
        await services.runs.get(view.run_id)
        raise AskerError(f"Run {view.run_id} has no offer of more workers.")
    escalated = Escalated(newest.draft.version, newest.offered.route, user_id())
    if not await services.answers.escalate(view.run_id, escalated):
        raise AskerError(f"Run {view.run_id} has already been decided. `threadwork show {view.run_id}` says how.")


def _meant(inquiry: "Inquiry", words: str) -> str:
    """The option of that number, else the words themselves."""
    from orchestration.values.inquiry import ClarificationAsked

    said = words.strip()
    options = inquiry.asked.clarification.options if isinstance(inquiry.asked, ClarificationAsked) else ()
    if said.isdecimal() and 1 <= int(said) <= len(options):
        return options[int(said) - 1]
    if not said:
        raise AskerError("The answer is empty. Write it in quotes.")
    return said


_SHORT = {"s": "start", "c": "cheaper", "d": "deeper", "r": "reuse", "f": "refresh", "a": "again", "n": "again"}
