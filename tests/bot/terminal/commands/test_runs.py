import asyncio
from pathlib import Path
from typing import Any

from model_server import ModelServer, status


async def test_show_says_what_a_run_had_to_do_without(terminal: Any, library: Path, model: ModelServer) -> None:
    terminal.settings["THREADWORK_FALLBACK_MODEL"] = "gpt-4.1-mini"
    model.faults["single"].append(status(404))
    said = await asyncio.to_thread(terminal.run, "ask", "How is Flask installed?", "--json")
    shown = await asyncio.to_thread(terminal.run, "show", said.json["run_id"])
    assert "Note: test-model is unavailable, so gpt-4.1-mini answers as single." in shown.out, said.err
