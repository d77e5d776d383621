"""What the options of a command say of a build in CI: caches, where the result goes, secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.builds.ci.cache_option import CacheOption, read_cache_options
from lightship.builds.ci.ci_build import OFF, BuildTool, CiSwitch
from lightship.builds.definition import BuildOption, CalledWith, Written
from lightship.record import record
from lightship.text import Lines, Span

_TOOLS = {
    "docker buildx build": BuildTool.BUILDX,
    "bake": BuildTool.BUILDX,
    "docker build": BuildTool.DOCKER,
    "compose": BuildTool.DOCKER,
    "buildah": BuildTool.BUILDAH,
    "podman": BuildTool.BUILDAH,
    "kaniko": BuildTool.KANIKO,
}
_PLAIN = ("docker build",)
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


Options = Sequence[BuildOption]
# The name of a build argument, its value, and where it is given
GivenArg = tuple[str, str, Written]


@record(eq=False)
class CommandParts:
    """The options of a command, sorted; `is_plain` is whether it is `docker build`, not buildx."""

    tool: BuildTool
    is_plain: bool
    cache_from: tuple[CacheOption, ...] = ()
    cache_to: tuple[CacheOption, ...] = ()
    no_cache: CiSwitch = OFF
    pull: CiSwitch = OFF
    push: CiSwitch = OFF
    load: CiSwitch = OFF
    outputs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    builder: str = ""
    build_args: tuple[GivenArg, ...] = ()


def command_parts(called: CalledWith) -> CommandParts:
    """What a command or a target of bake says."""
    tool = _TOOLS.get(called.program, BuildTool.OTHER)
    options = called.options
    repository = tuple(_repository(options, tool))
    cache_from = tuple(_caches(options, "cache-from"))
    cache_to = tuple(_caches(options, "cache-to"))
    builders = _values(options, "builder")
    return CommandParts(
        tool,
        is_plain=called.program in _PLAIN,
        cache_from=cache_from or repository,
        cache_to=cache_to or repository,
        no_cache=_switch(options, "no-cache"),
        pull=_switch(options, "pull"),
        push=_push(options, tool),
        load=_switch(options, "load"),
        outputs=_values(options, "output"),
        secrets=tuple(_secrets(options)),
        builder=builders[-1] if builders else "",
        build_args=tuple(_args(options)),
    )


def _values(options: Options, name: str) -> tuple[str, ...]:
    return tuple(option.value for option in options if option.name == name)


def _caches(options: Options, name: str) -> Iterator[CacheOption]:
    for option in options:
        if option.name == name:
            yield from read_cache_options(option.value, option.written)


def _repository(options: Options, tool: BuildTool) -> Iterator[CacheOption]:
    """The repository in which kaniko keeps its layers, where it keeps any."""
    if tool is not BuildTool.KANIKO:
        return
    by_name = {option.name: option for option in options}
    switch = by_name.get("cache")
    repository = by_name.get("cache-repo")
    if repository is not None:
        yield _cache_in(repository.value, repository.written)
    elif switch is not None and switch.value not in _FALSE:
        # kaniko makes up a name from that of the image
        yield _cache_in("${?}", switch.written)


def _cache_in(ref: str, written: Written) -> CacheOption:
    attributes = {"ref": ref, "mode": "max"}
    return CacheOption(ref, "registry", attributes, written)


def _switch(options: Options, name: str) -> CiSwitch:
    for option in reversed(options):
        if option.name == name:
            is_on = option.value not in _FALSE
            value = is_on if option.is_known else None
            return CiSwitch(value, option.value, option.written)
    return OFF


def _push(options: Options, tool: BuildTool) -> CiSwitch:
    """kaniko pushes unless told otherwise."""
    if tool is BuildTool.KANIKO:
        is_off = bool(_values(options, "no-push"))
        return CiSwitch(not is_off)
    return _switch(options, "push")


def _secrets(options: Options) -> Iterator[str]:
    for secret in _values(options, "secret"):
        for part in secret.split(","):
            key, _, value = part.partition("=")
            if key == "id" and value:
                yield value


def _args(options: Options) -> Iterator[GivenArg]:
    for option in options:
        if option.name != "build-arg":
            continue
        name, equals, value = option.value.partition("=")
        if equals:
            yield name, value, option.written


def placed_option(option: CacheOption, path: str, lines: Lines) -> CacheOption:
    """An option of a command with its place, where its text stands once on its line."""
    written = option.written
    is_elsewhere = written.path != path or written.line > len(lines.starts)
    if option.span or is_elsewhere:
        return option

    whole = lines.span(written.line)
    line = whole.of(lines.text)
    if line.count(option.text) != 1:
        return option
    start = whole.start + line.index(option.text)
    end = start + len(option.text)
    return replace(option, span=Span(start, end))
