"""Installs of packages that no mirror has any more, so that the build stops there."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.lifetimes import Release
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import APT
from lightship.facts.packages.archived_releases import archived_release
from lightship.facts.packages.base_packages import base_packages, needs_index
from lightship.facts.packages.package_sources import may_have_them_by
from lightship.facts.stages.built_stages import built_stage
from lightship.shell.failing import ends_build

_YUM = ("yum", "dnf")
MANAGERS = (*APT, *_YUM)
_USES = frozenset({"update", "install", "upgrade"})
_OFFLINE = ("--no-download", "--installroot", "--cacheonly")


def failing_installs(build: Build) -> Iterator[tuple[PackageInvocation, Release]]:
    """The first one of each stage that is built, with the release that the mirrors have dropped."""
    seen: set[Stage] = set()
    for call in build.packages(*MANAGERS):
        stage = built_stage(build, call.instruction)
        if stage is None or stage in seen:
            continue
        if call.does.action not in _USES:
            continue
        release = archived_release(build, stage)
        if release is None:
            continue
        if not ends_build(call.script, call.command):
            continue
        if _is_another_manager(call, release):
            continue
        if call.does.option(*_OFFLINE):
            continue
        if _has_all(build, call, stage):
            continue
        if may_have_them_by(build, stage, call.instruction):
            continue

        seen.add(stage)
        yield call, release


def _has_all(build: Build, call: PackageInvocation, stage: Stage) -> bool:
    """Whether the image has all that an install names, so that apt asks no mirror."""
    does = call.does
    if does.action != "install":
        return False
    if does.reads_more:
        return False
    packages = base_packages(build, stage)
    return not needs_index(call, packages)


def _is_another_manager(call: PackageInvocation, release: Release) -> bool:
    is_yum = call.does.manager in _YUM
    is_centos = release.product == "CentOS"
    return is_yum != is_centos
