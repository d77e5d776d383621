"""The Builds of one Dockerfile: each way in which its repository builds it.

What the user says (`--context`, `--target`, `--build-arg`) and the configuration win over what the
files of the repository say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.builds.build_paths import is_remote
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Inline,
    Purpose,
)
from lightship.builds.purpose_names import is_example_path, is_fixture_path
from lightship.config.config_keys import Config
from lightship.context.files import Context
from lightship.evaluation.stages import unknown_stages
from lightship.files.folder_context import open_context
from lightship.files.reading import STDIN, is_same_place, path_inside, read_file
from lightship.flows.asked_facts import asked_facts
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder
from lightship.flows.make_build import make_build
from lightship.lint.diagnostic import Diagnostic, JudgedBuild, Report
from lightship.lint.finding import Fix
from lightship.record import record
from lightship.repository_facts import RepositoryFacts
from lightship.text import encode

UNNAMED = "<stdin>"  # what a Dockerfile on standard input is called
# A Dockerfile that is built in more ways is judged in the first of them: a matrix can name hundreds
MOST = 12
_LATEST = "latest"  # a default that says no version
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
    `is_context_given`; None for no context. `definitions` are the builds in which alone it is
    judged, None for all that the repository has; the Dockerfile may stand inside another file then.

    `text` is what the Dockerfile says, None to read it; `open` gives the build context in a
    directory, for a Dockerfile: both differ for an earlier state of the files.
    """

    path: str
    shown: str | None
    options: BuildOptions
    config: Config
    finder: BuildFinder
    context: str | None = None
    is_context_given: bool = False
    definitions: Sequence[BuildDefinition] | None = None
    text: bytes | None = None
    open: Callable[[str, str], Context] = open_context

    @property
    def asked(self) -> str | None:
        """The Dockerfile of which the repository is asked; None where nothing is to be found."""
        says_no_context = self.is_context_given and self.context is None
        return None if says_no_context else self.shown


@record(eq=False)
class ReadBuild:
    """A Build, the directory of its context as a person would write it, and how reports name it.

    `inline` is where it stands in the file that holds it, None where it is a file of its own.
    `named_contexts` are additional ones, as `docker build --build-context` takes them, `platforms`
    those that it is built for, none where no file says it.
    """

    build: Build
    root: str | None
    judged: JudgedBuild
    inline: Inline | None = None
    named_contexts: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


def read_builds(place: BuildPlace) -> tuple[ReadBuild, ...]:
    """Each way in which a Dockerfile is built, the most important one first, at least one.

    A FileError where it cannot be read, a UsageError for a target that it does not have.
    """
    definitions = _definitions(place)
    text = _text(place, definitions[0])
    contexts: dict[str, Context] = {}
    reads = [_read(text, place, definition, contexts) for definition in definitions]

    known = [item for item in definitions if item is not None]
    given = {name for item in known for name in item.args}
    is_known = not any(map(_is_guess, definitions))
    facts = _repository_facts(place, known, reads[0].build)
    builds: dict[tuple[object, ...], ReadBuild] = {}
    for read in reads:
        build = replace(
            read.build,
            given_args=_given(place, read.build, given),
            are_args_known=is_known,
            platforms=_platforms(definitions),
            repository=facts,
        )
        # Several files may say the same
        args = sorted(build.args.items())
        meaning = (read.root, build.target, tuple(args))
        builds.setdefault(meaning, replace(read, build=build))
    return tuple(builds.values())


def _platforms(definitions: Sequence[BuildDefinition | None]) -> frozenset[str]:
    """The platforms of all builds that publish the image, or of all where none does.

    None where one of them leaves it to the machine that builds.
    """
    known = [item for item in definitions if item is not None]
    published = [item for item in known if item.is_published]
    platforms: set[str] = set()
    for definition in published or known:
        if not definition.platforms:
            return frozenset()
        platforms.update(definition.platforms)
    return frozenset(platforms)


