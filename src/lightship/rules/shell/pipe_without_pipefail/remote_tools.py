"""Downloads whose failure in a pipe is noticed later: a command needs what they bring."""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.regex import regex
from lightship.rules.shell.pipe_without_pipefail.in_image import is_known_there
from lightship.rules.shell.pipe_without_pipefail.later_uses import (
    SYSTEM,
    is_packaged,
    is_unknown_called,
    is_used_later,
)
from lightship.shell.commands import Command
from lightship.shell.fetching import NAMES
from lightship.shell.interpreters import SHELLS

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
    # The nodejs of Debian and Ubuntu brings no npm
    "nodesource.com": "npm npx corepack",
}
# They compile with it what has no wheel: where they need it, they fail without it
_COMPILED_BY = {"sh.rustup.rs": ("pip", "pip2", "pip3", "pipenv", "poetry", "uv")}
# A part of the address of a script that adds a source of packages -> the package that is there for
_SOURCES_OF = {"nodesource.com": "nodejs"}
# `VERSION="$(`, with the command right after it
_ASSIGNED = regex(r"(?<![\w$])([A-Za-z_]\w*)=[\"']?\$\(\s*$")
# They fail where a part of an address or a name is missing; curl with an option
_CHECKED = (
    *(
        "curl",
        "wget",
        "git",
        "pip",
        "pip3",
        "npm",
        "apt-get",
        "apt",
        "apk",
        "dnf",
        "yum",
    ),
    *("tar", "unzip", "dpkg", "rpm", "cd", "cp", "mv", "chmod", "chown"),
)
_FAILS = regex(r"-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body)?")
_READERS = SHELLS | {"python", "python2", "python3", "perl", "node", "ruby"}
_ADDRESS = regex(r"[a-z]+://(?P<place>[^\s\"'?#]+)")
_SEPARATORS = regex(r"[^A-Za-z0-9_-]+")
_AROUND = regex(r"^(?:get|install|setup)[-_]|[-_](?:get|install(?:er)?|setup|cli|sh)$")
# Parts of addresses that name no program
_COMMON = frozenset(
    """bash bin blob co com deb dev dist dl download downloads edge get github githubusercontent
    gitlab head heads https in install installer io json latest linux main master net org packages
    py raw refs release releases repo repos run script scripts setup sh src stable static tools
    txt www""".split()
)


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
    after = fetching.span.end
    installers = _compiling_with(fetching)
    if is_used_later(build, stage, installers, after):
        return True
    brought = _brought(fetching)
    if brought:
        is_there = _is_replaced(build, stage, brought, fetching)
        return not is_there and is_used_later(build, stage, brought, after)
    if not _is_carried_out(build, instruction, fetching):
        return False
    # Of an unknown script: what has a name of its address, or what nothing else has brought
    named = _named(fetching)
    if is_used_later(build, stage, named, after):
        return True
    if is_packaged(build, stage, named):
        return True
    return is_unknown_called(build, stage, after)


def _compiling_with(fetching: Command) -> tuple[str, ...]:
    """The installers that use the compiler which a script brings."""
    for word in fetching.args:
        for part, names in _COMPILED_BY.items():
            if part in word.text:
                return names
    return ()


def _is_carried_out(build: Build, instruction: Instruction, fetching: Command) -> bool:
    """Whether the pipe ends in a shell or an interpreter, which runs what is fetched."""
    for script in build.scripts(instruction):
        if fetching in script.commands:
            last = script.pipe(fetching)[-1]
            return last.name in _READERS
    return False


def _named(fetching: Command) -> frozenset[str]:
    """The words of the address that may be names of what a script brings."""
    names: set[str] = set()
    for word in fetching.args:
        address = _ADDRESS.search(word.text)
        if address is None:
            continue
        for part in _SEPARATORS.split(address["place"]):
            name = _AROUND.sub("", part.lower())
            if len(name) > 1 and not name.isdigit():
                names.add(name)
    return frozenset(names - _COMMON)


def _is_pinned(build: Build, instruction: Instruction, fetching: Command) -> bool:
    """Whether the RUN then installs a version that only the new source of packages has."""
    text = " ".join(word.text for word in fetching.args)
    names = {name for part, name in _SOURCES_OF.items() if part in text}
    if not names:
        return False
    for call in build.packages(*SYSTEM, action="install", of=instruction):
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
    """Whether the image has the program already, or a package brings it as well."""
    if is_packaged(build, stage, brought):
        return True
    return any(is_known_there(build, stage, name, fetching) for name in brought)
