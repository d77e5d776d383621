"""Only the findings that the changes since a commit brought.

The commit is the one that a ref and HEAD both come from, so that a branch is compared with where it
began; uncommitted changes count. A Dockerfile is linted as it was then too, in the build context as
it was then. What was found then is older: it is matched by content, as with a baseline. A finding
on a line that was changed or added is reported in any case. All findings are new in a Dockerfile
that did not exist. Of a file of CI, and of a Dockerfile inside another file, only the
lines are looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lightship.context.files import Context
from lightship.errors import LightshipError
from lightship.files.folder_context import open_context
from lightship.files.reading import STDIN, path_inside
from lightship.flows.builds import BuildFinder
from lightship.flows.changed_lines import changed_lines, first_lines, likeness
from lightship.flows.ci_files import answering_path
from lightship.flows.dockerfile_refs import names_build_file
from lightship.flows.judged_builds import UNNAMED, read_builds
from lightship.flows.lint import (
    LintRequest,
    build_place,
    report_of,
    selection_for,
    shown_path,
)
from lightship.history import GitHistory, open_history
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.known_findings import (
    BaselineMatcher,
    KnownFinding,
    known_finding,
)
from lightship.record import record
from lightship.text import Lines, decode

_MOST_CANDIDATES = 100  # files that may have been renamed
_ALIKE = 0.5  # the share of lines that a renamed file keeps, as for git


@record(eq=False)
class _Base:
    """A repository at the commit that is compared with; `changed` are paths from its root."""

    root: str
    history: GitHistory
    commit: str
    changed: frozenset[str]

    def data(self, path: str) -> bytes | None:
        """A file as it was; None where there was none."""
        return self.history.read(self.commit, path)

    def data_now(self, path: str) -> bytes | None:
        """A file as it is on the disk; None where there is none."""
        try:
            with open(self.place(path), "rb") as file:
                return file.read()
        except OSError:
            return None

    def place(self, path: str) -> str:
        """Where a file of the repository lies."""
        return os.path.join(self.root, path)


class Changes:
    """What the changes since a ref brought, in the repository of each Dockerfile."""

    def __init__(self, request: LintRequest, ref: str) -> None:
        self._request = request
        self._ref = ref
        self._finder = BuildFinder(request.build, many=True)
        self._by_root: dict[str, _Base] = {}
        self._by_folder: dict[str, _Base] = {}

    def only_new(self, reports: Iterable[Report]) -> Iterator[Report]:
        """The Reports, without the findings that were there before.

        A GitError where a Dockerfile is in no repository, or its repository has no such ref.
        """
        for report in reports:
            if report.path == UNNAMED or report.unreadable:
                yield report
                continue
            # A ref that there is not is told even where nothing was found
            place = os.path.abspath(report.path)
            base = self._base(os.path.dirname(place))
            if report.diagnostics:
                yield self._only_new(report, base)
            else:
                yield report

    def _only_new(self, report: Report, base: _Base) -> Report:
        path = _inside(report.path, base)
        before = _earlier_text(base, path)
        if before is None:
            return report

        are_older = [True] * len(report.diagnostics)
        if not _is_of_builds(report.path):
            earlier = self._earlier_report(report, base, before)
            are_older = _older(report, earlier)

        kept: list[Diagnostic] = []
        for item, is_older in zip(report.diagnostics, are_older, strict=True):
            if not is_older or _is_touched(report, item, base, before):
                kept.append(item)
        older = len(report.diagnostics) - len(kept)
        if not older:
            return report
        shorter = report.keeping(kept)
        return replace(shorter, older=older)

    def _base(self, folder: str) -> _Base:
        """The repository of a directory, which is compared once."""
        base = self._by_folder.get(folder)
        if base is None:
            history = open_history(folder)
            base = self._base_of(history)
            self._by_folder[folder] = base
        return base

    def _base_of(self, history: GitHistory) -> _Base:
        root = history.root or ""
        base = self._by_root.get(root)
        if base is None:
            commit = history.merge_base(self._ref)
            changed = history.changed_since(commit)
            base = _Base(root, history, commit, changed)
            self._by_root[root] = base
        return base

    def _earlier_report(self, report: Report, base: _Base, text: bytes) -> Report:
        """What the rules find in a Dockerfile as it was; nothing if it had no such target."""
        request = self._request
        is_stdin = report.path == shown_path(STDIN, request)
        path = STDIN if is_stdin else report.path
        place = build_place(path, request, self._finder)

        def open_earlier(root: str, dockerfile: str) -> Context:
            now = open_context(root, dockerfile)
            return _earlier_context(now, root, base)

        place = replace(place, text=text, open=open_earlier)
        try:
            builds = read_builds(place)
        except LightshipError:
            return replace(report, diagnostics=(), text=decode(text))
        selection = selection_for(path, request)
        return report_of(builds, selection, report.path)


def _is_of_builds(path: str) -> bool:
    """Whether a file says what is built: it may hold several Dockerfiles, or is one of CI."""
    return names_build_file(path) or answering_path(path) is not None


def _inside(path: str, base: _Base) -> str:
    """A path from the root of the repository; as it is where it lies elsewhere."""
    place = os.path.abspath(path)
    folder, name = os.path.split(place)
    real = os.path.join(os.path.realpath(folder), name)
    return path_inside(real, base.root) or path


def _earlier_context(context: Context, root: str, base: _Base) -> Context:
    """A build context as it was: what changed since is put back.

    What git ignores is taken to have been there.
    """
    inside = os.path.join(root, "x")
    above = _inside(inside, base).removesuffix("x")
    files: dict[str, str | None] = {}
    for path in base.changed:
        if not path.startswith(above):
            continue
        name = path.removeprefix(above)
        data = base.data(path)
        files[name] = decode(data) if data is not None else None

    if not files:
        return context
    return context.with_files(files)


def _earlier_text(base: _Base, path: str) -> bytes | None:
    """A Dockerfile as it was, under the name that it had; None where it is new."""
    text = base.data(path)
    if text is not None:
        return text
    now = base.data_now(path)
    if now is None:
        return None
    return _renamed_from(base, now)


def _renamed_from(base: _Base, now: bytes) -> bytes | None:
    """The most alike of the files that are gone; None where none is alike."""
    lines = first_lines(now)
    best: bytes | None = None
    best_share = _ALIKE
    for name in _removed(base):
        before = base.data(name)
        if before is None:
            continue
        old_lines = first_lines(before)
        share = likeness(old_lines, lines)
        if share >= best_share:
            best = before
            best_share = share
    return best


def _removed(base: _Base) -> list[str]:
    """Files that are gone, Dockerfiles by their names first: one was perhaps renamed."""
    names: list[str] = []
    for name in base.changed:
        place = base.place(name)
        if not os.path.lexists(place):
            names.append(name)
    names.sort(key=_unlike_a_dockerfile)
    return names[:_MOST_CANDIDATES]


def _unlike_a_dockerfile(name: str) -> tuple[bool, str]:
    return "ockerfile" not in name, name


def _older(report: Report, earlier: Report) -> list[bool]:
    """Which findings of a Report were there before."""
    known = _rows(earlier)
    matcher = BaselineMatcher(known, lambda _: True)
    findings = _rows(report)
    return matcher.take(findings)


def _rows(report: Report) -> list[KnownFinding]:
    """The findings by content; the Dockerfile's own name does not matter."""
    lines = report.lines_by_path
    rows: list[KnownFinding] = []
    for item in report.diagnostics:
        path = item.finding.path
        row = known_finding(item, path or "", lines[path])
        rows.append(row)
    return rows


def _is_touched(report: Report, item: Diagnostic, base: _Base, before: bytes) -> bool:
    """Whether a finding stands on a line that was changed or added."""
    path = item.finding.path
    text = report.text
    if path is not None:
        place = os.path.join(report.root, path)
        name = _inside(place, base)
        if name not in base.changed:
            return False
        text = report.files[path]
        before = base.data(name) or b""

    its_lines = _lines_of(item, text)
    earlier = decode(before)
    changed = changed_lines(earlier, text)
    return not changed.isdisjoint(its_lines)


def _lines_of(item: Diagnostic, text: str) -> range:
    """The lines on which a finding stands."""
    lines = Lines(text)
    span = item.finding.span
    last_character = max(span.end - 1, span.start)
    first = lines.line(span.start)
    last = lines.line(last_character)
    return range(first, last + 1)
