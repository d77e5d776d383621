"""`lightship pin`: from files to what pins the images that they name, and writing that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from lightship.builds.yaml_tree import UnreadableError
from lightship.errors import FileError, LightshipError
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.builds import BuildFinder
from lightship.flows.lint import LintRequest
from lightship.flows.pin_files import PinnableFile, pinnable_files, read_pinnable
from lightship.flows.pin_lookup import Meaning, Wanted, look_up
from lightship.pins.pin_place import PinPlace, pinned, unpinned
from lightship.pins.pin_report import PinReport, PinResult, PinState
from lightship.pins.tag_meaning import TagMeaning
from lightship.record import record
from lightship.text import Edit, Lines, TextChange, apply_edits, encode

_TIMEOUT = 30
_NOT_THE_SAME = "with its digests it would not be read as before: pin it by hand"
_NO_TAG = "no tag is beside it, so nothing tells what to renew it to"
_OFFLINE = "nothing was asked for its digest or commit"
_NEEDED = "no tag is beside it that could stand for it alone"


class PinTask(StrEnum):
    """What is done: pin what is not pinned, say whether all is, renew pins, take them away."""

    PIN = "pin"
    CHECK = "check"
    UPDATE = "update"
    REMOVE = "remove"


@record
class PinRequest:
    """What the user says beside the paths.

    `only` and `skip` are patterns of names of images. With `offline` nothing is asked. `timeout` is
    for how many seconds a registry may send nothing.
    """

    lint: LintRequest = field(default_factory=LintRequest)
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    offline: bool = False
    plain_http: bool = False
    timeout: float = _TIMEOUT


def plan_pins(paths: Iterable[str], task: PinTask, request: PinRequest) -> PinReport:
    """What the task makes of the files that the paths name; nothing is written."""
    files: list[PinnableFile] = []
    problems: list[str] = []
    finder = BuildFinder(request.lint.build, many=True)
    for path in pinnable_files(paths, request.lint):
        try:
            files.append(read_pinnable(path, request.lint, finder))
        except LightshipError as error:
            problems.append(str(error))

    meanings = _meanings(files, task, request)
    results: list[PinResult] = []
    changes: dict[str, TextChange] = {}
    for file in files:
        judged = list(_judged(file, task, request, meanings))
        after = _edited(file, judged, task)
        if not _reads_back(file, judged, after):
            problems.append(f"cannot pin {file.path}: {_NOT_THE_SAME}")
            after = file.text
        change = TextChange(file.mark + file.text, file.mark + after, is_there=True)
        if change.is_any:
            changes[file.path] = change
        results += [each for each in judged if _is_asked(each.place, request)]
    return PinReport(tuple(results), changes, tuple(problems))


def _reads_back(file: PinnableFile, results: Iterable[PinResult], after: str) -> bool:
    """Whether the text after the edits names just what is new, at the same places."""
    if after == file.text:
        return True
    expected = [result.new or result.place.name for result in results]
    try:
        found = [place.name for place in file.find(after)]
    except UnreadableError:
        return False
    return found == expected


def _is_asked(place: PinPlace, request: PinRequest) -> bool:
    """Whether the patterns let a place through: of the name with its tag, or without."""
    names = [place.name.partition("@")[0]]
    if place.image is not None:
        names.append(place.image.name)

    def fits(patterns: Sequence[str]) -> bool:
        return any(fnmatchcase(name, each) for name in names for each in patterns)

    return not fits(request.skip) and (not request.only or fits(request.only))


def _meanings(
    files: Iterable[PinnableFile], task: PinTask, request: PinRequest
) -> Mapping[Wanted, Meaning]:
    """What the tags mean that the task has to know."""
    asked = _asked(files, task, request)
    return look_up(asked, plain_http=request.plain_http, patience=request.timeout)


def _asked(
    files: Iterable[PinnableFile], task: PinTask, request: PinRequest
) -> Iterator[tuple[Wanted, str]]:
    """What is looked up, and the pin that is there."""
    for file in files:
        for place in file.places:
            if place.target is not None and _is_looked_up(place, task, request):
                yield (place.target, place.tag), place.pin


def _is_looked_up(place: PinPlace, task: PinTask, request: PinRequest) -> bool:
    """Whether the task has to know what a tag means."""
    if request.offline or not _is_asked(place, request):
        return False
    if task is PinTask.REMOVE or place.end is None or not place.tag:
        return False
    if task is PinTask.PIN:
        return not place.pin
    return bool(place.pin) or task is PinTask.CHECK


def _judged(
    file: PinnableFile,
    task: PinTask,
    request: PinRequest,
    meanings: Mapping[Wanted, Meaning],
) -> Iterator[PinResult]:
    """What becomes of each place of a file."""
    lines = Lines(file.text)
    for place in file.places:
        position = lines.position(place.span.start)
        result = PinResult(file.path, position, place, _state(place), why=place.why)
        if not _is_asked(place, request):
            yield result
        elif task is PinTask.REMOVE:
            yield _removed(result, file.text)
        elif place.target is not None and _is_looked_up(place, task, request):
            yield _compared(result, meanings[place.target, place.tag])
        else:
            yield _kept(result, request)


def _state(place: PinPlace) -> PinState:
    """What a place is before anything is looked up."""
    if place.pin:
        return PinState.PINNED
    return PinState.UNPINNED if place.is_foreign else PinState.LEFT


def _kept(result: PinResult, request: PinRequest) -> PinResult:
    """A place that was not looked up."""
    if request.offline and result.state is PinState.UNPINNED:
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


def _edited(file: PinnableFile, results: Iterable[PinResult], task: PinTask) -> str:
    """The text of a file with what is new in it; several places may share one default."""
    edits: dict[Edit, None] = {}
    for result in results:
        if not result.new:
            continue
        if task is PinTask.REMOVE:
            own = unpinned(result.place, file.text)
        else:
            own = pinned(result.place, result.new.partition("@")[2])
        edits.update(dict.fromkeys(own))
    return apply_edits(file.text, edits)


def write_pins(report: PinReport) -> None:
    """Write what is new, all of it or none; a FileError where that fails."""
    for path, change in report.changes.items():
        if read_file(path) != encode(change.before):
            raise FileError(
                f"cannot write {path}: it has changed since it was read: run this again"
            )
    done: list[str] = []
    try:
        for path, change in report.changes.items():
            write_file(path, encode(change.after))
            done.append(path)
    except BaseException:
        for path in done:
            write_file(path, encode(report.changes[path].before))
        raise
