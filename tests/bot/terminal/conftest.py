"""The command line as a user has it: processes of its own, an empty folder, a clean environment."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer
from warm_start import Command, WarmStart

PAGES = {
    "fastapi.md": "# FastAPI\n\n## Getting started\n\nFastAPI is installed with `pip install fastapi`.\n",
    "flask.md": "# Flask\n\n## Getting started\n\nFlask is installed with `pip install Flask`.\n\n"
    "## Licence\n\nFlask has the BSD licence.\n",
}


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)


@dataclass
class Terminal:
    folder: Path
    warm: WarmStart
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> Said:
        return Said(*self.start(*arguments).communicate())

    def start(self, *arguments: str) -> Command:
        return self.warm.threadwork(*arguments, folder=self.folder, settings=self.settings)

    @property
    def database_url(self) -> str:
        return f"sqlite+aiosqlite:///{self.folder / 'threadwork.db'}"

    def newest_run(self) -> dict[str, Any]:
        runs: list[dict[str, Any]] = self.run("runs", "--json").json["runs"]
        return runs[0]


@pytest.fixture
def terminal(tmp_path: Path, warm: WarmStart) -> Terminal:
    return Terminal(tmp_path, warm)


@pytest.fixture
def library(terminal: Terminal) -> Path:
    """A folder with two pages, already added."""
    folder = terminal.folder / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert terminal.run("docs", "add", "pages").code == 0
    return folder


@pytest.fixture
async def model(terminal: Terminal) -> AsyncIterator[ModelServer]:
    """A model endpoint that the terminal's settings name, priced like a small hosted model."""
    prices = terminal.folder / "prices.toml"
    prices.write_text('[models."test-model"]\ninput_usd_per_million = 0.4\noutput_usd_per_million = 1.6\n')
    async with ModelServer() as server:
        terminal.settings |= {
            "OPENAI_BASE_URL": server.base_url,
            "THREADWORK_MODEL": "test-model",
            "THREADWORK_PRICES": str(prices),
        }
        yield server
