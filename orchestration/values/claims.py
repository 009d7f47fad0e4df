"""What was read and what is claimed of it, as frozen values; `domain` has the other nouns, and these too."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Support(StrEnum):
    QUOTED = "quoted"
    UNQUOTED = "unquoted"
    UNCITED = "uncited"


class Entailment(StrEnum):
    """What a model says of a claim that was given its quote and the passage around it."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    UNCLEAR = "unclear"
    NOT_VERIFIED = "not_verified"
    """A model was to judge it and did not: none that can, no money, no time, or no readable reply."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document as a search shows it; `text` is verbatim, so a quote can be cut from it."""

    chunk_id: str
    source_id: str
    breadcrumb: str
    text: str
    score: float
    public: bool = False
    """Whether anybody may know it, so that having read it does not close the ways out."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page that was really read in a run."""

    source_id: str
    title: str
    url: str
    retrieved_at: datetime
    content_hash: str
    sketch: str = ""
    """A small sample of its word sequences, by which nearly the same text is known again."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where something is in a text's one form (`evidence.forms.one_form`)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    text: str
    source_id: str
    quote: str
    support: Support
    reason: str = ""
    """Why it is not `quoted`, in a few words."""
    place: str = ""
    """Where the quote is in its source: headings, page or slide."""
    span: Span | None = None
    """Where in the stored text of its source the quote was found; claims of version 0.1 do not say."""
    likeness: float | None = None
    """From 0 to 1, how much of it the source says by counting words, numbers and names; None where not `quoted`."""
    doubt: str = ""
    """What speaks against it although its quote was found, by counting words; a hint, no finding."""
    independent_sources: int = 0
    """How many sources with texts of their own state it; 0 where that was not counted."""
    entailment: Entailment | None = None
    """None where no model was to judge it."""
    entailment_reason: str = ""
    also_in: tuple[str, ...] = ()
    """Other sources cited for the same, whose text says it too as far as counting words tells."""
