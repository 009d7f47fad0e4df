"""The small company everybody starts with."""

from bot.simulator.identity import Identity
from bot.simulator.workspace import Channel, User, Workspace

_PEOPLE = (
    User("U0ANA", "ana", "Ana", is_admin=True),
    User("U0BEN", "ben", "Ben"),
    User("U0CHLOE", "chloe", "Chloé"),
    User("U0DAN", "dan", "Dan", is_guest=True),
)
_EVERYBODY = [person.id for person in _PEOPLE]


def demo_workspace(identity: Identity, bot_name: str) -> Workspace:
    bot = User(identity.bot_user_id, bot_name, bot_name, is_bot=True)
    channels = [
        _channel("research", bot, _EVERYBODY),
        _channel("market", bot, ["U0ANA", "U0BEN", "U0CHLOE"]),
        _channel("strategy", bot, ["U0ANA", "U0BEN"], is_private=True),
        *(_direct_message(person, bot) for person in _PEOPLE),
    ]
    return Workspace(
        team_id=identity.team_id,
        team_name="Demo workspace",
        users={user.id: user for user in (*_PEOPLE, bot)},
        channels={channel.id: channel for channel in channels},
        usergroups={"S0LEADS": ["U0ANA", "U0BEN"]},
    )


def _channel(name: str, bot: User, members: list[str], is_private: bool = False) -> Channel:
    return Channel(f"C0{name.upper()}", name, [*members, bot.id], is_private=is_private)


def _direct_message(person: User, bot: User) -> Channel:
    return Channel(f"D0{person.name.upper()}", "", [person.id, bot.id], is_private=True, user=person.id)
