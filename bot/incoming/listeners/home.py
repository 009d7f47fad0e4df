"""The App Home: the viewer's runs, budget and spend, as they may see them."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.incoming.door import Door
from bot.incoming.money_report import MoneyReport
from bot.outgoing.blocks.home import home

log = structlog.get_logger()


def register(app: AsyncApp, door: Door) -> None:
    reports = MoneyReport(door)
    settings = door.services.settings

    async def listener(event: dict[str, Any]) -> None:
        if event.get("tab") != "home":
            return
        try:
            runs = await reports.history(event["user"], None)
            report = await reports.own_or_team(event["user"])
            view = home(runs, report, offline=settings.offline, demo=settings.demo, owners=reports.owners())
            await door.outbox.publish_home(event["user"], view)
        except Exception:
            # Opening the tab again publishes it again.
            log.exception("home_failed", user=event.get("user"))

    app.event("app_home_opened")(listener)
