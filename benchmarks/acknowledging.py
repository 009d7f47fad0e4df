"""How long Slack waits for the acknowledgement of a mention while the bot reads hostile files.

`serve` runs in a process of its own with the offline model; each mention starts a run. Each bomb is a PDF that is
shared with a question, and shared again as soon as it is refused, so that as many are always being read.
Where the machine does other work too, compare a row with the first: the clock cannot tell whose work it was.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from foreign_files import pdf_bomb  # noqa: E402

from bot.simulator import Simulator  # noqa: E402

MENTIONS = 120
EVERY_SECONDS = 0.5
WARM_UP = 10
LOADS = {"nothing else": 0, "2 bombs": 2, "4 bombs": 4}
RESEARCH, MARKET = "C0RESEARCH", "C0MARKET"


async def measured(bombs: int) -> tuple[list[float], int]:
    """Seconds to each acknowledgement, sorted, and how many bombs were refused meanwhile."""
    bomb = pdf_bomb()
    async with served() as slack:
        for _ in range(WARM_UP):
            await ask(slack)
        attackers = [asyncio.create_task(attack(slack, bomb)) for _ in range(bombs)]
        if bombs:
            await asyncio.sleep(3.0)  # until they are being read
        begun = len(slack.deliveries)
        for _ in range(MENTIONS):
            await ask(slack)
        await slack.until(lambda: len(acknowledged(slack, begun)) >= MENTIONS, 60)
        for attacker in attackers:
            attacker.cancel()
        return sorted(acknowledged(slack, begun)), said_no(slack.workspace.in_channel(MARKET))


@asynccontextmanager
async def served() -> AsyncIterator[Simulator]:
    slack = Simulator(yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8")))
    await slack.start()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "THREADWORK_HEALTH_PORT": "0",
        }
        quiet = subprocess.DEVNULL
        command = (sys.executable, "-m", "bot", "serve")
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, env=environment, stdout=quiet, stderr=quiet
        )
        try:
            await slack.until(lambda: slack.sockets.connections, 60)
            yield slack
        finally:
            process.kill()
            await process.wait()
            await slack.stop()


async def ask(slack: Simulator) -> None:
    await slack.post("U0ANA", RESEARCH, f"<@{slack.bot_user_id}> How does Flask handle time zones? --strategy single")
    await asyncio.sleep(EVERY_SECONDS)


async def attack(slack: Simulator, bomb: bytes) -> None:
    while True:
        ask_about = f"<@{slack.bot_user_id}> What does it say?"
        ts = await slack.post("U0BEN", MARKET, ask_about, files=[("bomb.pdf", bomb)])
        await slack.until(lambda ts=ts: said_no(slack.thread(MARKET, ts)), 600)


def said_no(messages: Sequence[Mapping[str, Any]]) -> int:
    return sum("I did not read" in str(message) for message in messages)


def acknowledged(slack: Simulator, begun: int) -> list[float]:
    """Of mentions without a file."""
    return [
        delivery.seconds
        for delivery in slack.deliveries[begun:]
        if (event := delivery.envelope.payload.get("event", {})).get("type") == "app_mention"
        and event.get("channel") == RESEARCH
    ]


def main() -> None:
    print(f"{MENTIONS} mentions, one each {EVERY_SECONDS} s; milliseconds to the acknowledgement")
    print(f"{'beside it':16}{'p50':>8}{'p99':>8}{'worst':>8}{'bombs refused':>16}{'load of 2 cores':>18}")
    for name, bombs in LOADS.items():
        seconds, refused = asyncio.run(measured(bombs))
        p50, p99 = (seconds[int(len(seconds) * share)] * 1000 for share in (0.5, 0.99))
        load = os.getloadavg()[0]
        print(f"{name:16}{p50:8.0f}{p99:8.0f}{seconds[-1] * 1000:8.0f}{refused:16}{load:18.1f}", flush=True)


if __name__ == "__main__":
    main()
