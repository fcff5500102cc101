"""Work on resources in dependency order, and side by side where they do not depend on each other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from ministack.services.cloudformation.engine import _extract_deps

Dependencies = dict[str, set[str]]


def dependencies(definitions: dict, logical_ids: Iterable[str]) -> Dependencies:
    """What each resource refers to or names in DependsOn, among `logical_ids`."""
    ids = set(logical_ids)
    return {lid: _extract_deps(definitions.get(lid) or {}, ids) - {lid} for lid in ids}


def reversed_dependencies(forward: Dependencies) -> Dependencies:
    """What depends on each resource: the order of deletes."""
    backward: Dependencies = {lid: set() for lid in forward}
    for lid, needed in forward.items():
        for other in needed:
            backward[other].add(lid)
    return backward


async def in_order(order: list[str], waits_for: Dependencies, work: Callable[[str], Awaitable[bool]]) -> None:
    """Run `work` on each id as soon as all it waits for has succeeded; what waits for a failure never starts."""
    outcome: dict[str, asyncio.Future[bool]] = {lid: asyncio.get_running_loop().create_future() for lid in order}

    async def run(lid: str) -> None:
        ready = True
        for other in waits_for.get(lid, ()):
            if other in outcome:
                ready = await asyncio.shield(outcome[other]) and ready
        try:
            done = ready and await work(lid)
        except BaseException as error:
            # Those who wait must not wait for ever, whatever happened.
            outcome[lid].set_result(False)
            raise error
        outcome[lid].set_result(done)

    # One task each: context variables that MiniStack's handlers set stay with their resource.
    await asyncio.gather(*(asyncio.create_task(run(lid)) for lid in order))
