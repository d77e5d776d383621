"""What is told of a build that was taken: how it is built, as which file says, and what else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from lightship.builds.definition import BuildDefinition, BuildSourceKind
from lightship.files.reading import is_same_place
from lightship.flows.build_options import BuildOptions
from lightship.record import record
from lightship.wording.lists import listed

_HERE = "."
_MOST_NAMED = 3


@record(eq=False)
class FittingBuilds:
    """What the user says, and the builds that fit it, the most important one first.

    `given` is the context that the user names, `others` are Dockerfiles that could have been
    meant. `root` is that of the repository, `shown` gives a path of it as a person would write it.
    """

    root: str
    shown: Callable[[str], str]
    given: str | None
    options: BuildOptions
    dockerfile: str
    builds: Sequence[BuildDefinition]
    others: Sequence[str] = ()

    @property
    def own_folder(self) -> str:
        """The directory of the Dockerfile."""
        return os.path.dirname(self.dockerfile) or _HERE


def what_was_taken(
    choice: FittingBuilds,
    build: BuildDefinition,
    context: str,
) -> Iterator[str]:
    """One line; nothing for a Dockerfile in its own directory of which no file speaks."""
    dockerfile = choice.dockerfile
    if build.kind is BuildSourceKind.GUESS:
        if choice.given is None and context != choice.own_folder:
            yield f"Build of {dockerfile}: context {context}; {build.why}"
        return

    parts = _settings(choice, build, context)
    settings = ", ".join(parts)
    yield f"Build of {dockerfile}: {settings}, as {_source(choice, build)} says"

    given = choice.options.build_args
    open_args = [name for name, value in build.args.items() if value is None]
    unknown = [name for name in open_args if name not in given]
    if unknown:
        names = listed(unknown, _MOST_NAMED)
        yield f"Values known only when the image is built: {names}; --build-arg sets them"


def _settings(
    choice: FittingBuilds,
    build: BuildDefinition,
    context: str,
) -> Iterator[str]:
    """How it is built: context, target, and build args without their values."""
    words = f"context {context}"
    written = choice.shown(build.context)
    if not is_same_place(written, context):
        words += f" as given, not {written}"
    yield words

    target = choice.options.target or build.target
    if target:
        yield f"target {target}"
    if len(build.platforms) == 1:
        yield f"platform {build.platforms[0]}"
    if build.args:
        # Their values may be secret
        names = listed(build.args, _MOST_NAMED)
        yield f"build args {names}"


def what_was_not(choice: FittingBuilds, build: BuildDefinition) -> Iterator[str]:
    """The other ways in which it is built, or the other Dockerfiles, and how to choose."""
    if choice.others:
        names = listed(choice.others, _MOST_NAMED)
        yield f"Also built from there: {names}; --file chooses"

    own = _meaning(build)
    rest = [other for other in choice.builds if _meaning(other) != own]
    if not rest:
        return
    rest_names = [_name(choice, other) for other in rest]
    names = listed(rest_names, _MOST_NAMED)
    how = _how_to_choose(build, rest)
    yield f"Also built: {names}; {how}"


def _meaning(build: BuildDefinition) -> tuple[object, ...]:
    """What makes a build another one for the commands that take one."""
    return build.context, build.target, build.args, build.contexts


def _name(choice: FittingBuilds, build: BuildDefinition) -> str:
    """A few words for a build."""
    source = _source(choice, build)
    context = choice.shown(build.context)
    words = f"context {context}"
    if build.target:
        words += f", target {build.target}"
    return f"{source} ({words})"


def _source(choice: FittingBuilds, build: BuildDefinition) -> str:
    """The line that says how it is built."""
    source = build.source
    path = choice.shown(source.path)
    return f"{path}:{source.line}"


def _how_to_choose(build: BuildDefinition, rest: Sequence[BuildDefinition]) -> str:
    if any(item.context != build.context for item in rest):
        return "name the context to choose"
    if any(item.target != build.target for item in rest):
        return "--target chooses"
    return "--build-arg chooses"
