"""What an answer says of the web where it did not look there: nobody should take silence for a search."""

from orchestration.context.run_context import RunContext
from orchestration.money.fees import WEB_SEARCH

WITHHELD = (
    "Not everything was looked up outside: the run has read something that is not public, and a query could reveal it."
)
NOT_HERE = "The web was not searched: this channel's policy turns it off."
NOT_SET_UP = "The web was not searched: no search engine is set up here."
NOT_FROM_THE_BEGINNING = "The web was not searched: it was not available when the run began. Ask again."
NOT_ASKED_FOR = "The web was not searched: no agent asked for it."


def unsearched(ctx: RunContext, *, found: bool) -> tuple[str, ...]:
    """A sentence where a look outside was refused, or where nothing was `found` and nobody searched the web."""
    if ctx.seen.withheld:
        return (WITHHELD,)
    if found or ctx.seen.searched_web:
        return ()
    return (_why(ctx),)


def _why(ctx: RunContext) -> str:
    if not ctx.policy.web:
        return NOT_HERE
    if ctx.services.web_search is None:
        return NOT_SET_UP
    if ctx.tools.names is not None and WEB_SEARCH not in ctx.tools.names:
        return NOT_FROM_THE_BEGINNING
    return NOT_ASKED_FOR
