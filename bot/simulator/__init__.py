"""The other side of the same door: a strict Slack on this machine, which the bot cannot tell from the real one."""

from bot.simulator.clock import Clock, ManualClock, SystemClock
from bot.simulator.faults import Faults
from bot.simulator.human import ClickOutcome, CommandOutcome, NotPossible, SubmitOutcome
from bot.simulator.server import Simulator
from bot.simulator.webapi import ApiCall
from bot.simulator.workspace import Channel, User, Workspace

__all__ = [
    "ApiCall",
    "Channel",
    "ClickOutcome",
    "Clock",
    "CommandOutcome",
    "Faults",
    "ManualClock",
    "NotPossible",
    "Simulator",
    "SubmitOutcome",
    "SystemClock",
    "User",
    "Workspace",
]
