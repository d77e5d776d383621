"""The Python API: `lint` and `fix`, and the plain data that they give. docs/api.md is its page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lightship.files.reading import STDIN, read_file
from lightship.flows.build_options import BuildOptions, forget_configurations
from lightship.flows.builds import BuildFinder
from lightship.flows.fix import fixed_file
from lightship.flows.judged_builds import ReadBuild, read_builds
from lightship.flows.lint import (
    NO_CONTEXT,
    LintRequest,
    build_place,
    check_rules,
    report_of,
    selection_for,
)
from lightship.lint.diagnostic import Diagnostic, Report
from lightship.lint.engine import context_text
from lightship.lint.finding import Fix
from lightship.lint.fix_all_builds import fix_all_builds
from lightship.lint.fixes import SAFE, UNSAFE, Fixed
from lightship.lint.links import url
from lightship.lint.rule_selection import Request, RuleSelection
from lightship.record import record
from lightship.report.lint.file_places import ReportFiles
from lightship.text import Edit, Position, encode


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A replacement in a file: the text between `start` and `end` becomes `text`.

    `path` is the file as the finding calls it. Lines and columns count from 1, columns in code
    points; `end` is the place after the last character.
    """

    path: str
    start: Position
    end: Position
    text: str


@dataclass(frozen=True, slots=True)
class LintFix:
    """A cure: all of its edits, or none.

    `safety` is `safe` (the image stays as it was), `unsafe` (it may change) or `manual` (a
    proposal).
    """

    message: str
    safety: str
    edits: tuple[TextEdit, ...]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One place where a rule is broken.

    `severity` is error, warning, info or style. `path` is the Dockerfile as it was named, or
    another file of the build context. `url` is a page about the check; None where only lightship
    has it. `choices` are alternatives to `fix`, which are never applied.
    """

    rule: str
    severity: str
    message: str
    path: str
    start: Position
    end: Position
    aliases: tuple[str, ...] = ()
    url: str | None = None
    fix: LintFix | None = None
    choices: tuple[LintFix, ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedFix:
    """A fix that was made: the rule, what was done, and the line where the finding was."""

    rule: str
    message: str
    line: int


@dataclass(frozen=True, slots=True)
class FixResult:
    """What fixes make of a Dockerfile; nothing is written.

    `text` is the whole text, also where nothing changed. `files` are other files that the fixes
    change, such as an ignore file: by their path, the new text. `left` are the findings that are
    still there.
    """

    text: str
    is_changed: bool
    files: Mapping[str, str] = field(default_factory=dict)
    applied: tuple[AppliedFix, ...] = ()
    left: tuple[LintFinding, ...] = ()


def lint(  # noqa: PLR0913 - keywords, as the command has options
    source: str | os.PathLike[str],
    *,
    path: str | os.PathLike[str] | None = None,
    context: str | os.PathLike[str] | None = None,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
    config: str | os.PathLike[str] | None = None,
) -> list[LintFinding]:
    """Find problems in a Dockerfile, in the order of its text; those of other files come last.

    `source` is the text of a Dockerfile, or a file to read as a `pathlib.Path`. A file is judged as
    `lightship lint` judges it: with its configuration, and in the build context that its repository
    says. A text is judged by itself, unless `path` says where it lies: then as the file there would
    be. `context` is the directory of the build context, `config` a configuration file; `select`,
    `extend_select` and `ignore` are names of rules as for the command.

    A Dockerfile that BuildKit cannot parse has findings of the rule `syntax-error`. Raises
    UsageError for an unknown rule or target, ConfigError for a configuration that cannot be read,
    and FileError for a file that cannot; each of them is a LightshipError.
    """
    rules = _rules(select, extend_select, ignore)
    options = _options(source, path, build_args, target, config)
    question = _question(source, path, context, rules, options)
    return _findings(report_of(question.builds, question.selection, question.path))


def fix(  # noqa: PLR0913 - as lint
    source: str | os.PathLike[str],
    *,
    unsafe: bool = False,
    path: str | os.PathLike[str] | None = None,
    context: str | os.PathLike[str] | None = None,
    select: Sequence[str] | None = None,
    extend_select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
    config: str | os.PathLike[str] | None = None,
) -> FixResult:
    """What the fixes make of a Dockerfile; nothing is written.

    Safe fixes leave the image as it was; with `unsafe` also those are made after which it may
    differ. All other arguments and the errors are those of `lint`. A Dockerfile that cannot be
    parsed stays as it is.
    """
    rules = _rules(select, extend_select, ignore)
    options = _options(source, path, build_args, target, config)
    question = _question(source, path, context, rules, options)

    builds = [read.build for read in question.builds]
    allowed = UNSAFE if unsafe else SAFE
    fixed = fix_all_builds(builds, question.selection, allowed)
    done = fixed_file(question.path, question.builds, fixed)
    first = done.fixed
    applied = [AppliedFix(item.rule, item.message, item.line) for item in first.applied]
    return FixResult(
        first.text,
        done.is_changed,
        {place: change.after for place, change in done.files.items()},
        tuple(applied),
        tuple(_left(question, first)),
    )


@record(eq=False)
class _JudgedDockerfile:
    """A Dockerfile in each way in which it is built, and the rules for it.

    `path` is what findings call it.
    """

    path: str
    builds: tuple[ReadBuild, ...]
    selection: RuleSelection


def _rules(
    select: Sequence[str] | None, extend: Sequence[str], ignore: Sequence[str]
) -> Request:
    """What is asked of the rules; a TypeError for one name that is not in a list."""
    for names in (select, extend, ignore):
        if isinstance(names, str):
            raise TypeError(f"names of rules are a list, not the string {names!r}")
    chosen = None if select is None else tuple(select)
    return Request(chosen, tuple(extend), tuple(ignore))


def _options(
    source: str | os.PathLike[str],
    path: str | os.PathLike[str] | None,
    build_args: Mapping[str, str] | None,
    target: str | None,
    config: str | os.PathLike[str] | None,
) -> BuildOptions:
    """How it is built; a text that lies nowhere has no configuration of its own."""
    is_nowhere = isinstance(source, str) and path is None
    return BuildOptions(
        build_args=build_args or {},
        target=target,
        config_file=None if config is None else os.fspath(config),
        no_config=is_nowhere and config is None,
    )


def _question(
    source: str | os.PathLike[str],
    path: str | os.PathLike[str] | None,
    context: str | os.PathLike[str] | None,
    rules: Request,
    options: BuildOptions,
) -> _JudgedDockerfile:
    """Read what is asked about."""
    forget_configurations()
    if isinstance(source, str):
        text = encode(source)
        place = None if path is None else os.fspath(path)
    else:
        text = read_file(os.fspath(source))
        place = os.fspath(source if path is None else path)

    root = None if context is None else os.fspath(context)
    if root is None and place is None:
        root = NO_CONTEXT
    request = LintRequest(rules, options, root, place)
    check_rules(request)
    finder = BuildFinder(options)
    build = replace(build_place(STDIN, request, finder), text=text)
    selection = selection_for(STDIN, request)
    return _JudgedDockerfile(place or "Dockerfile", read_builds(build), selection)


def _findings(report: Report) -> list[LintFinding]:
    files = ReportFiles.of(report)
    return [_finding(files, item) for item in report.diagnostics]


def _finding(files: ReportFiles, item: Diagnostic) -> LintFinding:
    finding = item.finding
    lines = files.lines[finding.path]
    return LintFinding(
        item.rule.id,
        item.severity.label,
        item.message,
        files.name(finding.path),
        lines.position(finding.span.start),
        lines.position(finding.span.end),
        item.rule.aliases,
        url(item.rule),
        None if finding.fix is None else _fix(files, finding.fix),
        tuple(_fix(files, choice) for choice in finding.choices),
    )


def _fix(files: ReportFiles, cure: Fix) -> LintFix:
    edits = [_edit(files, edit) for edit in cure.edits]
    return LintFix(cure.message, cure.safety.value, tuple(edits))


def _edit(files: ReportFiles, edit: Edit) -> TextEdit:
    lines = files.lines[edit.path]
    start = lines.position(edit.span.start)
    end = lines.position(edit.span.end)
    return TextEdit(files.name(edit.path), start, end, edit.text)


def _left(question: _JudgedDockerfile, fixed: Fixed) -> list[LintFinding]:
    """The findings that are still there, with their places in the new text."""
    items = [item.diagnostic for item in fixed.left]
    paths = {item.finding.path for item in items}
    for item in items:
        for cure in item.finding.cures:
            paths.update(edit.path for edit in cure.edits)
    files = {
        path: context_text(fixed.build, path) for path in paths if path is not None
    }
    root = question.builds[0].root or ""
    return _findings(Report(question.path, fixed.text, tuple(items), files, root))
