"""A model for tests that follows an exact script: an unexpected call and an unused line are both failures."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from orchestration.values.domain import Usage
from orchestration.values.ports import ChatRequest, Completion, ModelCallFailed

Reply = Completion | ModelCallFailed | Callable[[ChatRequest], Completion]


class UnexpectedCall(AssertionError):
    """The script has no line left for this role."""


class UnusedLines(AssertionError):
    """The script was not played to its end."""


class ScriptedModel:
    """Lines by role, in order within the role: parallel workers need no order between each other."""

    def __init__(self, script: Mapping[str, Iterable[Reply]]) -> None:
        self._lines: dict[str, deque[Reply]] = defaultdict(
            deque, {role: deque(lines) for role, lines in script.items()}
        )
        self.requests: list[ChatRequest] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()

    async def complete(self, request: ChatRequest) -> Completion:
        self.requests.append(request)
        if not self._lines[request.agent]:
            raise UnexpectedCall(f"unexpected call of {request.agent}: {request.messages[-1]}")
        line = self._lines[request.agent].popleft()
        if isinstance(line, ModelCallFailed):
            raise line
        return line(request) if callable(line) else line

    def finish(self) -> None:
        """Raises UnusedLines, naming the roles that still had something to say."""
        left = {role: len(lines) for role, lines in self._lines.items() if lines}
        if left:
            raise UnusedLines(f"unused lines: {left}")


USAGE = Usage(input_tokens=100, output_tokens=50)


def says(text: str, *, usage: Usage | None = USAGE) -> Completion:
    return Completion(text=text, finish_reason="stop", usage=usage)
