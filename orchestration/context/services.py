"""What the research needs of the world; the same for all runs of a process."""

from dataclasses import dataclass, field

from orchestration.money.embedding import Embedding
from orchestration.money.fees import Fee
from orchestration.money.prices import Prices
from orchestration.values.limits import Limits
from orchestration.values.memory import Memory
from orchestration.values.offers import ToolServers
from orchestration.values.policy import SourcePolicies
from orchestration.values.ports import (
    Clock,
    Ids,
    Journal,
    Ledger,
    Library,
    Model,
    PageReader,
    Pages,
    Past,
    Purse,
    RunLog,
    Shelf,
    WebSearch,
)


@dataclass(frozen=True, slots=True)
class Services:
    journal: Journal
    ledger: Ledger
    run_log: RunLog
    library: Library
    model: Model
    prices: Prices
    clock: Clock
    ids: Ids
    limits: Limits
    purse: Purse | None = None
    """Where nobody can say what is left, only refused holds tell that the budget is short."""
    past: Past | None = None
    """Without it every estimate is a prior."""
    policies: SourcePolicies = field(default_factory=SourcePolicies)
    memory: Memory | None = None
    """Without it nothing is offered again and nothing earlier is searched."""
    pages: Pages | None = None
    """Without it nothing outside the library can be read."""
    web_search: WebSearch | None = None
    search_fee: Fee | None = None
    """None where a search is free."""
    page_reader: PageReader | None = None
    tool_servers: ToolServers | None = None
    embedding: Embedding | None = None
    """Without it the library is searched by words alone."""

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Everywhere the text of a source may be kept."""
        return tuple(shelf for shelf in (self.library, self.pages, self.memory) if shelf is not None)