def _given(place: BuildPlace, build: Build, given: set[str]) -> frozenset[str]:
    """The build args that builds give, and of those without a default, or with `latest`, what else
    gives them.
    """
    asked = place.asked
    missing = _open_args(build) - given - build.args.keys()
    if not missing or asked is None:
        return frozenset(given)
    elsewhere = place.finder.given_args(asked, missing)
    return elsewhere.union(given)


def _open_args(build: Build) -> set[str]:
    """The build args before the first FROM that have no default, or one that says no version."""
    required: set[str] = set()
    for arg in build.dockerfile.globals:
        for pair in arg.pairs:
            if pair.value is None or pair.value.text == _LATEST:
                required.add(pair.name.text)
    return required


def _repository_facts(
    place: BuildPlace,
    definitions: Sequence[BuildDefinition],
    build: Build,
) -> RepositoryFacts:
    """What holds for all builds of the Dockerfile; `build` is one of them."""
    facts = RepositoryFacts()
    asked = place.asked
    if place.definitions is None and asked is not None:
        facts = asked_facts(place.finder, asked, build)

    paths = [definition.dockerfile for definition in definitions]
    is_fixture = any(map(is_fixture_path, paths))
    is_example = any(map(is_example_path, paths))
    is_uncached = bool(definitions) and all(
        definition.is_uncached for definition in definitions
    )
    has_user = bool(definitions) and all(map(_is_given_user, definitions))
    return replace(
        facts,
        is_fixture=is_fixture,
        is_example=is_example,
        is_uncached=is_uncached,
        has_user=has_user,
        has_pushed_build=any(item.is_published for item in definitions),
        dockerfile=paths[0] if paths else "",
        names=frozenset(
            name for definition in definitions for name in definition.names
        ),
    )


def _is_given_user(definition: BuildDefinition) -> bool:
    """Whether its containers never run as the image's own user."""
    return definition.has_user and not definition.is_published


def _text(place: BuildPlace, definition: BuildDefinition | None) -> bytes:
    if place.text is not None:
        return place.text
    if definition is not None and definition.inline is not None:
        return encode(definition.inline.text)
    return read_file(place.path)


def _definitions(place: BuildPlace) -> Sequence[BuildDefinition | None]:
    """How the repository builds it; None alone where there is no repository to ask."""
    if place.definitions is not None:
        definitions = list(place.definitions)
    elif place.asked is None:
        return [None]
    else:
        builds = place.finder.of(place.asked)
        definitions = [item for item in builds if item.inline is None]
    definitions.sort(key=importance)
    return definitions[:MOST] or [None]


def importance(definition: BuildDefinition) -> int:
    """What sorts the builds of a Dockerfile: what is shipped comes first."""
    return _PURPOSES.index(definition.purpose)


def _read(
    text: bytes,
    place: BuildPlace,
    definition: BuildDefinition | None,
    contexts: dict[str, Context],
) -> ReadBuild:
    """One of the Builds; `contexts` are those that are open, by their directory."""
    root = _root(place, definition)
    context: Context | None = None
    inside: str | None = None
    if root is not None:
        is_inline = definition is not None and definition.inline is not None
        shown = place.shown or UNNAMED
        if is_inline:
            shown = STDIN  # it has no ignore file of its own
        else:
            inside = path_inside(shown, root)
        if root not in contexts:
            contexts[root] = place.open(root, shown)
        context = contexts[root]

    options = replace(place.options, definition=definition)
    build = make_build(text, context, inside, options, place.config)
    build = _with_declared_contexts(build, place)
    if not place.is_context_given and _is_unsure(definition):
        build = replace(build, is_guess=True)
    judged = _judged(place, definition, root, build.target)
    if definition is None:
        return ReadBuild(build, root, judged)
    repository = place.finder.root_of_file(place.shown or "")
    named = tuple(named_contexts(repository, definition))
    inline, platforms = definition.inline, tuple(definition.platforms)
    return ReadBuild(build, root, judged, inline, named, platforms)


