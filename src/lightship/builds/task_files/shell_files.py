"""Shell scripts, and commands in the comments at the head of a Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.builds.build_words import may_build
from lightship.builds.commands.script_builds import script_builds
from lightship.builds.commands.script_text import ScriptText
from lightship.builds.definition import (
    BuildDefinition,
    BuildSourceKind,
    Found,
)
from lightship.builds.workspace import Workspace, folder_of, folders_above
from lightship.context.wildcards import clean
from lightship.regex import regex
from lightship.repository_facts import MountedVolume
from lightship.shell.run_mounts import host_mounts

_NAMES = regex(r".+\.(?:sh|bash|zsh|ksh)")
# Without an ending a name has to say that it builds
_PLAIN_NAMES = regex(r"[\w-]*(?:build|docker|image|publish|release|deploy)[\w-]*")
_OTHERS = frozenset({"Dockerfile", "dockerfile", "Containerfile"})
_SHELLS = (b"sh", b"bash", b"dash", b"zsh", b"ksh", b"ash")
# `REGISTRY/image:1.2-...`, `<version>`
_PLACEHOLDER = regex(
    r"\.\.\.|<[^<>]+>|(?:^|/)[A-Z][A-Z0-9_]+/|/[A-Z][A-Z0-9_]+(?:[:/]|$)"
)
_MOST_COMMENTS = 100  # lines at the head of a Dockerfile


def shell_file_builds(workspace: Workspace, path: str) -> Iterator[Found]:
    """What a script builds, started in its directory or in one above."""
    data = workspace.read(path)
    if data is None or not may_build(data) or not _is_script(path, data):
        return
    text = workspace.text(path) or ""
    source = ScriptText(
        text,
        path,
        starts(path),
        BuildSourceKind.SCRIPT,
        "docker build in a script",
        is_file=True,
    )
    mounted = _mounted(text)
    for item in script_builds(workspace, source):
        if isinstance(item, BuildDefinition) and mounted:
            yield replace(item, volumes=(*item.volumes, *mounted))
        else:
            yield item


def _mounted(text: str) -> tuple[MountedVolume, ...]:
    """What `docker run` of a script mounts from the host, most likely into what it has built."""
    if "run" not in text:
        return ()
    targets = dict.fromkeys(map(clean, host_mounts(text)))
    return tuple(MountedVolume(target, from_host=True) for target in targets)


def starts(path: str) -> tuple[str, ...]:
    """Where a script may be started: the root is usual, its own directory comes next."""
    own, *above = folders_above(path)
    return tuple(dict.fromkeys((".", own, *above)))


def _is_script(path: str, data: bytes) -> bool:
    """Whether a file is for a shell; one without `#!` needs the ending."""
    first = data.split(b"\n", 1)[0]
    if not first.startswith(b"#!"):
        return "." in path.rpartition("/")[2]
    words = first[2:].split()
    programs = [word.rpartition(b"/")[2] for word in words]
    return any(program in _SHELLS for program in programs)


def comment_builds(workspace: Workspace, path: str) -> Iterator[BuildDefinition]:
    """Commands in the comments before the first instruction that build this very Dockerfile."""
    data = workspace.read(path)
    if data is None or not may_build(data):
        return
    rows = []
    for line in (workspace.text(path) or "").split("\n")[:_MOST_COMMENTS]:
        text = line.strip()
        if text and not text.startswith("#"):
            break
        rows.append(_command_of(text.lstrip("#").strip()))
    source = ScriptText(
        "\n".join(rows),
        path,
        (folder_of(path), *folders_above(path)[1:]),
        BuildSourceKind.SCRIPT,
        "a comment in the Dockerfile",
    )
    for item in script_builds(workspace, source):
        # Prose that only looks like a command is not worth a word
        if not isinstance(item, BuildDefinition) or item.dockerfile != path:
            continue
        if not _has_placeholder(item):
            yield item


def _has_placeholder(build: BuildDefinition) -> bool:
    """Whether it shows how to build with a value that the reader fills in."""
    values = [value for value in build.args.values() if value is not None]
    return any(_PLACEHOLDER.search(value) for value in values)


def _command_of(text: str) -> str:
    """A line of a comment as a line of a script; prose becomes an empty one."""
    command = text.removeprefix("$ ").removeprefix("> ").strip("`")
    first = command.partition(" ")[0]
    is_command = first in ("docker", "podman", "buildah", "sudo", "cd", "nerdctl")
    is_continued = command.startswith("-") or command in (".", "..")
    return command if is_command or is_continued else ""
