"""A file of known findings: leaving them out of what lint reports, and writing them down."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from lightship.errors import ConfigError
from lightship.files.reading import STDIN, read_file
from lightship.files.writing import write_file
from lightship.flows.lint import (
    LintRequest,
    selection_for,
    shown_path,
)
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.known_findings import (
    BaselineMatcher,
    KnownFinding,
    baseline_text,
    can_be_known,
    known_finding,
    read_baseline,
)
from lightship.record import record
from lightship.report.lint.file_places import file_of
from lightship.text import decode, encode

Diagnostics = Sequence[Diagnostic]


@record(eq=False)
class SplitFindings:
    """The findings of a Report that a baseline has, and those that it could have."""

    known: list[Diagnostic] = field(default_factory=list)
    new: list[Diagnostic] = field(default_factory=list)


@record(eq=False, frozen=False)
class Baseline:
    """A file of known findings, and what of it has been looked at.

    `path` is the file as the user calls it. Its paths count from the directory `folder`.
    `judged` are the directories and Dockerfiles that were looked at, each with the rules that ran.
    """

    path: str
    folder: str
    matcher: BaselineMatcher
    judged: dict[str, set[str]] = field(default_factory=dict)

    def without_known(self, report: Report, rules: set[str]) -> Report:
        """A Report without the findings that are known."""
        known = self.split(report, rules).known
        if not known:
            return report
        hidden = set(map(id, known))
        kept = [item for item in report.diagnostics if id(item) not in hidden]
        shorter = report.keeping(kept)
        return replace(shorter, known=len(hidden))

    def split(self, report: Report, rules: set[str]) -> SplitFindings:
        """The findings that are known, and the others; `rules` are those that ran."""
        split = SplitFindings()
        if report.unreadable:
            return split

        for place in _places(report, self.folder):
            judged = self.judged.setdefault(place, set())
            judged |= rules
        items = [item for item in report.diagnostics if can_be_known(item)]
        rows = _rows(report, items, self.folder)
        are_known = self.matcher.take(rows)
        for item, is_known in zip(items, are_known, strict=True):
            if is_known:
                split.known.append(item)
            else:
                split.new.append(item)
        return split

    def left(self) -> tuple[list[KnownFinding], list[KnownFinding]]:
        """The known findings that no longer occur, and those that were not looked for."""
        return self.matcher.left(self._was_judged)

    def _was_judged(self, path: str, rule: str) -> bool:
        """Whether a rule looked at a file: a Dockerfile, or an ignore file beside it or at the
        root of its build context.
        """
        if rule in self.judged.get(path, ()):
            return True
        is_ignore_file = path.endswith("ignore")
        if not is_ignore_file:
            return False
        folder = os.path.dirname(path) or "."
        return rule in self.judged.get(f"{folder}/", ())


def _places(report: Report, folder: str) -> set[str]:
    """The Dockerfile, and with a slash the directories whose ignore files belong to it."""
    path = _from(folder, report.path)
    root = _from(folder, report.root or ".")
    beside = os.path.dirname(path) or "."
    return {path, f"{root}/", f"{beside}/"}


def _from(folder: str, path: str) -> str:
    """A path as the baseline calls it: from its own directory, with slashes."""
    place = os.path.abspath(path)
    from_folder = os.path.relpath(place, folder)
    return from_folder.replace(os.sep, "/")


def _rows(report: Report, items: Diagnostics, folder: str) -> list[KnownFinding]:
    """Findings as they are written down."""
    lines = report.lines_by_path
    rows: list[KnownFinding] = []
    for item in items:
        path = item.finding.path
        file = file_of(report, path)
        name = _from(folder, file)
        row = known_finding(item, name, lines[path])
        rows.append(row)
    return rows


def open_baseline(path: str) -> Baseline:
    """A baseline that is there. A ConfigError where it is not, or cannot be read as one."""
    if not os.path.exists(path):
        raise ConfigError(
            f"baseline {path} does not exist; `lightship baseline` writes it"
        )
    folder = _folder_of(path)
    text = decode(read_file(path))
    findings = read_baseline(text, path)

    def exists(name: str) -> bool:
        place = os.path.join(folder, name)
        return os.path.exists(place)

    matcher = BaselineMatcher(findings, exists)
    return Baseline(path, folder, matcher)


def _earlier_baseline(path: str, *, must_exist: bool) -> Baseline:
    """The baseline that is there; an empty one where none is, unless it must be."""
    if must_exist or os.path.exists(path):
        return open_baseline(path)
    matcher = BaselineMatcher((), os.path.exists)
    return Baseline(path, _folder_of(path), matcher)


def _folder_of(path: str) -> str:
    """The directory from which the paths of a baseline count."""
    place = os.path.abspath(path)
    return os.path.dirname(place)


@record
class WrittenBaseline:
    """What became of a baseline: how many findings it has, how many are new, and which are gone."""

    count: int
    new: int
    gone: tuple[KnownFinding, ...]


def write_baseline(
    path: str,
    reports: Iterable[Report],
    request: LintRequest,
    *,
    only_prune: bool = False,
) -> WrittenBaseline:
    """Write the findings of `reports` down, at once or not at all.

    What an earlier file knows of other files and of rules that did not run stays. With `only_prune`
    what no longer occurs is taken out, and nothing is added.
    """
    baseline = _earlier_baseline(path, must_exist=only_prune)
    rows: list[KnownFinding] = []
    new_count = 0
    for report in reports:
        rules = rules_for(report, request)
        split = baseline.split(report, rules)
        rows += _rows(report, split.known, baseline.folder)
        if not only_prune:
            rows += _rows(report, split.new, baseline.folder)
            new_count += len(split.new)

    gone, untouched = baseline.left()
    rows += untouched
    text = baseline_text(rows)
    write_file(path, encode(text))
    count = sum(row.count for row in rows)
    return WrittenBaseline(count, new_count, tuple(gone))


def rules_for(report: Report, request: LintRequest) -> set[str]:
    """The rules that ran on a Dockerfile."""
    path = STDIN if report.path == shown_path(STDIN, request) else report.path
    selection = selection_for(path, request)
    return {rule.id for rule in selection.rules}