def _with_declared_contexts(build: Build, place: BuildPlace) -> Build:
    """With the additional contexts that other builds of the repository name.

    A build may pass them in a way that cannot be read, such as through an action of its own.
    """
    if place.shown is None:
        return build
    names = unknown_stages(build.dockerfile) - build.contexts
    declared = place.finder.declared_contexts(place.shown, names)
    if not declared:
        return build
    return replace(build, contexts=build.contexts | declared)


def _root(place: BuildPlace, definition: BuildDefinition | None) -> str | None:
    """The directory of the build context as a person would write it."""
    if place.is_context_given or place.shown is None:
        return place.context
    own = os.path.dirname(place.shown) or "."
    if definition is None:
        return own
    folder = as_written(place.finder, place.shown, definition.context)
    return own if is_same_place(own, folder) else folder


def _is_unsure(definition: BuildDefinition | None) -> bool:
    """Whether the context is only likely: nothing says it, or a development container does.

    One below the root is often meant to be moved there before it is used.
    """
    if definition is None or _is_guess(definition):
        return True
    is_container = definition.kind is BuildSourceKind.DEVCONTAINER
    return is_container and definition.context not in ("", ".")


def _is_guess(definition: BuildDefinition | None) -> bool:
    return definition is None or definition.kind is BuildSourceKind.GUESS


def _judged(
    place: BuildPlace,
    definition: BuildDefinition | None,
    root: str | None,
    target: str | None,
) -> JudgedBuild:
    if definition is None or _is_guess(definition):
        why = definition.why if definition is not None else ""
        return JudgedBuild("", root, target, why)

    written = definition.source
    path = as_written(place.finder, place.shown or "", written.path)
    source = f"{path}:{written.line}"
    return JudgedBuild(source, root, target, definition.why)


def named_contexts(repository: str, build: BuildDefinition) -> Iterator[str]:
    """Additional contexts as `NAME=VALUE`; `repository` is its root on the disk.

    The result of another service or target is not there to be named.
    """
    for name, value in build.contexts.items():
        if value is None or value.startswith(("service:", "target:")):
            continue
        place = value
        is_folder = ":" not in value and not is_remote(value)
        if is_folder:
            place = os.path.join(repository, value)
        yield f"{name}={place}"


def as_written(finder: BuildFinder, shown: str, path: str) -> str:
    """A path that counts from the root of the repository, as a person would write it.

    `shown` is a file or directory of the repository as the user wrote it.
    """
    place = os.path.abspath(shown)
    folder = place if os.path.isdir(place) else os.path.dirname(place)
    repository = finder.root_of(folder)
    whole = os.path.join(repository, path)
    whole = os.path.normpath(whole)
    if os.path.isabs(shown):
        return whole
    return os.path.relpath(whole)


def in_root(report: Report, root: str) -> Report:
    """A Report whose paths count from another directory than that of its context."""
    if report.root == root:
        return report

    def moved(path: str | None) -> str | None:
        if path is None:
            return None
        place = os.path.join(report.root, path)
        return os.path.relpath(place, root)

    def moved_fix(fix: Fix) -> Fix:
        edits = [replace(edit, path=moved(edit.path)) for edit in fix.edits]
        return replace(fix, edits=tuple(edits))

    diagnostics: list[Diagnostic] = []
    for item in report.diagnostics:
        finding = item.finding
        fix: Fix | None = None
        if finding.fix is not None:
            fix = moved_fix(finding.fix)
        choices = tuple(map(moved_fix, finding.choices))
        path = moved(finding.path)
        there = replace(finding, path=path, fix=fix, choices=choices)
        diagnostics.append(replace(item, finding=there))

    files = {moved(path) or path: text for path, text in report.files.items()}
    return replace(report, root=root, diagnostics=tuple(diagnostics), files=files)
