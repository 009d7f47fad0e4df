"""Work that goes on at the same time, and of which nothing is cut off because a part of it failed."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def side_by_side(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All of it to its end, then the first failure if there was one.

    Not a task group: a cap that stops one worker must not cut off the paid calls of the others.
    """
    results = await asyncio.gather(*work, return_exceptions=True)
    if failure := next((result for result in results if isinstance(result, BaseException)), None):
        raise failure
    return [result for result in results if not isinstance(result, BaseException)]
