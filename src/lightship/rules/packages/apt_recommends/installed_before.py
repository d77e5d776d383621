"""What an image has before an install: a package that is there brings no recommendations again.

apt-get(8) takes recommended packages of what it newly installs.
"""

from __future__ import annotations

from lightship.base_images.distributions import distribution_of
from lightship.build import Build, PackageInvocation
from lightship.facts.packages.apt import APT
from lightship.facts.packages.bases_under import packages_under

_PIP = "python3-pip"


def installed_before(build: Build, call: PackageInvocation) -> frozenset[str]:
    """The packages that earlier commands of the final image have installed, by name.

    Those of a branch that may not run do not count, nor what is removed again.
    """
    start = call.command.span.start
    stage = build.dockerfile.stage_of(call.instruction)
    names = set(packages_under(build, stage)) if stage is not None else set()
    for other in build.packages(*APT):
        if other.command.span.start >= start:
            break
        if other.instruction not in build.shipped:
            continue

        does = other.does
        if does.action == "remove":
            names -= {word.value or "" for word in does.operands}
        elif does.action == "install" and not _may_not_run(other):
            for package in does.packages:
                if package.kind == "registry":
                    names.add(package.name)

    if _has_pip(build, call):
        names.add(_PIP)
    return frozenset(names)


def _may_not_run(call: PackageInvocation) -> bool:
    enclosing = call.script.enclosing(call.command)
    if any(block.kind in ("if", "case") for block in enclosing):
        return True
    return call.script.pipeline_of(call.command).operator == "||"


def _has_pip(build: Build, call: PackageInvocation) -> bool:
    """Whether pip is called before, on an image that is more than a distribution."""
    stage = build.dockerfile.stage_of(call.instruction)
    image = build.root_image(stage) if stage is not None else None
    if image is None or distribution_of(image) is not None:
        return False
    start = call.command.span.start
    for earlier in build.packages("pip"):
        is_before = earlier.command.span.start < start
        if is_before and earlier.instruction in build.shipped:
            return True
    return False
