"""What is really started, where compose files give another command than that of the image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.start.built_services import built_services, pulled_services
from lightship.facts.start.cluster_containers import (
    cluster_containers,
    is_manifest,
    is_unclear,
)
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.launch import Launch
from lightship.facts.start.others_images import is_of_others
from lightship.facts.start.read_launches import launches
from lightship.regex import regex

# What starts a container without a service: then the command of the image is what runs
_RUN = regex(
    r"\b(?:docker|podman|nerdctl)[ \t]+(?:container[ \t]+)?run[ \t]"
    r"((?:\\\r?\n|[^\n&;|])*)"
)
# `--name redis` is the name of a container
_NAMING = regex(r"--(?:name|net|network|network-alias|link|hostname)[ =]\S+")
_TASKS = regex(r"\b(?:containerDefinitions|aws_ecs_task_definition)\b")
_START = regex(r"([ \t]+)[\"']?(command|entrypoint)[\"']?:(.*)")


def really_started(build: Build) -> tuple[Launch, ...]:
    """The programs that the image starts, but for those of a CMD that compose files replace.

    An image that is published, or run in another way too, starts what its CMD says.
    """
    return build.once(_really_started)


def _really_started(build: Build) -> tuple[Launch, ...]:
    started = launches(build)
    if not any(launch.instruction.keyword == "CMD" for launch in started):
        return started
    commands = commands_instead(build)
    if not commands:
        return started
    return tuple(item for item in started if not _is_replaced(item, commands))


def _is_replaced(launch: Launch, commands: tuple[str, ...]) -> bool:
    if launch.instruction.keyword != "CMD":
        return False
    name = regex(rf"(?<![\w.-]){re.escape(launch.program)}(?![\w-])")
    return not any(map(name.search, commands))


def commands_instead(build: Build) -> tuple[str, ...]:
    """What services start instead of CMD, as it is written; nothing where one of them starts that.

    An image that is published may be run elsewhere too, unless services or manifests of the
    repository run it from the registry, each with a command of its own.
    """
    return build.once(_commands_instead)


def _commands_instead(build: Build) -> tuple[str, ...]:
    services = built_services(build)
    pulled = pulled_services(build) if build.is_published else ()
    containers = cluster_containers(build)
    is_in_cluster = any(container.is_sure for container in containers)
    if not services and not is_in_cluster:
        return ()
    if build.is_published and not pulled and not is_in_cluster:
        return ()

    commands = [" ".join(commands_of(service)) for service in (*services, *pulled)]
    commands += [container.instead for container in containers]
    if not all(commands) or any(
        _may_start_it(build, text) for text in run_texts(build) or ()
    ):
        return ()
    return tuple(commands)


def _may_start_it(build: Build, text: str) -> bool:
    """Whether a file may start the image without a service, and with what its CMD says."""
    if _TASKS.search(text) is not None or (is_manifest(text) and is_unclear(text)):
        return True
    return any(_may_be_of_image(build, run[1]) for run in _RUN.finditer(text))


def _may_be_of_image(build: Build, options: str) -> bool:
    return not is_of_others(build, _NAMING.sub("", options))


def commands_of(service: str) -> Iterator[str]:
    """The text of `command` and `entrypoint` of a service, each with the lines below it."""
    lines = service.splitlines()
    for at, line in enumerate(lines):
        start = _START.match(line)
        if start is None:
            continue
        yield start[3]
        for more in lines[at + 1 :]:
            if not _is_below(more, len(start[1])):
                break
            yield more


def _is_below(line: str, depth: int) -> bool:
    """Whether a line continues a value; an item of a list may stand as deep as its key."""
    inner = line.lstrip()
    own = len(line) - len(inner)
    return own > depth or (own == depth and inner.startswith("- "))
