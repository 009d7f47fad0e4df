"""Events of a run that does not go as planned: what it does instead, and what it fixes by itself.

Those with a `sentence` are shown in the thread as they are.
"""

from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32


class Saving(StrEnum):
    """The steps down when a budget is short, in their order."""

    NO_VERIFICATION = "no_verification"
    CHEAPER_MODEL = "cheaper_model"
    FEWER_WORKERS = "fewer_workers"
    NO_CRITIC = "no_critic"


@dataclass(frozen=True, slots=True)
class Retried:
    """A request failed in a way that may pass, so the same call is made again."""

    place: str
    model: str
    attempt: int
    sentence: str

    @property
    def key(self) -> str:
        return f"retried/{self.place}/{self.model}/{self.attempt}"


@dataclass(frozen=True, slots=True)
class EndpointSaid:
    """Why an endpoint did not answer a request, in its own words: for the operator, who reads them in `show`."""

    place: str
    agent: str
    model: str
    words: str

    @property
    def key(self) -> str:
        return f"endpoint-said/{self.place}/{self.model}/{crc32(self.words.encode()):08x}"


@dataclass(frozen=True, slots=True)
class FellBack:
    """A role's model stayed unavailable, so another answers for it from here on."""

    role: str
    model: str
    fallback: str
    sentence: str

    @property
    def key(self) -> str:
        return f"fell-back/{self.role}/{self.model}"


@dataclass(frozen=True, slots=True)
class Degraded:
    """The budget is short, and this is what the version goes without."""

    version: int
    saving: Saving
    sentence: str

    @property
    def key(self) -> str:
        return f"v{self.version}/degraded/{self.saving}"


@dataclass(frozen=True, slots=True)
class Announced:
    """A sentence that the thread should read; `place` makes it unique in the run."""

    sentence: str
    place: str

    @property
    def key(self) -> str:
        return f"announced/{self.place}"


@dataclass(frozen=True, slots=True)
class KeptIn:
    """Something was not looked up outside, because the question put there could have given away what is private."""

    sentence: str
    key: str = "kept-in"


@dataclass(frozen=True, slots=True)
class RevisedItself:
    """The run goes on to `version` to fix its critic's notes, without waiting for a person."""

    version: int
    note_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"v{self.version}/revised-itself"


@dataclass(frozen=True, slots=True)
class RevisionAbandoned:
    """`version` was not written: the one before it counts, and a person decides on that."""

    version: int
    sentence: str

    @property
    def key(self) -> str:
        return f"v{self.version}/abandoned"
