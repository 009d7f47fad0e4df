"""What agents read with: the library, pages from outside, and who may see which."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from orchestration.values.domain import Passage, Source
from orchestration.values.policy import SourcePolicy

Vector = bytes
"""float32, little-endian, of length 1: a product of two is their cosine."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read the answer: a search sees only what everyone in this conversation may see."""

    team_id: str
    channel_id: str
    document_ids: tuple[str, ...] = ()
    """Documents shared with the question itself."""
    strangers: bool = False
    """People of other organisations read along: they see what was shared with the question, and nothing else."""


class Shelf(Protocol):
    """Where the texts of sources are kept."""

    async def sources(self, source_ids: Sequence[str], audience: Audience) -> Sequence[tuple[Source, str]]:
        """Each source that this shelf knows and the audience may see, with its stored text."""


class Library(Shelf, Protocol):
    async def search(
        self, query: str, audience: Audience, limit: int, *, vector: Vector | None = None
    ) -> Sequence[Passage]:
        """Best first; empty where nothing matches. No query text raises.

        With the query's vector it searches by meaning too, among the chunks that have theirs.
        """

    async def fetch(self, chunk_id: str, audience: Audience) -> Passage | None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """What was read outside the library."""

    address: str
    """As it was asked for; `url` is where that led."""
    url: str
    title: str
    text: str
    published_on: date | None = None
    links: tuple[str, ...] = ()
    """Absolute addresses, letter for letter as a follower would send them."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    source_id: str
    page: Page
    retrieved_at: datetime


class Pages(Shelf, Protocol):
    async def keep(self, page: Page, audience: Audience | None) -> KeptPage:
        """Keeps what was read just now; `audience` None is for everybody. The same page again changes nothing."""

    async def of_today(self, address: str) -> KeptPage | None:
        """What anybody fetched from this address on the current UTC day."""


@dataclass(frozen=True, slots=True)
class WebHit:
    """What a search engine says of a page; no source before the page itself was read."""

    url: str
    title: str
    snippet: str
    published_on: date | None = None


class WebSearch(Protocol):
    """A search engine. Raises ToolFailed with a sentence for the model and what the request may have cost.

    Where it sends a request again, the one before provably cost nothing.
    """

    @property
    def name(self) -> str:
        """As the ledger books its fee: `tavily`, `brave` or `searxng`."""

    async def search(self, query: str, policy: SourcePolicy, *, limit: int) -> Sequence[WebHit]:
        """Best first, already narrowed to the policy's domains and days as far as the engine can."""


@dataclass(frozen=True, slots=True)
class Received:
    """What an address answered with."""

    url: str
    body: bytes = field(repr=False)
    media_type: str = ""
    """As it was declared, in small letters; empty where nothing or nothing of use was."""
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Readable:
    """What can be read of it."""

    text: str
    title: str
    """Perhaps empty."""
    published_on: date | None
    links: tuple[str, ...]
    """Absolute, of a page alone."""


class PageConversion(Protocol):
    """Takes the text out of what strangers made, whatever they call it: pages, PDF, Office, CSV, feeds, plain text."""

    def most_bytes(self, head: bytes) -> int:
        """How large a body may be that begins like this; the first KB is enough to tell."""

    async def text_of(self, received: Received) -> Readable:
        """Never without text. Raises ToolFailed with a sentence for the model."""


class PageReader(Protocol):
    """Fetches a page from the web as readable text. Raises ToolFailed with a sentence for the model."""

    async def read(self, address: str, policy: SourcePolicy) -> Page:
        """Every hop has to be a public address of a host that the policy admits."""
