"""The Builds of one Dockerfile: each way in which its repository builds it.

What the user says (`--context`, `--target`, `--build-arg`) and the configuration win over what the
files of the repository say.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.builds.definition import BuildDefinition, BuildSourceKind, Purpose
from lightship.config.config_keys import Config
from lightship.context.files import Context
from lightship.files.folder_context import open_context
from lightship.files.reading import path_inside, read_file
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder
from lightship.flows.make_build import make_build
from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Fix
from lightship.record import record

UNNAMED = "<stdin>"  # what a Dockerfile on standard input is called
# A Dockerfile that is built in more ways is judged in the first of them: a matrix can name hundreds
MOST = 12
# What an image is for, the one that is judged first at the top
_PURPOSES = (
    Purpose.PRODUCTION,
    Purpose.UNKNOWN,
    Purpose.TOOL,
    Purpose.CI,
    Purpose.TEST,
    Purpose.DEVELOPMENT,
)


@record(eq=False)
class BuildPlace:
    """A Dockerfile, what the user says of its build, and who finds what the repository says.

    `path` is what is read, `shown` where it is said to lie: they differ on standard input, where
    `shown` is None if nothing is said. `context` is the directory that the user names, with
    `is_context_given`; None for no context.
    """

    path: str
    shown: str | None
    options: BuildOptions
    config: Config
    finder: BuildFinder
    context: str | None = None
    is_context_given: bool = False


@record(eq=False)
class ReadBuild:
    """A Build, the directory of its context as a person would write it, and how reports name it."""

    build: Build
    root: str | None
    judged: JudgedBuild


def read_builds(place: BuildPlace) -> tuple[ReadBuild, ...]:
    """Each way in which a Dockerfile is built, the most important one first, at least one.

    A FileError where it cannot be read, a UsageError for a target that it does not have.
    """
    text = read_file(place.path)
    builds: dict[tuple[object, ...], ReadBuild] = {}
    contexts: dict[str, Context] = {}
    for definition in _definitions(place):
        read = _read(text, place, definition, contexts)
        args = tuple(sorted(read.build.args.items()))
        builds.setdefault((read.root, read.build.target, args), read)
    return tuple(builds.values())


def _definitions(place: BuildPlace) -> Sequence[BuildDefinition | None]:
    """How the repository builds it; None alone where there is no repository to ask."""
    if place.shown is None or _says_all(place):
        return [None]
    builds = place.finder.of(place.shown)
    definitions = [item for item in builds if item.inline is None]
    definitions.sort(key=_importance)
    return definitions[:MOST] or [None]


def _says_all(place: BuildPlace) -> bool:
    """Whether the user leaves nothing to find: no context is to be known."""
    return place.is_context_given and place.context is None


def _importance(definition: BuildDefinition) -> int:
    return _PURPOSES.index(definition.purpose)


def _read(
    text: bytes,
    place: BuildPlace,
    definition: BuildDefinition | None,
    contexts: dict[str, Context],
) -> ReadBuild:
    """One of the Builds; `contexts` are those that are open, by their directory."""
    root = _root(place, definition)
    context = None
    inside = None
    if root is not None:
        shown = place.shown or UNNAMED
        if root not in contexts:
            contexts[root] = open_context(root, shown)
        context = contexts[root]
        inside = path_inside(shown, root)
    build = make_build(text, context, inside, place.options, place.config, definition)
    return ReadBuild(build, root, _judged(place, definition, root, build.target))


def _root(place: BuildPlace, definition: BuildDefinition | None) -> str | None:
    """The directory of the build context as a person would write it."""
    if place.is_context_given or place.shown is None:
        return place.context
    own = os.path.dirname(place.shown) or "."
    if definition is None:
        return own
    folder = _as_written(place, definition.context)
    is_own = os.path.realpath(own) == os.path.realpath(folder)
    return own if is_own else folder


def _judged(
    place: BuildPlace,
    definition: BuildDefinition | None,
    root: str | None,
    target: str | None,
) -> JudgedBuild:
    if definition is None or definition.kind is BuildSourceKind.GUESS:
        why = definition.why if definition is not None else ""
        return JudgedBuild("", root, target, why)
    written = definition.source
    path = _as_written(place, written.path)
    return JudgedBuild(f"{path}:{written.line}", root, target, definition.why)


def _as_written(place: BuildPlace, path: str) -> str:
    """A path that counts from the root of the repository, as a person would write it."""
    shown = place.shown or ""
    repository = place.finder.root_of(os.path.dirname(os.path.abspath(shown)))
    whole = os.path.normpath(os.path.join(repository, path))
    return whole if os.path.isabs(shown) else os.path.relpath(whole)


def in_root(report: Report, root: str) -> Report:
    """A Report whose paths count from another directory than that of its context."""
    if report.root == root:
        return report

    def moved(path: str | None) -> str | None:
        if path is None:
            return None
        return os.path.relpath(os.path.join(report.root, path), root)

    def moved_fix(fix: Fix) -> Fix:
        edits = [replace(edit, path=moved(edit.path)) for edit in fix.edits]
        return replace(fix, edits=tuple(edits))

    diagnostics: list[Diagnostic] = []
    for item in report.diagnostics:
        finding = item.finding
        fix = moved_fix(finding.fix) if finding.fix is not None else None
        choices = tuple(map(moved_fix, finding.choices))
        path = moved(finding.path)
        finding = replace(finding, path=path, fix=fix, choices=choices)
        diagnostics.append(replace(item, finding=finding))
    files = {moved(path) or path: text for path, text in report.files.items()}
    return replace(report, root=root, diagnostics=tuple(diagnostics), files=files)
