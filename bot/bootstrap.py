"""The composition root: Settings → opened services, closed in reverse order. The only file that names every class."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.clock import RandomIds, SystemClock
from bot.setup.settings import Settings, SettingsError
from orchestration.money.fees import Fee, search_fee
from orchestration.money.prices import FREE, NANO, Price, Prices, load_prices
from orchestration.tools.web.keys import Keys
from orchestration.values.limits import OFFLINE, Limits
from orchestration.values.ports import Clock, Embedder, Ids, Model
from storage.engine.database import Database
from storage.engine.opening import is_postgres, open_database
from storage.library.conversion import Conversion
from storage.library.file_reader import FileReader
from storage.library.library import Library
from storage.library.pages import Pages
from storage.library.pins import Pins
from storage.money.budgets import BudgetDefaults, Budgets
from storage.money.ledger import Ledger
from storage.money.spend import Spend
from storage.runs.answers import Answers
from storage.runs.events import Events
from storage.runs.memory import Memory
from storage.runs.past import Past
from storage.runs.pauses import Pauses
from storage.runs.runs import Runs
from storage.runs.top_ups import TopUps
from storage.runs.waiting import Waiting
from storage.search.vectors import Vectors
from storage.threads.inbox import Inbox
from storage.threads.posts import Posts

if TYPE_CHECKING:
    from bot.driver import Driver
    from bot.setup.operator_file import OperatorFile
    from orchestration.money.embedding import Embedding
    from orchestration.tools.mcp.servers import McpServers
    from orchestration.values.offers import ToolServers

OPENAI_URL = "https://api.openai.com/v1"
"""What the client asks where only a key is set; some names have a price only where it is known whose they are."""
DEMO_LATENCY_SECONDS = 1.8
"""A call, so that the board can be watched: a run takes about as long as with a fast hosted model."""
DEMO_PRICE = Price(
    input=NANO * 2 // 5,
    output=NANO * 8 // 5,
    cache_read=NANO // 10,
    highest_input=NANO * 2 // 5,
    highest_output=NANO * 8 // 5,
    source="demo",
)
"""USD 0.40 and 1.60 a million tokens, as a small hosted model costs: nothing is charged."""
PARK_SECONDS = 20.0
"""What running work gets to end at a stop, of the 25 s that a stop may take."""


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    clock: Clock
    ids: Ids
    database: Database
    runs: Runs
    answers: Answers
    events: Events
    ledger: Ledger
    budgets: Budgets
    top_ups: TopUps
    pauses: Pauses
    spend: Spend
    library: Library
    memory: Memory
    pages: Pages
    files: FileReader
    posts: Posts
    inbox: Inbox
    past: Past
    prices: Prices
    limits: Limits
    driver: "Driver | None"
    """None where this process only reads and writes rows."""


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    drive: bool = False,
    clock: Clock | None = None,
    ids: Ids | None = None,
    model: Model | None = None,
) -> AsyncIterator[Services]:
    """Raises OperatorError with a sentence where a setting, the database or the driver lock is in the way."""
    clock, ids = clock or SystemClock(), ids or RandomIds()
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url, clock=clock, working=drive)
        stack.push_async_callback(database.close)
        services = _storage(settings, database, ids)
        if drive:
            from bot.setup import operator_file

            if model is None:
                model = await stack.enter_async_context(_model(settings, clock))
            operator = operator_file.OperatorFile() if settings.demo else operator_file.load()
            servers = tool_servers(services, operator)
            if servers:
                stack.push_async_callback(servers.close)
            around = _Around(operator, servers, _embedding(services, model))
            driver = _driver(services, model, around)
            stack.push_async_callback(driver.stop, PARK_SECONDS)
            services = replace(services, driver=driver)
            await driver.start()
        yield services


def _storage(settings: Settings, database: Database, ids: Ids) -> Services:
    clock = database.clock
    library = _library(database, settings)
    defaults = budget_defaults(settings)
    return Services(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        runs=Runs(database, clock, ids),
        answers=Answers(database, clock),
        events=Events(database),
        ledger=Ledger(database, clock, defaults),
        budgets=Budgets(database, clock, defaults),
        top_ups=TopUps(database, clock, ids, defaults),
        pauses=Pauses(database, clock, ids),
        spend=Spend(database, defaults),
        library=library,
        memory=Memory(database, clock),
        pages=Pages(database, clock),
        files=FileReader(library, Conversion()),
        posts=Posts(database, clock),
        inbox=Inbox(database, clock),
        past=Past(database),
        prices=prices_of(settings),
        limits=limits_of(settings),
        driver=None,
    )


def tool_servers(services: Services, operator: "OperatorFile") -> "McpServers | None":
    """None where no server is declared; nothing is started before it is asked."""
    if not operator.mcp_servers:
        return None
    # Its client takes longer to import than everything else together, so only who declares servers waits for it.
    from orchestration.tools.mcp.servers import McpServers

    return McpServers(operator.mcp_servers, Pins(services.database, services.clock), services.clock)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a driver works with besides storage and model."""

    operator: "OperatorFile"
    servers: "ToolServers | None"
    embedding: "Embedding | None"


