"""Which steps BuildKit lists: of those that are one and the same, one."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.keys.keys import Key, Keyed
from lightship.cache.plan.plan import Planned


def unique_steps(keyed: Sequence[Keyed]) -> list[Keyed]:
    """Without those that another step does as well.

    BuildKit builds equal steps once, under the name of the one that its graph reaches last, going
    from the target's last step to what is below, then to what is read (client/llb: State.Marshal).
    """
    owner: dict[Key, int] = {}
    for number in _in_order([each.step for each in keyed]):
        key = keyed[number].key
        if key is not None:
            owner[key] = number
    return [
        each
        for each in keyed
        if each.key is None or owner.get(each.key, each.step.number) == each.step.number
    ]


def _in_order(steps: Sequence[Planned]) -> list[int]:
    """The numbers of the steps in the order in which the graph is written down, each after
    what it needs.
    """
    found: list[int] = []
    seen: set[int] = set()
    waiting = [(steps[-1].number, False)] if steps else []
    while waiting:
        number, is_done = waiting.pop()
        if is_done:
            found.append(number)
        elif number not in seen:
            seen.add(number)
            waiting.append((number, True))
            waiting += [(needed, False) for needed in reversed(steps[number].after)]
    return found
