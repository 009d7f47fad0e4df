"""A line of a report: a quote with its source, or what was not found."""

from dataclasses import dataclass

from orchestration.llm.offline.units import Unit

NOTHING = "nothing found in the library"
WIDER = "also not with a wider search"
CANNOT = "the offline model only quotes"
NOTHING_WIDER = f"{NOTHING}, {WIDER}"


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    quote: Unit | None
    missing: str = NOTHING
    """Said where there is no quote."""

    def __str__(self) -> str:
        if not self.label:
            return f"- {self.quote.cited}" if self.quote else f"{self.missing[:1].upper()}{self.missing[1:]}."
        return f"- **{self.label}:** {self.quote.cited if self.quote else self.missing + '.'}"
