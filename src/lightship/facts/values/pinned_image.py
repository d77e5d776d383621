"""A version for an image that has none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from posixpath import basename

from lightship.base_images.full import slim_tag
from lightship.base_images.lifetimes import official_name, parts
from lightship.base_images.newest_tags import newest_tag
from lightship.base_images.retired import gets_no_updates
from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Flag, Instruction, Stage
from lightship.evaluation.image_references import UsedImage
from lightship.facts.copies.stage_copies import stage_copies
from lightship.facts.values.full_image_needs import uses_full
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.left_over import is_stub
from lightship.regex import regex
from lightship.text import Edit, Span

_LATEST = ":latest"
# `sed -i "/FROM /c\FROM $IMAGE" docker/Dockerfile.worker`
_SED_OF_FROM = regex(r"\bsed\b[^\n]{0,200}\bFROM\b[^\n]{0,300}")
_SLIM = regex(r"\bslim\b")
_DISTRIBUTIONS = frozenset("alpine busybox debian ubuntu".split())
_KEEPING_DATA = frozenset({"mariadb", "mongo", "mysql", "postgres"})
_MOVERS = frozenset("cd chmod cp mkdir mv rm rmdir".split())
# What they fetch or write is the same with any version of theirs
_FETCHERS = frozenset("curl git htpasswd openssl wget".split())
_BESIDE_FETCHERS = frozenset(
    """apk apt apt-get base64 cat chown echo export find gunzip gzip ls printf pwd sed set sha256sum
    tar test touch unxz unzip [""".split()
)
_ONLY_FETCHING = _MOVERS | _FETCHERS | _BESIDE_FETCHERS
# Where packages put their files
_SYSTEM = ("/bin/", "/boot/", "/etc/", "/lib/", "/lib64/", "/sbin/", "/usr/", "/var/")
_MANAGERS = ("apt-get", "apt", "aptitude", "apk")
# Gone from Debian 12, Ubuntu 24.04 and Alpine 3.16, and from all that came later
_OF_PYTHON_2 = regex(
    r"python(?:2|2\.7|-minimal)?|python(?:2|2\.7)?-(?:dev|pip|setuptools|virtualenv|wheel|numpy"
    r"|scipy|tk|yaml|requests|pkg-resources|software-properties)|py2-.+"
)


_MOVES_ON_PURPOSE = regex(
    r"\b(?:latest|newest|most recent|rolling|locally|local image|built (?:by|in|from|with))\b"
)


# Names that have the version in them: `ubi9/ubi-minimal`, `rhscl/postgresql-10-rhel7`,
# `manylinux_2_28_x86_64`, `distroless/python3-debian12`, `sam/build-python3.12`,
# `almalinux/9-base`
_NAMED_BY_VERSION = regex(
    r"(?:^|[/-])(?:ubi|rhel|el|cos|debian|almalinux|rockylinux|oraclelinux|alpine|ubuntu)[0-9]+"
    r"(?:[/-]|$)|(?:many|musl)linux[_0-9]|/[0-9]{1,2}(?:-(?:base|minimal|init|micro|toolbox))?$"
    r"|[a-z-][0-9]+\.[0-9]+(?:\.[0-9]+)?(?:-[a-z]+)?$"
    # `centos/python-36-centos7`, as Red Hat's builders are called
    r"|-[0-9]{1,3}-(?:centos|rhel|ubi|el)[0-9]+$"
    # `pytorch-gpu.2-1`, `tf2-cpu.2-13.py310`, as Google's images for deep learning are called
    r"|[a-z]\.[0-9]+-[0-9]+(?:\.py[0-9]+)?$"
    # `cern/alma9-base`, `fedora/python-312`
    r"|/alma[0-9]+(?:-[a-z]+)?$|/python-?3[0-9]{2}$"
)


def is_meant_to_move(build: Build, used: UsedImage) -> bool:
    """Whether the version of an image is not for this Dockerfile to say.

    The repository builds the image itself, it can only have been built on the spot, a build of the
    repository passes the version, or a comment says that the newest one is wanted. A rolling
    distribution is installed from as it is today; a script may replace FROM; and some names
    have the version in them. An image without updates is to be replaced, not pinned, which another
    rule says. What one variable names is only the default where it is none of Docker's official
    images. An example is read, and built by others. What only moves or fetches files does so in any
    version.
    """
    image = used.image
    if may_be_local(image) or build.is_own_image(image):
        return True
    if build.repository.is_example:
        return True

    if used.rolls_on or gets_no_updates(image, build.today):
        return True
    if used.is_variable and official_name(image) is None:
        return True
    if _NAMED_BY_VERSION.search(image.path):
        return True

    if build.once(is_stub):
        return True
    if build.once(_is_from_replaced) or _only_moves_files(build, used):
        return True
    passed = build.given_args - build.args.keys()
    if not passed.isdisjoint(used.variables):
        return True
    return _is_said_to_move(build, used)


def _only_moves_files(build: Build, used: UsedImage) -> bool:
    """Whether a distribution is the base of one stage alone, whose RUN only move files about or
    fetch them, and nothing of the distribution is copied out of it.
    """
    if official_name(used.image) not in _DISTRIBUTIONS:
        return False
    own = build.once(_stages_by_image).get(used.span, ())
    if len(own) != 1 or own[0] in build.lineage:
        return False

    names: set[str] = set()
    for item in own[0].instructions:
        if item.keyword != "RUN":
            continue
        for script in build.scripts(item):
            if script.opaque or script.errors:
                return False
            names.update(command.name for command in script.commands)
    if names and names <= _MOVERS:
        return True
    if _FETCHERS.isdisjoint(names) or not names <= _ONLY_FETCHING:
        return False
    return _hands_on_no_system(build, own[0])


def _hands_on_no_system(build: Build, stage: Stage) -> bool:
    """Whether what other stages take out of a stage is surely not of its packages."""
    taken = [copy for copy in stage_copies(build) if copy.origin is stage]
    known = {copy.copying.instruction for copy in taken}
    for item in build.each("COPY", "RUN"):
        if item not in known and any(_may_name(flag, stage) for flag in item.flags):
            return False
    runs = [item.line.text for item in stage.instructions if item.keyword == "RUN"]
    return bool(taken) and all(_is_made(copy.source, runs) for copy in taken)


def _may_name(flag: Flag, stage: Stage) -> bool:
    """Whether `--from` of COPY, or in a mount of RUN, may name a stage."""
    name = flag.value or ""
    if flag.name != "from":
        _, _, rest = name.partition("from=")
        name, _, _ = rest.partition(",")
    return "$" in name or name.lower() in (stage.name, str(stage.index))


def _is_made(path: str, runs: Sequence[str]) -> bool:
    """Whether a path lies outside the directories of packages, or a RUN names it."""
    if path == "/":
        return False
    if not f"{path}/".startswith(_SYSTEM):
        return True
    return any(path in run for run in runs)


def _stages_by_image(build: Build) -> dict[Span, list[Stage]]:
    """The stages that come from each name of an image, by its place."""
    stages: dict[Span, list[Stage]] = {}
    for stage in build.dockerfile.stages:
        first, *_ = build.lineage_of(stage)
        stages.setdefault(first.base.span, []).append(stage)
    return stages


def _is_from_replaced(build: Build) -> bool:
    """Whether a script or CI writes another FROM into the Dockerfile before it is built."""
    context = build.context
    if context is None or context.run_texts is None or not build.path:
        return False
    own = regex(rf"(?<![\w.-]){re.escape(basename(build.path))}(?![\w.-])")
    for text in context.run_texts() or ():
        if "FROM" not in text:
            continue
        if any(own.search(line) for line in _SED_OF_FROM.findall(text)):
            return True
    return False


def _is_said_to_move(build: Build, used: UsedImage) -> bool:
    """Whether a comment beside the instruction says that the newest version is wanted."""
    instructions = build.dockerfile.instructions
    after = bisect_right(instructions, used.span.start, key=_start)
    instruction = instructions[after - 1]
    comments = comments_near(build.dockerfile, instruction)
    return _MOVES_ON_PURPOSE.search(comments) is not None


def _start(instruction: Instruction) -> int:
    return instruction.span.start


def without_version(build: Build, used: UsedImage, message: str) -> Finding:
    """What a rule says of an image without a version, with the one that `latest` means.

    It is written by a fix where there is one such image, and is a choice beside its slim one where
    that has what is used.
    """
    severity = Severity.INFO if used.is_mostly_another else None
    own = _tag_elsewhere(build, used)
    if own and not (_SLIM.search(own) and uses_full(build, used, used.image)):
        message += f", such as {own}, as elsewhere in this file"
        fix = _pinned(build, used, own, Safety.UNSAFE)
        return Finding(used.span, message, fix, severity)

    tag = newest_tag(used.image, build.today)
    if tag is None:
        return Finding(used.span, message, severity=severity)

    lacking = _gone_with_python_2(build, used)
    if lacking:
        message += f", and replace {lacking}, which no supported one has"
        return Finding(used.span, message, None, severity)

    message += f", such as {tag}"
    image = replace(used.image, tag=tag)
    if official_name(image) in _KEEPING_DATA:
        # A volume may hold data of a newer one, which it cannot read
        choice = _pinned(build, used, tag, Safety.MANUAL)
        choices = () if choice is None else (choice,)
        return Finding(used.span, message, None, severity, choices)

    slim = slim_tag(image)
    if slim is None or uses_full(build, used, image):
        fix = _pinned(build, used, tag, Safety.UNSAFE)
        return Finding(used.span, message, fix, severity)

    offered = [_pinned(build, used, name, Safety.MANUAL) for name in (slim, tag)]
    both = tuple(filter(None, offered))
    return Finding(used.span, message, None, severity, both)


def _tag_elsewhere(build: Build, used: UsedImage) -> str:
    """The only tag that the Dockerfile gives the same image; empty without one, or for `latest`.

    A release that gets no more fixes is not taken for one image more.
    """
    tags = build.once(_tags_by_name).get(used.image.name, set())
    if len(tags) != 1:
        return ""
    [tag] = tags
    named = parts(replace(used.image, tag=tag))
    return "" if any(part.release.has_ended(build.today) for part in named) else tag


def _tags_by_name(build: Build) -> Mapping[str, set[str]]:
    """The tags that a Dockerfile gives each image, without `latest` and its like."""
    tags: dict[str, set[str]] = {}
    for used in build.images:
        is_latest = used.image.tag.startswith("latest")
        if used.image.tag and not is_latest:
            tags.setdefault(used.image.name, set()).add(used.image.tag)
    return tags


def _gone_with_python_2(build: Build, used: UsedImage) -> str:
    """A package of Python 2 that the Dockerfile installs; the newest releases have none."""
    for call in build.packages(*_MANAGERS, action="install"):
        stage = build.dockerfile.stage_of(call.instruction)
        if stage is None or build.lineage_of(stage)[0].base.span != used.span:
            continue
        for package in call.does.packages:
            if _OF_PYTHON_2.fullmatch(package.name):
                return package.name
    return ""


def _pinned(build: Build, used: UsedImage, tag: str, safety: Safety) -> Fix | None:
    """Write `tag` after the name; None where a variable stands for a part of it."""
    if used.is_mostly_another:
        return None
    text = used.span.of(build.dockerfile.text)
    if text != used.name:
        return None

    name = text.removesuffix(_LATEST)
    start, end = used.span
    span = Span(start + len(name), end)
    edit = Edit.replace(span, f":{tag}")
    return Fix(f"Use {name}:{tag}", (edit,), safety)
