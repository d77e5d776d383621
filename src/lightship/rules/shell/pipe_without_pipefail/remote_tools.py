"""Downloads whose failure in a pipe is noticed later: a command needs what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.regex import regex
from lightship.rules.shell.pipe_without_pipefail.in_image import is_known_there
from lightship.shell.commands import Command
from lightship.shell.fetching import NAMES
from lightship.shell.python_calls import is_python

# A part of the address of an installer -> the programs and files that it brings
_BROUGHT_BY = {
    "sh.rustup.rs": "cargo rustc rustup .cargo",
    "astral.sh/uv": "uv uvx",
    "install.python-poetry.org": "poetry",
    "get-poetry.py": "poetry",
    "install-poetry.py": "poetry",
    "get-pip.py": "pip pip2 pip3",
    "nvm-sh/nvm": "nvm nvm.sh",
    "get-helm": "helm",
    "rclone.org": "rclone",
    "get.nextflow.io": "nextflow",
    "getcli.jfrog.io": "jfrog",
    "install-cli.jfrog.io": "jf jfrog",
    "bun.sh/install": "bun bunx",
    "deno.land": "deno",
    "pyenv.run": "pyenv",
    "pixi.sh": "pixi",
    "get.docker.com": "docker dockerd",
    "clickhouse.com": "clickhouse",
    "pdm-project.org": "pdm",
    "bazel": "bazel bazelisk",
    "taskfile.dev": "task",
    "get.pnpm.io": "pnpm",
}
# A part of the address of a script that adds a source of packages -> the package that is there for
_SOURCES_OF = {"nodesource.com": "nodejs"}
# `VERSION="$(`, with the command right after it
_ASSIGNED = regex(r"(?<![\w$])([A-Za-z_]\w*)=[\"']?\$\(\s*$")
_SYSTEM = ("apt-get", "apt", "dnf", "yum", "microdnf")
# They fail where a part of an address or a name is missing; curl with an option
_CHECKED = ("curl", "wget", "git", "pip", "pip3", "apt-get", "apk")
_FAILS = regex(r"-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body)?")
_ENDS_WITHOUT_USE = frozenset({"ln", "export", "rm"})


def is_missed_later(build: Build, instruction: Instruction, fetching: Command) -> bool:
    """Whether a later command fails where a download brought nothing."""
    if _is_value(build, instruction, fetching):
        return True
    if fetching.name not in NAMES:
        return False

    if _is_pinned(build, instruction, fetching):
        return True
    stage = build.dockerfile.stage_of(instruction)
    if stage is None:
        return False
    brought = _brought(fetching)
    if not brought or _is_replaced(build, stage, brought, fetching):
        return False
    later = _later(build, stage, fetching)
    return any(_needs(call.command, brought) for call in later)


def _is_pinned(build: Build, instruction: Instruction, fetching: Command) -> bool:
    """Whether the RUN then installs a version that only the new source of packages has."""
    text = " ".join(word.text for word in fetching.args)
    names = {name for part, name in _SOURCES_OF.items() if part in text}
    if not names:
        return False
    for call in build.packages(*_SYSTEM, action="install", of=instruction):
        if call.command.span.start < fetching.span.start:
            continue
        for word in call.command.args:
            name, equals, _version = word.text.partition("=")
            if equals and name in names:
                return True
    return False


def _is_value(build: Build, instruction: Instruction, fetching: Command) -> bool:
    """Whether it gives a variable its value that a later download cannot do without: `$VERSION`."""
    text = build.dockerfile.text
    before = text[instruction.span.start : fetching.span.start]
    assigned = _ASSIGNED.search(before)
    if assigned is None:
        return False
    used = regex(rf"\$(?:{assigned[1]}\b|\{{{assigned[1]}\b)")
    for call in build.commands(*_CHECKED, of=instruction):
        command = call.command
        if command.span.start <= fetching.span.start:
            continue
        words = [word.text for word in command.args]
        is_checked = command.name != "curl" or any(map(_FAILS.fullmatch, words))
        if is_checked and any(map(used.search, words)):
            return True
    return False


def _brought(fetching: Command) -> frozenset[str]:
    """The names of what an installer brings; none where it is not known."""
    for word in fetching.args:
        for part, names in _BROUGHT_BY.items():
            if part in word.text:
                return frozenset(names.split())
    return frozenset()


def _is_replaced(
    build: Build, stage: Stage, brought: frozenset[str], fetching: Command
) -> bool:
    """Whether the image has a pip already, which then stays as it was."""
    if "pip" not in brought:
        return False
    return any(is_known_there(build, stage, name, fetching) for name in brought)


def _later(build: Build, stage: Stage, fetching: Command) -> Iterator[Invocation]:
    """What runs after a command, in its stage or in one that starts from it."""
    start = fetching.span.end
    for call in build.commands():
        if call.command.span.start < start:
            continue
        own_stage = build.dockerfile.stage_of(call.instruction)
        if own_stage is None:
            continue
        if own_stage is stage or stage in build.lineage_of(own_stage):
            yield call


def _needs(command: Command, names: frozenset[str]) -> bool:
    """Whether a command calls, reads or copies one of the files of those names."""
    if command.name in _ENDS_WITHOUT_USE:
        return False
    if command.name in names or _module(command) in names:
        return True
    for word in command.words:
        text = word.text.strip("\"'")
        if "/" in text and not names.isdisjoint(text.split("/")):
            return basename(text) in names or ".cargo" in names
    return False


def _module(command: Command) -> str:
    """What `python3 -m` runs; empty without it."""
    texts = [word.text for word in command.words[1:3]]
    if not is_python(command.name) or texts[:1] != ["-m"]:
        return ""
    return texts[-1]
