"""From a Build and all that lies in its context to a ContextReport."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import dropwhile

from lightship.build import Build
from lightship.cache.plan.make_plan import make_plan
from lightship.cache.plan.plan import Plan
from lightship.context.files import Context, File, FileKind
from lightship.context.ignore_walk import sent_directories
from lightship.context.needless import secret
from lightship.context.patterns import IgnorePattern
from lightship.context.walked import Walked
from lightship.errors import FileError, ParseError
from lightship.inspection.context.changing_files import changing
from lightship.inspection.context.context_report import (
    Amount,
    ContextReport,
    LineAmount,
    SecretFile,
    Transfer,
    Use,
)
from lightship.inspection.context.line_problems import idle_lines, line_problems
from lightship.inspection.context.uses import transfer_of, uses_of
from lightship.wording.printable import escaped

_NAME = 200  # characters of a path in an error


def inspect_context(build: Build, walked: Walked) -> ContextReport:
    """What is sent, and which of it matters.

    A ParseError for an ignore file that BuildKit refuses, a FileError for a directory that its
    client cannot read.
    """
    context = build.context
    assert context is not None
    check_ignore(context)
    decided, sent_files, ignored = _sorted_out(context, walked)
    sent = tuple(sent_files)
    notes = list(_closed(context, walked))

    plan = _plan(build, notes)
    uses: tuple[Use, ...] | None = None
    transfer: Transfer | None = None
    if plan is not None:
        links = _links(walked, sent)
        uses = uses_of(plan, sent, links)
        transfer = transfer_of(uses, plan, sent, links)

    lines = lines_of(uses or ())
    never: list[File] = []
    if uses is not None:
        never += (file for file in sent if file.path not in lines)
    return ContextReport(
        build,
        walked,
        sent,
        tuple(ignored),
        tuple(_directories(context, walked, sent)),
        tuple(_by_line(decided)),
        uses,
        transfer,
        tuple(never),
        tuple(changing(context, sent, lines)),
        tuple(_secrets(context, sent, lines)),
        tuple(line_problems(build)),
        tuple(idle_lines(build, frozenset(decided))),
        tuple(_hollow(context, walked, sent)),
        tuple(notes),
    )


def _links(walked: Walked, sent: Iterable[File]) -> dict[str, str]:
    """Where each symlink that is sent leads."""
    paths = [file.path for file in sent if file.kind is FileKind.SYMLINK]
    return {path: walked.links.get(path, "") for path in paths}


def check_ignore(context: Context) -> None:
    """A ParseError for patterns that BuildKit refuses: all of them, a line each."""
    problems = context.ignore.problems
    if not problems:
        return
    path = context.ignore_path
    rows = [
        f"{path}:{problem.line}: BuildKit refuses it: {problem.message}"
        for problem in problems
    ]
    raise ParseError("\n".join(rows))


def lines_of(uses: Iterable[Use]) -> dict[str, tuple[int, ...]]:
    """The lines of the instructions that take each path."""
    lines: dict[str, tuple[int, ...]] = {}
    for use in uses:
        for file in use.files:
            known = lines.get(file.path, ())
            if use.line not in known:
                lines[file.path] = (*known, use.line)
    return lines


def _sorted_out(
    context: Context,
    walked: Walked,
) -> tuple[dict[IgnorePattern, list[File]], list[File], list[File]]:
    """What each pattern decides about, what is sent, and what is left out.

    Directories decide, and are not listed.
    """
    walk = context.ignore.walk()
    decided: dict[IgnorePattern, list[File]] = {}
    sent: list[File] = []
    ignored: list[File] = []
    for file in walked.files:
        pattern = walk.decides(file.path)
        is_listed = file.kind is not FileKind.DIRECTORY
        if pattern is not None:
            files = decided.setdefault(pattern, [])
            if is_listed:
                files.append(file)

        if is_listed:
            is_sent = pattern is None or pattern.negated
            rows = sent if is_sent else ignored
            rows.append(file)
    return decided, sent, ignored


def _by_line(decided: Mapping[IgnorePattern, list[File]]) -> Iterator[LineAmount]:
    for pattern in sorted(decided, key=lambda pattern: pattern.line):
        if not pattern.negated:
            yield LineAmount(pattern, Amount.of(decided[pattern]))


def _directories(
    context: Context,
    walked: Walked,
    sent: Sequence[File],
) -> Iterator[str]:
    files = (file.path for file in sent)
    there = (file.path for file in walked.files if file.kind is FileKind.DIRECTORY)
    return sent_directories(there, files, context.ignore.walk())


def _closed(context: Context, walked: Walked) -> Iterable[str]:
    """Directories that cannot be read: the client stops at one, but for one that is left out."""
    walk = context.ignore.walk()
    for path, reason in sorted(walked.closed.items()):
        name = escaped(path, _NAME) or "."
        if not path or not walk.leaves_out(path):
            raise FileError(
                f"cannot read {name} in the build context: {reason}; docker cannot read it either"
            )
        yield f"{name} is excluded and cannot be read ({reason}): its files are not counted"


def _plan(build: Build, notes: list[str]) -> Plan | None:
    """The steps of the target; what the Dockerfile does not tell is a note."""
    if not build.dockerfile.instructions:
        notes.append("there is no Dockerfile, so it is not known what is copied")
        return None
    try:
        plan = make_plan(build)
    except ParseError as error:
        notes.append(
            f"BuildKit would refuse the Dockerfile ({error}), so it is not known what is copied"
        )
        return None
    for step in plan.steps:
        if step.evaluated.unset and step.inputs.selections:
            names = ", ".join(f"${name}" for name in sorted(step.evaluated.unset))
            notes.append(
                f"line {step.line}: {names} is assumed to be empty; if the base image sets it, "
                "other files are copied"
            )
    return plan


def _secrets(
    context: Context,
    sent: Sequence[File],
    lines: Mapping[str, tuple[int, ...]],
) -> Iterable[SecretFile]:
    for file in sent:
        if file.kind is not FileKind.FILE:  # of a symlink its target alone is sent
            continue
        pattern = secret(context, file)
        if pattern is not None:
            yield SecretFile(file, pattern, lines.get(file.path, ()))


def _hollow(
    context: Context,
    walked: Walked,
    sent: Sequence[File],
) -> Iterable[tuple[str, str]]:
    """Files that arrive without their bytes: their names are sent, and then they cannot be opened.

    Source: tonistiigi/fsutil, send.go (sendFile passes over what it cannot open) and filter.go: the
    walk judges a path by its parents' results, opening by MatchesOrParentMatches, which may still
    leave it out.
    """
    for file in sent:
        if file.path in walked.unreadable:
            yield file.path, "it cannot be opened"
        elif walked.kinds.get(file.path) == "socket":
            yield file.path, "it is a socket"

    # Only where a pattern excludes again what one before it lets in
    patterns = context.ignore.patterns
    later = dropwhile(lambda pattern: not pattern.negated, patterns)
    if all(pattern.negated for pattern in later):
        return
    reason = (
        "a later pattern matches its directory: docker lists it but does not open it"
    )
    for file in sent:
        is_filled = file.kind is FileKind.FILE and file.size > 0
        if is_filled and context.ignore.matches(file.path):
            yield file.path, reason
