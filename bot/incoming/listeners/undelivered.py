"""*Post again*, in the direct message that an asker got because the channel took none."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incoming.answering import pressed
from bot.incoming.click import Click
from bot.incoming.door import Door
from orchestration.values.errors import AskerError


def register(app: AsyncApp, door: Door) -> None:
    async def post_again(body: dict[str, Any]) -> str:
        click = Click.of_button(body)
        run = await door.services.runs.get(click.run_id)
        if run.question.user_id != click.user_id or run.question.conversation.team_id != click.team_id:
            raise AskerError("Only the person who asked can have this posted again.")
        channel_id = run.question.conversation.channel_id
        door.people.forget(channel_id)
        if not (await door.people.place(channel_id)).is_joined:
            raise AskerError(f"I am not in the channel. Write `/invite @{door.bot.name}` there, then press again.")
        if await door.services.posts.again(run.run_id):
            return "On its way to the channel. No model is asked and nothing is paid."
        return "There is nothing left to post: the channel has it."

    app.action("post_again")(pressed(door, post_again))