def _driver(services: Services, model: Model, around: _Around) -> "Driver":
    # All of the research and the web's client: half of the start, for which commands that read rows do not wait.
    from bot.driver import Driver, Rows
    from orchestration.context.services import Services as ResearchServices
    from orchestration.indexing import Indexer
    from orchestration.run.research import Research
    from orchestration.tools.web.engines import engine_of
    from orchestration.tools.web.reader import Reader
    from storage.library.page_conversion import PageConversion
    from storage.runs.journal import Journal
    from storage.runs.queue import AtOnce, Queue
    from storage.runs.run_log import RunLog

    settings = services.settings
    engine = engine_of(search_keys(settings), services.clock)
    research = Research(
        ResearchServices(
            journal=Journal(services.database, services.clock, services.ledger),
            ledger=services.ledger,
            run_log=RunLog(services.database, services.clock),
            library=services.library,
            model=model,
            prices=services.prices,
            clock=services.clock,
            ids=services.ids,
            limits=services.limits,
            purse=services.ledger,
            past=services.past,
            policies=around.operator.policies,
            memory=services.memory,
            pages=services.pages,
            web_search=engine,
            search_fee=fee_of(settings, engine.name) if engine else None,
            # In the demo nothing leaves the machine.
            page_reader=None if settings.demo else Reader(services.clock, PageConversion()),
            tool_servers=around.servers,
            embedding=around.embedding,
        )
    )
    queue = Queue(research.drive, AtOnce(settings.runs, settings.team_runs, settings.user_runs))
    waiting = Waiting(services.database, services.clock, services.settings.review_days)
    rows = Rows(services.runs, waiting, services.events, services.ledger, services.pauses)
    embedding = around.embedding
    indexer = Indexer(embedding, vectors_of(services), services.clock) if embedding else None
    return Driver(services.database, rows, research=research, queue=queue, indexer=indexer)


def open_model(services: Services) -> AbstractAsyncContextManager[Model]:
    """For a process that drives no runs."""
    return _model(services.settings, services.clock)


@asynccontextmanager
async def open_embedding(services: Services) -> AsyncIterator["Embedding | None"]:
    """For a process that drives no runs; None where no embedding model is set."""
    async with _model(services.settings, services.clock) as model:
        yield _embedding(services, model)


def _embedding(services: Services, model: Model) -> "Embedding | None":
    from orchestration.money.embedding import Embedding

    name = services.settings.embedding_model
    if not name or not isinstance(model, Embedder):
        return None
    return Embedding(name, model, services.ledger, services.prices, services.ids)


def _library(database: Database, settings: Settings) -> Library:
    model = None if settings.offline else settings.embedding_model
    if is_postgres(settings.database_url):
        from storage.library.postgres_library import PostgresLibrary

        return PostgresLibrary(database, database.clock, model)
    return Library(database, database.clock, model)


def vectors_of(services: Services) -> Vectors:
    settings = services.settings
    return Vectors(services.database, settings.embedding_model or "", budget_defaults(settings))


def budget_defaults(settings: Settings) -> BudgetDefaults:
    return BudgetDefaults(settings.team_budget_nano_usd, settings.timezone)


def _model(settings: Settings, clock: Clock) -> AbstractAsyncContextManager[Model]:
    if settings.offline:
        from orchestration.llm.offline.model import OfflineModel

        latency = DEMO_LATENCY_SECONDS if settings.demo else 0.0
        return nullcontext(OfflineModel(latency_seconds=latency, sleep=clock.sleep))
    # The client's types take longer to import than all of ours: commands that call no model do not wait for them.
    from orchestration.llm.openai_compatible import OpenAICompatibleModel

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return OpenAICompatibleModel(api_key=key, base_url=settings.openai_base_url)


def limits_of(settings: Settings) -> Limits:
    if not settings.offline and not settings.model:
        raise SettingsError(["THREADWORK_MODEL: is missing. Write the name of a model that your endpoint serves."])
    return Limits(
        run_seconds=settings.run_seconds,
        worker_seconds=settings.worker_seconds,
        plan_seconds=settings.plan_seconds,
        worker_iterations=settings.worker_iterations,
        call_seconds=settings.call_seconds,
        max_output_tokens=settings.max_output_tokens,
        max_output_tokens_by_role=settings.max_output_tokens_by_role,
        auto_revisions=settings.auto_revisions,
        fallback_model=None if settings.offline else settings.fallback_model,
        model=OFFLINE if settings.offline else settings.model or "",
        model_by_role={} if settings.offline else settings.models,
        context=settings.context,
        share_findings=settings.share_findings,
        verify=settings.verify,
        ask_above_nano_usd=settings.ask_above_nano_usd,
        search_nano_usd=_search_nano_usd(settings),
    )


def _search_nano_usd(settings: Settings) -> int:
    provider = search_keys(settings).provider
    fee = fee_of(settings, provider) if provider else None
    return fee.nano_usd if fee else 0


def prices_of(settings: Settings) -> Prices:
    """The offline model is declared free; in the demo it has prices, so that bills and caps can be tried."""
    own = {OFFLINE: DEMO_PRICE if settings.demo else FREE}
    if settings.prices:
        own |= load_prices(settings.prices)
    return Prices(own, api_url=settings.openai_base_url or OPENAI_URL)


def search_keys(settings: Settings) -> Keys:
    secrets = (settings.tavily_api_key, settings.brave_api_key)
    tavily, brave = (secret.get_secret_value() if secret else None for secret in secrets)
    return Keys(tavily, brave, settings.searxng_url)


def fee_of(settings: Settings, provider: str) -> Fee | None:
    """What a search costs; None where it is free."""
    return search_fee(provider, settings.prices)
