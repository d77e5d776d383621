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
    build_args: tuple[tuple[str, str, Written], ...] = ()


def command_parts(called: CalledWith) -> CommandParts:
    """What a command or a target of bake says."""
    tool = _TOOLS.get(called.program, BuildTool.OTHER)
    options = called.options
    builder = [item.value for item in options if item.name == "builder"]
    return CommandParts(
        tool,
        called.program in _PLAIN,
        tuple(_caches(options, "cache-from")) or tuple(_repository(options, tool)),
        tuple(_caches(options, "cache-to")) or tuple(_repository(options, tool)),
        _switch(options, "no-cache"),
        _switch(options, "pull"),
        _push(options, tool),
        _switch(options, "load"),
        tuple(item.value for item in options if item.name == "output"),
        tuple(_secrets(options)),
        builder[-1] if builder else "",
        tuple(_args(options)),
    )


def _caches(options: Sequence[BuildOption], name: str) -> Iterator[CacheOption]:
    for option in options:
        if option.name == name:
            yield from read_cache_options(option.value, option.written)


def _repository(
    options: Sequence[BuildOption], tool: BuildTool
) -> Iterator[CacheOption]:
    """The repository in which kaniko keeps its layers, where it keeps any."""
    if tool is not BuildTool.KANIKO:
        return
    names = {option.name: option for option in options}
    is_on = "cache" in names and names["cache"].value not in _FALSE
    if is_on or "cache-repo" in names:
        option = names.get("cache-repo") or names["cache"]
        ref = names["cache-repo"].value if "cache-repo" in names else "${?}"
        attributes = {"ref": ref, "mode": "max"}
        yield CacheOption(ref, "registry", attributes, option.written)


def _switch(options: Sequence[BuildOption], name: str) -> CiSwitch:
    for option in reversed(options):
        if option.name == name:
            is_off = option.value in _FALSE
            value = None if not option.is_known else not is_off
            return CiSwitch(value, option.value, option.written)
    return OFF


def _push(options: Sequence[BuildOption], tool: BuildTool) -> CiSwitch:
    """kaniko pushes unless told otherwise."""
    if tool is BuildTool.KANIKO:
        is_off = any(option.name == "no-push" for option in options)
        return CiSwitch(not is_off)
    return _switch(options, "push")


def _secrets(options: Sequence[BuildOption]) -> Iterator[str]:
    for option in options:
        if option.name != "secret":
            continue
        for part in option.value.split(","):
            key, _, value = part.partition("=")
            if key == "id" and value:
                yield value


def _args(options: Sequence[BuildOption]) -> Iterator[tuple[str, str, Written]]:
    for option in options:
        name, equals, value = option.value.partition("=")
        if option.name == "build-arg" and equals:
            yield name, value, option.written


def placed_option(option: CacheOption, path: str, lines: Lines) -> CacheOption:
    """An option of a command with its place, where its text stands once on its line."""
    written = option.written
    if option.span or written.path != path or written.line > len(lines.starts):
        return option
    whole = lines.span(written.line)
    line = whole.of(lines.text)
    if line.count(option.text) != 1:
        return option
    start = whole.start + line.index(option.text)
    return replace(option, span=Span(start, start + len(option.text)))
