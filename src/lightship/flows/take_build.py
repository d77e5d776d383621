"""The build that a command takes which is about one: as the repository says, and the user wins.

`context`, `cache`, `prove` and `improve` use it. They are given a directory or none, and a
Dockerfile or none; what is left open is what a file of the repository says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from lightship.builds.definition import BuildDefinition, BuildSourceKind
from lightship.errors import FileError
from lightship.files.reading import STDIN
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder
from lightship.flows.judged_builds import as_written, importance, named_contexts
from lightship.flows.tell import Tell
from lightship.record import record
from lightship.wording.lists import listed

NAMES = ("Dockerfile", "dockerfile", "Containerfile", "containerfile")
_HERE = "."
_MOST_NAMED = 3


@record(eq=False)
class TakenBuild:
    """The build that was taken.

    `context` is its directory as a person would write it. `options` are those of the user with the
    Dockerfile, None where there is none, and with the definition that was found. `named_contexts`
    are its additional contexts as `docker build --build-context` takes them. `lines` say what was
    taken and from where, and what was not; none where nothing had to be found.
    """

    context: str
    options: BuildOptions
    named_contexts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    def tell_lines(self, tell: Tell) -> None:
        """Tell which build was taken."""
        for line in self.lines:
            tell(line)


@record(eq=False)
class _FittingBuilds:
    """What the user says, and the builds that fit it, the most important one first."""

    finder: BuildFinder
    given: str | None
    options: BuildOptions
    dockerfile: str
    builds: Sequence[BuildDefinition]
    others: Sequence[str] = field(default=())

    def place(self, path: str) -> str:
        """A path of the repository as a person would write it."""
        return as_written(self.finder, self.given or self.dockerfile, path)


def take_build(context: str | None, options: BuildOptions) -> TakenBuild:
    """The build that is meant; of several the most important one, and `lines` name the others.

    `context` is the directory that the user names, None for none: then it is that of the build.
    """
    choice = _choice(context, options)
    if choice is None:
        return TakenBuild(context or _HERE, options)
    return _taken(choice, choice.builds)


def take_builds(context: str | None, options: BuildOptions) -> tuple[TakenBuild, ...]:
    """One build for each directory that is a context of the Dockerfile, the best one first."""
    choice = _choice(context, options)
    if choice is None:
        return (TakenBuild(context or _HERE, options),)

    by_context: dict[str, list[BuildDefinition]] = {}
    for build in choice.builds:
        folder = context or build.context
        of_folder = by_context.setdefault(folder, [])
        of_folder.append(build)
    taken = [_taken(choice, builds) for builds in by_context.values()]
    return tuple(taken)


def usual_dockerfile(folder: str) -> str | None:
    """The Dockerfile that `docker build` takes in a directory; None where there is none."""
    for name in NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return os.path.normpath(path)
    return None


def _choice(context: str | None, options: BuildOptions) -> _FittingBuilds | None:
    """The builds among which to choose; None where there is nothing to find out."""
    if options.dockerfile == STDIN:
        return None
    finder = BuildFinder(options)
    folder = context or _HERE
    dockerfile = options.dockerfile or usual_dockerfile(folder)
    others: Sequence[str] = ()
    if dockerfile is None:
        dockerfile, others = _built_in(finder, folder)
    if dockerfile is None or not os.path.isfile(dockerfile):
        return None

    builds = [item for item in finder.of(dockerfile) if item.inline is None]
    builds = _fitting(builds, finder, context, options, dockerfile)
    if not builds:
        return None
    builds.sort(key=importance)
    options = replace(options, dockerfile=dockerfile)
    return _FittingBuilds(finder, context, options, dockerfile, builds, others)


def _built_in(finder: BuildFinder, folder: str) -> tuple[str | None, Sequence[str]]:
    """The most important Dockerfile whose context is a directory, and the others."""
    try:
        root = finder.root_of(folder)
        builds = finder.in_folder(root).discovery.builds
    except FileError:
        return None, ()

    own = [build for build in builds if _is_context(build, root, folder)]
    own.sort(key=_written_first)
    paths = [as_written(finder, folder, build.dockerfile) for build in own]
    unique = list(dict.fromkeys(paths))
    if not unique:
        return None, ()
    first, *others = unique
    return first, others


def _written_first(build: BuildDefinition) -> tuple[bool, int]:
    """What sorts builds: what somebody wrote down comes before what is guessed."""
    is_guess = build.kind is BuildSourceKind.GUESS
    return is_guess, importance(build)


def _is_context(build: BuildDefinition, root: str, folder: str) -> bool:
    if build.inline is not None:
        return False
    place = os.path.join(root, build.context)
    return os.path.realpath(place) == os.path.realpath(folder)


def _fitting(
    builds: list[BuildDefinition],
    finder: BuildFinder,
    context: str | None,
    options: BuildOptions,
    dockerfile: str,
) -> list[BuildDefinition]:
    """Those that have what the user says; all where none has it, and what the user says wins."""
    if context is not None:
        folder = os.path.dirname(os.path.abspath(dockerfile))
        root = finder.root_of(folder)
        own = [build for build in builds if _is_context(build, root, context)]
        builds = own or builds
    target = options.target
    if target is not None:
        own = [build for build in builds if build.target == target]
        builds = own or builds
    return builds


def _taken(choice: _FittingBuilds, builds: Sequence[BuildDefinition]) -> TakenBuild:
    """The first of some builds, as it is taken."""
    build = builds[0]
    context = choice.given
    if context is None:
        context = _root(choice, build)
    lines = list(_what_was_taken(choice, build, context))
    lines += _what_was_not(choice, build)
    options = replace(choice.options, definition=build)
    named = named_contexts(choice.finder, choice.dockerfile, build)
    return TakenBuild(context, options, tuple(named), tuple(lines))


def _root(choice: _FittingBuilds, build: BuildDefinition) -> str:
    """The directory of the context; the Dockerfile's own as the user writes that."""
    own = os.path.dirname(choice.dockerfile) or _HERE
    folder = choice.place(build.context)
    is_own = os.path.realpath(own) == os.path.realpath(folder)
    return own if is_own else folder


