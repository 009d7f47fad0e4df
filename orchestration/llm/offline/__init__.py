"""The offline model: quotes from the library, no verdicts, no network."""

from orchestration.llm.offline.model import OfflineModel

__all__ = ["OfflineModel"]
