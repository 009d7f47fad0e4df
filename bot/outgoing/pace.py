"""How fast Slack lets an app write, kept before Slack has to say so."""

from dataclasses import dataclass, field

UPDATES_BURST, UPDATES_A_SECOND = 10, 40 / 60
"""Of `chat.update` for a workspace: at most 50 in any minute."""
POSTS_BURST, POSTS_A_SECOND = 3, 1.0
"""Of new messages for a channel."""
FIRST_EDIT_SECONDS, EDIT_SECONDS = 1.0, 3.0
"""Between a board's posting and its first edit, and between two edits."""
REMEMBERED_BOARDS = 1_000
RESERVED = 4
"""Updates that boards of running work leave to those that end something or carry a decision."""


@dataclass(slots=True)
class Bucket:
    burst: int
    a_second: float
    tokens: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = float(self.burst)

    def wait(self, now: float, *, leave: int = 0) -> float:
        """Seconds until one more may be taken and `leave` are still there."""
        self._refill(now)
        return max(0.0, (1 + leave - self.tokens) / self.a_second)

    def take(self, now: float) -> None:
        self._refill(now)
        self.tokens -= 1

    def _refill(self, now: float) -> None:
        self.tokens = min(float(self.burst), self.tokens + max(0.0, now - self.at) * self.a_second)
        self.at = now


class Pace:
    """The budgets of one process: per workspace for edits, per channel for posts, per board, and what a 429 said."""

    def __init__(self) -> None:
        self._updates: dict[str, Bucket] = {}
        self._posts: dict[str, Bucket] = {}
        self._boards: dict[str, float] = {}
        self._closed: dict[str, float] = {}

    def close(self, method: str, until: float) -> None:
        """Nothing goes to this method before: Slack said so."""
        self._closed[method] = max(until, self._closed.get(method, 0.0))

    def closed(self, method: str, now: float) -> float:
        """Seconds until the method may be called again."""
        return max(0.0, self._closed.get(method, 0.0) - now)

    def before_post(self, channel_id: str, now: float) -> float:
        bucket = self._channel(channel_id)
        return max(self.closed("chat.postMessage", now), bucket.wait(now))

    def posted(self, channel_id: str, now: float, *, board: str = "") -> None:
        self._channel(channel_id).take(now)
        self._rest(board, now + FIRST_EDIT_SECONDS, now)

    def before_update(self, team_id: str, now: float, *, board: str = "", live: bool = False) -> float:
        """`live` marks an edit that a later one will replace: it waits longest."""
        bucket = self._workspace(team_id)
        due = self._boards.get(board, 0.0) - now if board else 0.0
        return max(0.0, due, self.closed("chat.update", now), bucket.wait(now, leave=RESERVED if live else 0))

    def updated(self, team_id: str, now: float, *, board: str = "") -> None:
        self._workspace(team_id).take(now)
        self._rest(board, now + EDIT_SECONDS, now)

    def _rest(self, board: str, until: float, now: float) -> None:
        if not board:
            return
        if len(self._boards) >= REMEMBERED_BOARDS:
            self._boards = {name: due for name, due in self._boards.items() if due > now}
        self._boards[board] = until

    def _channel(self, channel_id: str) -> Bucket:
        return self._posts.setdefault(channel_id, Bucket(POSTS_BURST, POSTS_A_SECOND))

    def _workspace(self, team_id: str) -> Bucket:
        return self._updates.setdefault(team_id, Bucket(UPDATES_BURST, UPDATES_A_SECOND))
