"""Whether a RUN finds the certificates of the well-known CAs in its image.

Sources: the Dockerfiles of docker-library/buildpack-deps, python, ruby and golang, which install
ca-certificates in all variants; the node image has it only where it starts from buildpack-deps. The
images of Fedora, Red Hat and what is made from it come with it.
"""

from __future__ import annotations

from lightship.build import Build
from lightship.dockerfile.tree import Instruction, Stage

_PACKAGE = "ca-certificates"
_WITH = frozenset(
    """almalinux amazonlinux buildpack-deps centos fedora golang oraclelinux python rockylinux
    ruby""".split()
)
_WITH_IN_FULL = frozenset({"node"})
_WITHOUT_IN_TAG = ("slim", "alpine")
_OF_CA = (".crt", ".pem", ".cer")
_TAKE_CA = ("update-ca-certificates", "update-ca-trust")


def has_certificates(build: Build, run: Instruction) -> bool:
    """Whether ca-certificates is in the base image, or was installed before or in this RUN."""
    stage = build.dockerfile.stage_of(run)
    if stage is None:
        return False
    if _is_in_base(build, stage):
        return True

    line = build.lineage_of(stage)
    for call in build.package_commands:
        is_later = call.instruction.span.start > run.span.start
        if is_later or not call.does.installs:
            continue
        if build.dockerfile.stage_of(call.instruction) not in line:
            continue
        if any(package.name == _PACKAGE for package in call.does.packages):
            return True
    return False


def _is_in_base(build: Build, stage: Stage) -> bool:
    image = build.root_image(stage)
    if image is None or not image.official:
        return False
    name = image.path.removeprefix("library/")
    if name in _WITH:
        return True
    is_small = any(part in image.tag for part in _WITHOUT_IN_TAG)
    return name in _WITH_IN_FULL and not is_small


def brings_own_ca(build: Build) -> bool:
    """Whether a COPY brings the certificate of a CA, by its name, and a RUN takes it on."""
    if not any(build.commands(*_TAKE_CA)):
        return False
    for copying in build.copyings():
        for source in copying.sources:
            if source.word.text.endswith(_OF_CA):
                return True
    return False
