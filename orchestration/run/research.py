"""The whole way of a run on one page: take up → route → draft → critique → review."""

import logging

from orchestration.agents.toolbox import fix_tools
from orchestration.context.run_context import RunContext
from orchestration.context.services import Services
from orchestration.routing.router import named_parts
from orchestration.run.consent import clarified
from orchestration.run.criticism import criticise
from orchestration.run.drafting import write_draft
from orchestration.run.economy import economise
from orchestration.run.ending import hand_over, to_its_end
from orchestration.run.opening import choose_route
from orchestration.run.self_correction import goes_on_by_itself
from orchestration.tools.shown import remember_all
from orchestration.values.domain import Run, Steering
from orchestration.values.errors import RunStuck

log = logging.getLogger(__name__)


class Research:
    """Drives runs, one segment at a time: until the run is complete or waits for a person."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._said: dict[str, list[Steering]] = {}

    async def drive(self, run_id: str) -> None:
        """Works the run's next segment to its end; every end is a status and an event.

        Cancellation from outside parks the run as `queued` unless a person cancelled it; what was paid for is kept.
        """
        try:
            run = await self._services.run_log.take_up(run_id)
        except RunStuck as error:
            log.error(error.sentence, extra={"run_id": run_id})
            return
        if run is None:
            return
        # Open before the history is read, so that nothing said meanwhile falls between the two.
        said = self._said[run_id] = []
        try:
            await to_its_end(await self._taken_up(run, said), segment)
        finally:
            del self._said[run_id]

    def steer(self, run_id: str, steering: Steering) -> None:
        """Hands a message to a run that is being worked on; its agents hear it before their next call."""
        said = self._said.get(run_id)
        if said is not None and steering not in said:
            said.append(steering)

    async def _taken_up(self, run: Run, said: list[Steering]) -> RunContext:
        ctx = await RunContext.taken_up(run, self._services, said)
        ctx.run = clarified(run, ctx.history)
        remember_all(ctx)
        return ctx


async def segment(ctx: RunContext) -> None:
    """From where the run is to where it is complete or a person decides."""
    route = await choose_route(ctx)
    if route is None:
        return  # a person is asked first
    ctx.names = route.names or named_parts(ctx.run.question, route.strategy)
    await fix_tools(ctx)
    await economise(ctx, route)
    going_on = True
    while going_on:
        draft = await write_draft(ctx, route)
        critique = await criticise(ctx, route, draft)
        going_on = draft is not None and await goes_on_by_itself(ctx, critique)
    await hand_over(ctx, route, critique)
