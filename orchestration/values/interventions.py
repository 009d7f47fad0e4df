"""What owners do to runs that wait for room or work: a top-up, a pause, and its end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CapChanged:
    """Somebody changed a cap that this run's calls have to fit under; None is no limit."""

    change_id: str
    scope: str
    before_nano_usd: int | None
    after_nano_usd: int | None
    user_id: str
    epoch: int = 0
    """Of the pause that it made room for; 0 where the run did not wait for it."""

    @property
    def key(self) -> str:
        return f"cap/{self.change_id}"


@dataclass(frozen=True, slots=True)
class Held:
    """No new call leaves until an owner resumes work."""

    pause_id: str
    user_id: str
    reason: str = ""

    @property
    def key(self) -> str:
        return f"held/{self.pause_id}"


@dataclass(frozen=True, slots=True)
class HeldBecause:
    pause_id: str
    reason: str

    @property
    def key(self) -> str:
        return f"held/{self.pause_id}/{self.reason}"


@dataclass(frozen=True, slots=True)
class LetGo:
    pause_id: str
    user_id: str

    @property
    def key(self) -> str:
        return f"let-go/{self.pause_id}"
