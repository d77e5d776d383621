"""What becomes of each place, by what the tags mean; and the text with what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from lightship.errors import LightshipError
from lightship.pins.pin_choice import PinChoice, PinTask
from lightship.pins.pin_place import PinPlace, Target, pinned, unpinned
from lightship.pins.pin_report import PinResult, PinState
from lightship.pins.tag_meaning import TagMeaning
from lightship.record import record
from lightship.text import Edit, Lines, apply_edits

Find = Callable[[str], Sequence[PinPlace]]
Wanted = tuple[Target, str]  # an image or a repository of actions, and a tag
Meaning = TagMeaning | LightshipError
_NO_TAG = "no tag is beside it, so nothing tells what to renew it to"
_OFFLINE = "nothing was asked for its digest or commit"
_NEEDED = "no tag is beside it that could stand for it alone"


@record(eq=False)
class PinnableFile:
    """A file, its text, and the places in it that name images; `find` finds those of a text.

    `mark` is a byte order mark before the text. `choice` says which places are meant.
    """

    path: str
    text: str
    find: Find
    places: Sequence[PinPlace]
    choice: PinChoice
    mark: str = ""

    def asked(self, task: PinTask) -> Iterator[tuple[Wanted, str]]:
        """What the task has to look up, and the pin that is there."""
        for place in self.places:
            wanted = self.wanted(place, task)
            if wanted is not None:
                yield wanted, place.pin

    def wanted(self, place: PinPlace, task: PinTask) -> Wanted | None:
        """What the task has to look up of a place; None for nothing."""
        if place.target is None or not self.choice.looks_up(place, task):
            return None
        return place.target, place.tag


class PinJudge:
    """Says what becomes of places; `meaning` gives what was looked up."""

    def __init__(self, task: PinTask, meaning: Callable[[Wanted], Meaning]) -> None:
        self._task = task
        self._meaning = meaning

    def results(self, file: PinnableFile) -> Iterator[PinResult]:
        """What becomes of each place of a file; one that is not meant stays as it is."""
        lines = Lines(file.text)
        for place in file.places:
            position = lines.position(place.span.start)
            state = _state(place)
            result = PinResult(file.path, position, place, state, why=place.why)
            yield self._judged(result, file)

    def _judged(self, result: PinResult, file: PinnableFile) -> PinResult:
        place = result.place
        if not file.choice.takes(place):
            return result
        if self._task is PinTask.REMOVE:
            return _removed(result, file.text)
        wanted = file.wanted(place, self._task)
        if wanted is None:
            return _kept(result, offline=file.choice.offline)
        meaning = self._meaning(wanted)
        return _compared(result, meaning)

    def edited(self, file: PinnableFile, results: Iterable[PinResult]) -> str:
        """The text of a file with what is new in it; several places may share one default."""
        edits: dict[Edit, None] = {}
        for result in results:
            if not result.new:
                continue
            if self._task is PinTask.REMOVE:
                own = unpinned(result.place, file.text)
            else:
                _, _, pin = result.new.partition("@")
                own = pinned(result.place, pin)
            edits.update(dict.fromkeys(own))
        return apply_edits(file.text, edits)


def _state(place: PinPlace) -> PinState:
    """What a place is before anything is looked up."""
    if place.pin:
        return PinState.PINNED
    return PinState.UNPINNED if place.is_foreign else PinState.LEFT


def _kept(result: PinResult, *, offline: bool) -> PinResult:
    """A place that was not looked up."""
    if offline and result.state is PinState.UNPINNED:
        return replace(result, why=result.why or _OFFLINE)
    if result.place.pin and not result.place.tag:
        return replace(result, why=_NO_TAG)
    return result


def _removed(result: PinResult, text: str) -> PinResult:
    """A place whose digest is taken away."""
    place = result.place
    if not place.pin:
        return result
    if not unpinned(place, text):
        return replace(result, why=place.why or _NEEDED)
    return replace(result, new=place.named_without)


def _compared(result: PinResult, meaning: Meaning) -> PinResult:
    """A place beside what its tag means today."""
    if not isinstance(meaning, TagMeaning):
        return replace(result, state=PinState.FAILED, why=str(meaning))
    place = result.place
    if meaning.lacks(place.platform):
        has = ", ".join(meaning.platforms)
        why = f"its index has nothing for {place.platform}, only {has}"
        return replace(result, state=PinState.FAILED, why=why)
    if place.pin == meaning.digest:
        return replace(result, platforms=meaning.platforms)
    return replace(
        result,
        state=PinState.STALE if place.pin else PinState.UNPINNED,
        new=place.named_with(meaning.digest),
        platforms=meaning.platforms,
    )
