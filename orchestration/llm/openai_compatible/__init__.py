"""Any OpenAI-compatible endpoint: what is sent, what comes back in whatever shape, and what a refusal means."""

from orchestration.llm.openai_compatible.model import OpenAICompatibleModel as OpenAICompatibleModel
