"""Whether an image has a command when a RUN calls it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from lightship.base_images.full import packages_of_full
from lightship.base_images.known import is_alpine
from lightship.base_images.lifetimes import official_name
from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.commands.missing_calls import missing_calls
from lightship.shell.failing import ends_build
from lightship.shell.tree import Command, Script
from lightship.text import Span


class InImage(Enum):
    """Whether a command is there, as far as the text and what is known of images tell."""

    THERE = "there"
    UNKNOWN = "unknown"
    MISSING = "missing"


# Programs of Debian's essential packages and of busybox, and what the shell has itself
_ESSENTIAL = frozenset(
    """: [ [[ awk base64 basename cat cd chgrp chmod chown cksum cmp command cp cut date dd df diff
    dirname du echo egrep env eval exec exit expand export expr false fgrep find fold getopt grep
    gunzip gzip head hostname id install join kill ln ls md5sum mkdir mktemp mv nl nproc od paste
    printenv printf pwd read readlink realpath rm rmdir sed seq set sh sha1sum sha256sum sha512sum
    sleep sort split stat stty sync tac tail tar tee test time timeout touch tr true type umask
    uname uniq unset wait wc which whoami xargs yes zcat""".split()
)
# What busybox has beside them in Alpine's images
_OF_ALPINE = frozenset("apk bunzip2 bzip2 unxz unzip wget xz".split())
# Their own package manager, and what comes with it
_OF_DISTRIBUTION = {
    "debian": "apt-get apt apt-cache apt-mark dpkg dpkg-query",
    "ubuntu": "apt-get apt apt-cache apt-mark dpkg dpkg-query",
    "buildpack-deps": "apt-get apt apt-cache apt-mark dpkg dpkg-query",
}
_OF_IMAGE = {
    "buildpack-deps": "curl gpg wget",  # in all of its variants
    "python": "python python3 pip pip3",
    "node": "node npm npx",
    "golang": "go",
    "rust": "cargo rustc rustup",
    "ruby": "ruby gem bundle",
    "php": "php curl",
}
# Made from Red Hat's packages, whose package manager needs curl
_WITH_CURL = frozenset(
    "almalinux amazonlinux archlinux centos fedora rockylinux".split()
)
# The package is called otherwise than what it brings
_PACKAGES = {
    "gpg": "gnupg",
    "gpg2": "gnupg",
    "xzcat": "xz-utils",
    "ssh": "openssh-client",
    "gcc": "build-essential",
    "make": "build-essential",
    "pip": "python3-pip",
    "pip3": "python3-pip",
    "node": "nodejs",
}
_MANAGERS = (
    *("apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "pacman"),
    *("pip", "uv", "pipx", "npm", "yarn", "pnpm", "gem", "conda"),
)


def in_image(build: Build, stage: Stage, script: Script, command: Command) -> InImage:
    """Whether the image of a stage has what a command of a RUN calls.

    A path counts as there: who writes it knows of the file.
    """
    name = command.name
    if command.span in build.once(_missing_places):
        return InImage.MISSING
    if not name or name in _ESSENTIAL or _is_path(command):
        return InImage.THERE
    if f"{name}()" in script.text.text:
        return InImage.THERE  # a function
    if is_known_there(build, stage, name, command):
        return InImage.THERE
    return InImage.UNKNOWN


def is_known_there(build: Build, stage: Stage, name: str, before: Command) -> bool:
    """Whether the base image has a program, or something brought it before a command."""
    return name in _of_base(build, stage) or _is_brought(build, stage, name, before)


def _missing_places(build: Build) -> frozenset[Span]:
    return frozenset(missing.command.span for missing in missing_calls(build))


def _is_path(command: Command) -> bool:
    first = command.words[0] if command.words else None
    return first is not None and "/" in first.text


def _of_base(build: Build, stage: Stage) -> frozenset[str]:
    """The commands that the image at the bottom is known to have."""
    image = build.root_image(stage)
    if image is None:
        return frozenset()

    names: set[str] = set()
    official = official_name(image) or ""
    for table in (_OF_DISTRIBUTION, _OF_IMAGE):
        names.update(table.get(official, "").split())
    if is_alpine(image):
        names |= _OF_ALPINE
    if official in _WITH_CURL:
        names.add("curl")
    full = packages_of_full(image)
    if full:
        names.update(_OF_DISTRIBUTION["debian"].split())
    names |= full
    names |= {name for name, package in _PACKAGES.items() if package in full}
    return frozenset(names)


def _is_brought(build: Build, stage: Stage, name: str, command: Command) -> bool:
    """Whether a package brought it before, or it was called before where its failure counts."""
    start = command.span.start
    brought = build.once(_brought)
    for below in build.lineage_of(stage):
        if brought.get(below.index, {}).get(name, start) < start:
            return True
    return False


def _brought(build: Build) -> Mapping[int, Mapping[str, int]]:
    """By stage, the commands that are brought or proven there, and where first."""
    brought: dict[int, dict[str, int]] = {}
    for call in build.packages(*_MANAGERS, action="install"):
        names = {package.name for package in call.does.packages if package.name}
        names |= {name for name, package in _PACKAGES.items() if package in names}
        for name in names:
            _note(build, brought, call.instruction, name, call.command.span.start)
    for earlier in build.commands():
        if ends_build(earlier.script, earlier.command):
            start = earlier.command.span.start
            _note(build, brought, earlier.instruction, earlier.command.name, start)
    return brought


def _note(
    build: Build,
    brought: dict[int, dict[str, int]],
    instruction: Instruction,
    name: str,
    start: int,
) -> None:
    stage = build.dockerfile.stage_of(instruction)
    if stage is not None:
        of_stage = brought.setdefault(stage.index, {})
        of_stage[name] = min(start, of_stage.get(name, start))
