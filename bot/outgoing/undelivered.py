"""What becomes of an answer whose channel takes no messages any more: the asker gets it alone."""

from dataclasses import replace
from typing import Any

from bot.outgoing.blocks.elements import actions, button, section
from bot.outgoing.blocks.mrkdwn import escape
from storage.threads.posts import Post


def to_asker(post: Post, user_id: str) -> list[Post]:
    """The message for their eyes, without the buttons that belong in its thread, and a way to post it there again."""
    said = (
        f"I could not post this in <#{escape(post.channel_id)}>: the channel is archived, restricted or I am not in it "
        "any more. The answer is paid for and kept. Once the channel takes messages again, *Post again* only posts it."
    )
    again = actions(button("Post again", "post_again", post.run_id, style="primary"))
    direct = replace(post, channel_id=user_id, thread_ts="")
    notice: dict[str, Any] = {"text": said, "blocks": [section(said), again]}
    kept = [block for block in post.payload["blocks"] if block["type"] != "actions"]
    answer = {"text": post.payload["text"], "blocks": kept}
    return [replace(direct, slot="dm/notice", payload=notice), replace(direct, slot=f"dm/{post.slot}", payload=answer)]
