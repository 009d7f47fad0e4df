"""What each model's endpoint refuses: found out by sending the same without it, and remembered once that has helped."""

from collections.abc import Iterator, Mapping

from orchestration.llm.openai_compatible.meaning import Kind, named, smaller_cap
from orchestration.llm.openai_compatible.request import parts_of
from orchestration.values.ports import ChatRequest, Refusal

_NAMED_IN_5XX = {"json_schema", "json_object", "system"}


class Refusals:
    def __init__(self) -> None:
        self._known: dict[str, dict[str, Refusal]] = {}

    def dropped(self, request: ChatRequest) -> Mapping[str, Refusal]:
        return {**self._known.get(request.model, {}), **{refusal.part: refusal for refusal in request.without}}

    def cap(self, request: ChatRequest) -> int:
        caps = [r.cap for r in self.dropped(request).values() if r.cap]
        return min([request.max_output_tokens, *caps])

    def next(self, request: ChatRequest, status: int, kind: Kind | None, text: str) -> Refusal | None:
        """What the same request should go without, or None where that would not help.

        By what the text names; where it names nothing that was sent, in a fixed order.
        """
        dropped = self.dropped(request)
        sent = list(parts_of(request, dropped))
        if kind is Kind.CAP:
            return smaller_cap(text, self.cap(request))
        if kind is not None or (status not in (400, 422) and status < 500):
            return None
        found = named(text, sent if "stream" in dropped else [*sent, "stream"])
        if status >= 500:
            return found if found and found.part in _NAMED_IN_5XX else None
        return found or (Refusal(sent[0]) if sent else None)

    def learn(self, request: ChatRequest) -> None:
        """After a request that went well: of what no text named only what was dropped last was certainly refused."""
        for refusal in _certain(request.without):
            self._known.setdefault(request.model, {})[refusal.part] = refusal


def _certain(without: tuple[Refusal, ...]) -> Iterator[Refusal]:
    yield from (refusal for refusal in without[:-1] if refusal.named)
    yield from without[-1:]
