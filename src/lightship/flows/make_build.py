"""From what a user says of a build to a `Build`."""

from __future__ import annotations

from dataclasses import replace

from lightship.build import Build
from lightship.builds.definition import BuildDefinition, Purpose
from lightship.config.config_keys import Config
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Dockerfile
from lightship.errors import UsageError
from lightship.files.folder_context import open_context
from lightship.files.reading import path_inside, read_file
from lightship.flows.build_options import BuildOptions
from lightship.text import decode


def make_build(
    text: bytes,
    context: Context | None,
    path: str | None,
    options: BuildOptions,
    config: Config,
) -> Build:
    """The Build of a Dockerfile.

    What the user says wins over the configuration, and both over what the repository says. `path`
    is where the Dockerfile lies in the context, None where it lies elsewhere. A UsageError for a
    target that the Dockerfile does not have.
    """
    dockerfile = parse(decode(text))
    build = Build(
        dockerfile=dockerfile,
        context=context,
        args={**config.build_args, **options.build_args},
        target=_target(dockerfile, options, config),
        path=path,
        policy=config.policy,
    )
    definition = options.definition
    if definition is None:
        return build
    return _as_defined(build, definition)


def _as_defined(build: Build, definition: BuildDefinition) -> Build:
    """A build with what the repository says of it."""
    args = {**_args_of(definition), **build.args}
    return replace(
        build,
        args=args,
        purpose=_purpose_of(definition),
        contexts=frozenset(definition.contexts),
        volumes=definition.volumes,
        is_published=definition.is_published,
        may_be_buildah=definition.may_be_buildah,
        has_init=definition.has_init,
        labels=definition.labels,
    )


def _purpose_of(definition: BuildDefinition) -> str:
    """What the image is for; empty where nothing tells it."""
    if definition.purpose is Purpose.UNKNOWN:
        return ""
    return definition.purpose.value


def _args_of(definition: BuildDefinition) -> dict[str, str]:
    """The build args whose values are known."""
    args = definition.args.items()
    return {name: value for name, value in args if value is not None}


def _target(
    dockerfile: Dockerfile,
    options: BuildOptions,
    config: Config,
) -> str | None:
    """The stage to build; None for the last.

    A configuration is for many Dockerfiles, so its target holds for those that have such a stage;
    that of a file which is out of date does not. Of a Dockerfile that does not parse not every
    stage is known.
    """
    names = [stage.name for stage in dockerfile.stages if stage.name]
    target = options.target
    if not target:
        return _usual_target(names, options.definition, config)
    is_known = target.lower() in names
    if not is_known and not dockerfile.problems:
        raise UsageError(_no_stage(target, names))
    return target


def _usual_target(
    names: list[str],
    definition: BuildDefinition | None,
    config: Config,
) -> str | None:
    """The stage that is built where the user names none."""
    wanted = [config.target]
    if definition is not None:
        wanted.append(definition.target)
    for target in wanted:
        if target and target.lower() in names:
            return target
    return None


def _no_stage(target: str, names: list[str]) -> str:
    """What is wrong, and which stage was meant."""
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, and only an error needs it

    near = get_close_matches(target.lower(), names, n=1)
    if near:
        hint = f"did you mean {near[0]!r}?"
    elif names:
        listed = ", ".join(names)
        hint = f"the Dockerfile has {listed}"
    else:
        hint = "no stage of the Dockerfile has a name"
    return f"--target: no stage is named {target!r}; {hint}"


def read_build(
    path: str,
    options: BuildOptions,
    root: str | None,
    shown: str,
    config: Config,
) -> Build:
    """The Build of the Dockerfile at `path`, in the context of the directory `root`; None for none.

    `shown` is where it is said to lie, which differs where it comes from standard input. A
    FileError where it cannot be read.
    """
    text = read_file(path)
    if root is None:
        return make_build(text, None, None, options, config)
    context = open_context(root, shown)
    inside = path_inside(shown, root)
    return make_build(text, context, inside, options, config)
