"""Who may ask, decide, stop and see the team's money. Every answer is None or the sentence that says why not."""

from collections.abc import Sequence

from bot.incoming.people import People
from bot.setup.settings import Settings
from orchestration.values.domain import Run

NO_PERSON = "I only answer people, not apps or deactivated accounts."


class Permissions:
    def __init__(self, settings: Settings, people: People) -> None:
        self._reviewers = settings.reviewers
        self._owners = settings.budget_owners
        self._people = people

    async def asking(self, user_id: str) -> str | None:
        """Guests and people of other organisations would spend the team's money on what they may not see."""
        person = await self._people.person(user_id)
        if not person.is_person:
            return NO_PERSON
        if person.is_guest or person.is_external:
            who = "guests" if person.is_guest else "people of other organisations"
            return f"I only answer full members of this workspace, not {who}. Ask a colleague to ask for you."
        return None

    async def reviewing(self, user_id: str, run: Run) -> str | None:
        if await self._may_review(user_id, run):
            return None
        return f"You may not decide on this draft: {await self._who_reviews(run)} may."

    async def answering(self, user_id: str, run: Run) -> str | None:
        """Who asked knows what was meant; who decides on drafts may decide what one costs."""
        if await self._asked(user_id, run) or await self._may_review(user_id, run):
            return None
        who = await self._name(run.question.user_id)
        return f"You may not answer for this run: {who}, who asked, or a reviewer may."

    async def stopping(self, user_id: str, run: Run) -> str | None:
        """Who may stop a run may also set it going again."""
        if await self._asked(user_id, run) or await self._may_review(user_id, run) or await self.owns_budgets(user_id):
            return None
        who = await self._name(run.question.user_id)
        return f"You may not stop or resume this run: {who}, who asked, or a budget owner may."

    async def owns_budgets(self, user_id: str) -> bool:
        person = await self._people.person(user_id)
        if self._owners == ("admins",):
            return person.is_admin and person.is_full_member
        return await self._is_named(user_id, self._owners)

    async def budget_owners(self) -> str:
        """As people say it."""
        if self._owners == ("admins",):
            return "an admin of this workspace"
        return " or ".join([await self._name(name) for name in self._owners])

    async def _may_review(self, user_id: str, run: Run) -> bool:
        if self._reviewers == ("requester",):
            return await self._asked(user_id, run)
        if self._reviewers == ("anyone",):
            return (await self._people.person(user_id)).is_full_member
        return await self._is_named(user_id, self._reviewers)

    async def _asked(self, user_id: str, run: Run) -> bool:
        return user_id == run.question.user_id and (await self._people.person(user_id)).is_person

    async def _is_named(self, user_id: str, names: Sequence[str]) -> bool:
        if not (await self._people.person(user_id)).is_person:
            return False
        if user_id in names:
            return True
        groups = [name for name in names if name.startswith("S")]
        return any([user_id in await self._people.members(group) for group in groups])

    async def _who_reviews(self, run: Run) -> str:
        if self._reviewers == ("requester",):
            return f"only {await self._name(run.question.user_id)}, who asked,"
        if self._reviewers == ("anyone",):
            return "any full member of this workspace (no guests)"
        return "only " + ", ".join([await self._name(name) for name in self._reviewers])

    async def _name(self, who: str) -> str:
        return f"the user group {who}" if who.startswith("S") else f"@{await self._people.name_of(who)}"
