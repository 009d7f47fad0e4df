"""Whether the embedding endpoint answers, what it costs, and how much of the library has vectors.

One short text is embedded and paid for: there is no other way to find out how many dimensions there are.
"""

from bot.bootstrap import Services, open_embedding, open_services, vectors_of
from bot.check.finding import Finding, Mark
from bot.setup.local_team import LOCAL_TEAM
from bot.setup.settings import Settings
from orchestration.values.errors import BudgetRefused, OperatorError, UnknownPrice
from orchestration.values.ports import ModelCallFailed
from storage.engine.opening import is_missing
from storage.money.amounts import dollars
from storage.search.vectors import Waiting

TEXT = "How do I set a time zone?"


async def look(configured: Settings) -> list[Finding]:
    part = f"embedding model {configured.embedding_model}"
    if configured.embedding_model is None:
        return []
    if configured.offline:
        return [Finding(part, Mark.UNUSED, "is not used: it needs an endpoint; set OPENAI_BASE_URL or OPENAI_API_KEY")]
    try:
        if is_missing(configured.database_url):
            return [Finding(part, Mark.UNUSED, "was not tried: there is no database yet to record its cost in")]
        async with open_services(configured) as services:
            return [await _endpoint(services, part), *await _library(services)]
    except OperatorError:
        return []  # a line of its own says what is wrong with the model or the database


async def _endpoint(services: Services, part: str) -> Finding:
    async with open_embedding(services) as embedding:
        if embedding is None:
            return Finding(part, Mark.WRONG, "cannot be reached", "Set OPENAI_BASE_URL.")
        try:
            embeddings = await embedding.of_team(LOCAL_TEAM, [TEXT])
            price = services.prices.price(embedding.model)
        except (UnknownPrice, BudgetRefused, ModelCallFailed) as error:
            what, _, fix = error.sentence.partition(". ")
            return Finding(part, Mark.WRONG, what, fix)
    dimensions = len(embeddings.vectors[0]) // 4
    rate = f"{dollars(price.input)} a million tokens ({price.source})"
    return Finding(part, Mark.GOOD, f"answers with {dimensions:,} dimensions; {rate}")


async def _library(services: Services) -> list[Finding]:
    indexed = await vectors_of(services).indexed()
    what = f"{indexed.with_vector:,} of {indexed.chunks:,} chunks have a vector"
    driven = " `serve` makes the rest." if indexed.waiting and not await services.database.is_driven() else ""
    return [Finding("vectors", Mark.GOOD, what, driven.strip()), *map(_share, filter(_is_short, indexed.waiting))]


def _is_short(team: Waiting) -> bool:
    """Nine tenths are gone: then most batches no longer fit."""
    return team.share_nano_usd is not None and team.spent_nano_usd * 10 >= team.share_nano_usd * 9


def _share(team: Waiting) -> Finding:
    share, spent = dollars(team.share_nano_usd or 0), dollars(team.spent_nano_usd)
    what = (
        f"{team.chunks:,} chunks wait: {spent} of the library's share of {share} is spent, the rest is only found by "
        "words"
    )
    fix = f"Raise the team's budget (the share is a tenth of it): threadwork budget set team:{team.team_id} USD"
    return Finding(f"vectors of {team.team_id}", Mark.UNUSED, what, fix)
