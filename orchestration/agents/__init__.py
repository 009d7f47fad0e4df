"""Agents: one file a role (instructions, input, output), `loop` that works one, `chat` that calls a model."""