def _what_was_taken(
    choice: _FittingBuilds,
    build: BuildDefinition,
    context: str,
) -> Iterator[str]:
    """One line; nothing for a Dockerfile in its own directory of which no file speaks."""
    own = os.path.dirname(choice.dockerfile) or _HERE
    if build.kind is BuildSourceKind.GUESS:
        if choice.given is None and context != own:
            yield f"Build of {choice.dockerfile}: context {context}; {build.why}"
        return

    words = f"context {context}"
    written = choice.place(build.context)
    is_another = os.path.realpath(written) != os.path.realpath(context)
    if is_another:
        words += f" as given, not {written}"
    parts = [words]
    target = choice.options.target or build.target
    if target:
        parts.append(f"target {target}")
    if build.args:
        # Their values may be secret
        parts.append(f"build args {listed(build.args, _MOST_NAMED)}")
    source = f"{choice.place(build.source.path)}:{build.source.line}"
    yield f"Build of {choice.dockerfile}: {', '.join(parts)}, as {source} says"

    given = choice.options.build_args
    open_args = [name for name, value in build.args.items() if value is None]
    unknown = [name for name in open_args if name not in given]
    if unknown:
        names = listed(unknown, _MOST_NAMED)
        yield f"Values known only when the image is built: {names}; --build-arg sets them"


def _what_was_not(choice: _FittingBuilds, build: BuildDefinition) -> Iterator[str]:
    """The other ways in which it is built, or the other Dockerfiles, and how to choose."""
    if choice.others:
        names = listed(choice.others, _MOST_NAMED)
        yield f"Also built from there: {names}; --file chooses"
    own = _meaning(build)
    rest = [other for other in choice.builds if _meaning(other) != own]
    if not rest:
        return
    rest_names = [_name(choice, other) for other in rest]
    how = _how_to_choose(build, rest)
    yield f"Also built: {listed(rest_names, _MOST_NAMED)}; {how}"


def _meaning(build: BuildDefinition) -> tuple[object, ...]:
    """What makes a build another one for the commands that take one."""
    return build.context, build.target, build.args, build.contexts


def _name(choice: _FittingBuilds, build: BuildDefinition) -> str:
    """A few words for a build."""
    place = f"{choice.place(build.source.path)}:{build.source.line}"
    context = choice.place(build.context)
    target = f", target {build.target}" if build.target else ""
    return f"{place} (context {context}{target})"


def _how_to_choose(build: BuildDefinition, rest: Sequence[BuildDefinition]) -> str:
    if any(item.context != build.context for item in rest):
        return "name the context to choose"
    if any(item.target != build.target for item in rest):
        return "--target chooses"
    return "--build-arg chooses"
