"""The steps of a Dockerfile, found by the names that BuildKit's progress has for them."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.cache.times.listed_steps import ListedStep, Place, loose
from lightship.record import record
from lightship.regex import regex

_HEAD = regex(
    r"\[([^\]]{0,200}?)\s*([0-9]{1,6})/([0-9]{1,6})\] ([A-Za-z]{1,20})(?:\s|\Z)"
)


@record
class StepName:
    """What a name in BuildKit's progress says: `[TARGET PLATFORM STAGE 2/5] RUN make`.

    Each of the three may be absent: a stage that is alone is not named. `shown` is the instruction,
    `text` the same as `loose` leaves it.
    """

    place: Place
    keyword: str
    shown: str

    @property
    def text(self) -> str:
        return loose(self.shown)


def read_name(name: str) -> StepName | None:
    """The step of a Dockerfile that a name is of; None for a step of BuildKit's own."""
    head = _HEAD.match(name)
    if head is None:
        return None
    before, number, total, word = head.groups()
    stage = ""
    words = before.split()
    if words:
        stage = words[-1]
    place = Place(stage, int(number), int(total))

    keyword = word.upper()
    end = head.end(4)
    rest = name[end:]
    return StepName(place, keyword, keyword + rest)


class StepsByName:
    """The steps of a Dockerfile, to be found by what BuildKit calls them."""

    def __init__(self, listed: Sequence[ListedStep]) -> None:
        self._listed = listed
        self._by_place: dict[Place, ListedStep] = {}
        self._by_stage: dict[str, list[ListedStep]] = {}
        for step in listed:
            place = step.place
            self._by_place.setdefault(place, step)
            of_stage = self._by_stage.setdefault(place.stage, [])
            of_stage.append(step)

    def at_place(self, name: StepName) -> ListedStep | None:
        """The step where a name says that it stands; a stage that is not known has no name."""
        place = name.place
        if place.stage not in self._by_stage:
            place = place._replace(stage="")
        return self._by_place.get(place)

    def with_text(self, name: StepName) -> ListedStep | None:
        """The step of that text: the one at its place, else the only one of its stage, or of
        all.
        """
        at_place = self.at_place(name)
        if at_place is not None and _is_named(at_place, name):
            return at_place

        stage = name.place.stage
        unnamed = self._by_stage.get("", [])
        of_stage = self._by_stage.get(stage, unnamed)
        only = _only(of_stage, name)
        if only is not None:
            return only
        return _only(self._listed, name)


def _only(steps: Sequence[ListedStep], name: StepName) -> ListedStep | None:
    """The only one of `steps` that has that text."""
    same = [step for step in steps if _is_named(step, name)]
    if len(same) == 1:
        return same[0]
    return None


def _is_named(step: ListedStep, name: StepName) -> bool:
    if step.keyword != name.keyword:
        return False
    return step.has_text(name.text)
