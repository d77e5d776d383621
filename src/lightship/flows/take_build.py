"""The build that a command takes which is about one: as the repository says, and the user wins.

`context`, `cache`, `prove` and `improve` use it. They are given a directory or none, and a
Dockerfile or none; what is left open is what a file of the repository says.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from lightship.builds.definition import BuildDefinition, BuildSourceKind
from lightship.errors import FileError
from lightship.files.reading import STDIN, is_same_place
from lightship.flows.build_options import BuildOptions
from lightship.flows.builds import BuildFinder
from lightship.flows.judged_builds import as_written, importance, named_contexts
from lightship.flows.taken_lines import (
    FittingBuilds,
    what_was_not,
    what_was_taken,
)
from lightship.flows.tell import Tell
from lightship.record import record

NAMES = ("Dockerfile", "dockerfile", "Containerfile", "containerfile")
_HERE = "."


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


def _choice(context: str | None, options: BuildOptions) -> FittingBuilds | None:
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

    written = [item for item in finder.of(dockerfile) if item.inline is None]
    root = finder.root_of_file(dockerfile)
    builds = _fitting(written, root, context, options.target)
    if not builds:
        return None
    builds.sort(key=importance)
    shown = partial(as_written, finder, context or dockerfile)
    options = replace(options, dockerfile=dockerfile)
    return FittingBuilds(
        root=root,
        shown=shown,
        given=context,
        options=options,
        dockerfile=dockerfile,
        builds=builds,
        others=others,
    )


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
    return is_same_place(place, folder)


def _fitting(
    builds: list[BuildDefinition],
    root: str,
    context: str | None,
    target: str | None,
) -> list[BuildDefinition]:
    """Those that have what the user says; all where none has it, and what the user says wins.

    `root` is that of the repository.
    """
    if context is not None:
        own = [build for build in builds if _is_context(build, root, context)]
        builds = own or builds
    if target is not None:
        own = [build for build in builds if build.target == target]
        builds = own or builds
    return builds


def _taken(choice: FittingBuilds, builds: Sequence[BuildDefinition]) -> TakenBuild:
    """The first of some builds, as it is taken."""
    build = builds[0]
    context = choice.given
    if context is None:
        context = _root(choice, build)
    lines = list(what_was_taken(choice, build, context))
    lines += what_was_not(choice, build)
    options = replace(choice.options, definition=build)
    named = named_contexts(choice.root, build)
    return TakenBuild(context, options, tuple(named), tuple(lines))


def _root(choice: FittingBuilds, build: BuildDefinition) -> str:
    """The directory of the context; the Dockerfile's own as the user writes that."""
    own = choice.own_folder
    folder = choice.shown(build.context)
    return own if is_same_place(own, folder) else folder
