"""`threadwork demo`: a local workspace, the real bot and the offline model in one process.

The workspace forgets its messages when it stops, so every start has a fresh database too: a bot that remembers
runs of threads that nobody can see would only confuse.
"""

import errno
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from bot.bootstrap import Services, open_services
from bot.connection.introduction import manifest
from bot.local_files import files
from bot.playground.server import PlaygroundServer
from bot.serve import serve
from bot.setup.local_team import LOCAL_TEAM
from bot.setup.settings import Settings, load_demo
from bot.simulator.server import Simulator
from orchestration.values.errors import OperatorError
from storage.engine.driver import is_locked

FILE = Path(".threadwork-demo.db")
NOTICE = "Local demo: prices are demo prices, nothing is charged"
HANDBOOK = Path(__file__).parent / "simulator" / "handbook"
NOT_A_PAGE = "LICENSE.md"
PLAYGROUND = {"title": "Playground", "url": "/playground"}


async def run(port: int, announce: Callable[[str], None]) -> None:
    """Until Ctrl-C. `announce` gets what a person has to know once the page can be opened."""
    playground = PlaygroundServer("demo")
    simulator = Simulator(manifest(), port=port, notice=NOTICE, routes=playground.routes(), links=[PLAYGROUND])
    await _listen(simulator, port)
    try:
        start_fresh()
        configured = settings_for(simulator)
        for team_id in (simulator.team_id, LOCAL_TEAM):
            await load_handbook(configured, team_id)

        def ready(services: Services) -> None:
            playground.use(services)
            announce(f"The workspace is at {simulator.url}\n{NOTICE}. Ctrl-C stops it.")

        await serve(configured, ready=ready)
    finally:
        playground.close()
        await simulator.stop()


def settings_for(simulator: Simulator) -> Settings:
    """Port 0 for health: a demo next to a running `serve` must not fight for its port."""
    return load_demo(
        slack_bot_token=SecretStr(simulator.bot_token),
        slack_app_token=SecretStr(simulator.app_token),
        slack_api_url=simulator.api_url,
        database_url=f"sqlite+aiosqlite:///{FILE}",
        health_port=0,
    )


def start_fresh() -> None:
    if is_locked(FILE.with_name(f"{FILE.name}.lock")):
        raise OperatorError(
            "A demo is already running in this folder. Stop it first, or start this one in another folder."
        )
    for end in ("", "-wal", "-shm"):
        FILE.with_name(FILE.name + end).unlink(missing_ok=True)


async def load_handbook(configured: Settings, team_id: str) -> int:
    pages = sorted(path for path in HANDBOOK.glob("*.md") if path.name != NOT_A_PAGE)
    async with open_services(configured) as services:
        shelf = files.Shelf(services.library, services.files, files.Audience(team_id, public=True))
        outcome = await shelf.add(pages)
    return len(outcome.added)


async def _listen(simulator: Simulator, port: int) -> None:
    try:
        await simulator.start()
    except OSError as error:
        await simulator.stop()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        taken = "is in use" if error.errno == errno.EADDRINUSE else "may not be used"
        raise OperatorError(f"Port {port} {taken}. Name another one: threadwork demo --port {port + 1}") from error
