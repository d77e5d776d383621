"""Headers that weigh little, in themselves or beside the base image."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build
from lightship.facts.packages.apt import APT, LEAVES_OUT
from lightship.regex import regex
from lightship.rules.stages.build_tools_in_final_stage.kept_tools import KeptTools
from lightship.rules.stages.build_tools_in_final_stage.large_bases import (
    has_compilers,
    is_huge,
)
from lightship.shell.build_tools import is_companion

# Less than 5 MB with what they depend on, by the package lists of Debian 13 and Alpine
_LITTLE = frozenset(
    """bzip2-dev expat-dev file-dev jpeg-dev libaio-dev libcap-dev libev-dev libevent-dev
    libffi-dev libgeos-dev libjpeg-turbo-dev libldap-dev libldap2-dev liblz4-dev liblzma-dev
    libmagic-dev libpng-dev libsnappy-dev libsodium-dev libspeex-dev libspeexdsp-dev
    libusb-1.0-0-dev libuv1-dev libxcb1-dev libxrender-dev libyaml-dev libzstd-dev xz-dev
    yaml-dev zlib-dev""".split()
)
# They hold what a program loads by that name: libtcmalloc.so
_LOADED = frozenset({"gperftools-dev", "libgoogle-perftools-dev", "libjemalloc-dev"})
_OF_PYTHON = regex(r"(?:lib)?python3(?:\.[0-9]+)?-dev")


def is_little(
    build: Build, kept: Sequence[KeptTools], *, has_compiler: bool = False
) -> bool:
    """Whether it gains nothing to do without the headers that stay.

    `has_compiler` is whether a compiler stays for the program, which reads those of Python.
    """
    if _has_large_base(build):
        return True

    gaining_nothing = _LITTLE | _LOADED
    reads_python = has_compiler or _has_recommended(build)
    for item in kept:
        for tool in item.tools:
            name = tool.name
            if is_companion(name):
                continue
            if reads_python and _OF_PYTHON.fullmatch(name):
                continue
            if name not in gaining_nothing:
                return False
    return True


def _has_large_base(build: Build) -> bool:
    """Whether the base image is huge, or has compilers itself."""
    if build.final is None:
        return False
    image = build.root_image(build.final)
    if image is None:
        return False
    return is_huge(image) or has_compilers(image)


def _has_recommended(build: Build) -> bool:
    """Whether apt installs python3-pip with what it recommends: python3-dev, and compilers."""
    for call in build.packages(*APT, action="install"):
        if call.instruction not in build.shipped:
            continue
        if call.does.option(*LEAVES_OUT) is not None:
            continue
        if any(package.name == "python3-pip" for package in call.does.packages):
            return True
    return False
