"""`lightship pin`: from files to what pins the images that they name, and writing that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from lightship.builds.yaml_tree import UnreadableError
from lightship.errors import FileError, LightshipError
from lightship.files.reading import read_file
from lightship.files.writing import write_file
from lightship.flows.builds import BuildFinder
from lightship.flows.lint import LintRequest
from lightship.flows.pin_files import pinnable_files, read_pinnable
from lightship.flows.pin_lookup import look_up
from lightship.pins.judged_pins import PinJudge, PinnableFile
from lightship.pins.pin_choice import PinChoice, PinTask
from lightship.pins.pin_report import PinReport, PinResult
from lightship.record import record
from lightship.text import TextChange, encode

_TIMEOUT = 30
_NOT_THE_SAME = "with its digests it would not be read as before: pin it by hand"


@record
class PinRequest:
    """What the user says beside the paths: which places are meant, and how registries are asked.

    `timeout` is for how many seconds a registry may send nothing.
    """

    lint: LintRequest = field(default_factory=LintRequest)
    choice: PinChoice = field(default_factory=PinChoice)
    plain_http: bool = False
    timeout: float = _TIMEOUT


def plan_pins(paths: Iterable[str], task: PinTask, request: PinRequest) -> PinReport:
    """What the task makes of the files that the paths name; nothing is written."""
    problems: list[str] = []
    files = list(_read(paths, request, problems))
    asked = (item for file in files for item in file.asked(task))
    meanings = look_up(asked, plain_http=request.plain_http, patience=request.timeout)

    judge = PinJudge(task, meanings.__getitem__)
    results: list[PinResult] = []
    changes: dict[str, TextChange] = {}
    for file in files:
        judged = list(judge.results(file))
        after = judge.edited(file, judged)
        if not _reads_back(file, judged, after):
            problems.append(f"cannot pin {file.path}: {_NOT_THE_SAME}")
            after = file.text
        change = TextChange(file.mark + file.text, file.mark + after, is_there=True)
        if change.is_any:
            changes[file.path] = change
        results += [each for each in judged if file.choice.takes(each.place)]
    return PinReport(tuple(results), changes, tuple(problems))


def _read(
    paths: Iterable[str], request: PinRequest, problems: list[str]
) -> Iterator[PinnableFile]:
    """The files; why one could not be read is added to the problems."""
    finder = BuildFinder(request.lint.build, many=True)
    for path in pinnable_files(paths, request.lint):
        try:
            yield read_pinnable(path, request.lint, request.choice, finder)
        except LightshipError as error:
            problems.append(str(error))


def _reads_back(file: PinnableFile, results: Sequence[PinResult], after: str) -> bool:
    """Whether the text after the edits names just what is new, at the same places."""
    if after == file.text:
        return True
    expected = [result.new or result.place.name for result in results]
    try:
        found = [place.name for place in file.find(after)]
    except UnreadableError:
        return False
    return found == expected


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
