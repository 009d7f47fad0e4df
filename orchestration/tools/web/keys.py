"""Which search engine an operator has set up, by the keys that there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keys:
    tavily: str | None = None
    brave: str | None = None
    searxng: str | None = None
    """The base address of a SearXNG."""

    @property
    def provider(self) -> str | None:
        """The first that is set up, in this order."""
        named = ((self.tavily, "tavily"), (self.brave, "brave"), (self.searxng, "searxng"))
        return next((name for key, name in named if key), None)
