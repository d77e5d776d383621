"""A few more build tools beside the compiler of the base image, which stays anyway."""

from __future__ import annotations

from collections.abc import Sequence

from lightship.build import Build, PackageInvocation
from lightship.rules.stages.build_tools_in_final_stage.kept_tools import KeptTools
from lightship.rules.stages.build_tools_in_final_stage.large_bases import brings_gcc
from lightship.shell.build_tools import is_companion

_MOST = 3
# Compilers of another language, and headers of hundreds of megabytes
_HEAVY = (
    *("cargo", "clang", "cuda", "gcc-", "g++-", "gfortran", "golang", "llvm", "rust"),
    *("libopencv", "libvtk", "qt", "libllvm", "libclang"),
)
_HEAVY_ENDS = ("-all-dev", "-multilib")


def adds_few(build: Build, kept: Sequence[KeptTools]) -> bool:
    """Whether the base image compiles, and what is added to it is little beside that."""
    if not all(_is_beside_compiler(build, item.install) for item in kept):
        return False
    tools = {tool.name for item in kept for tool in item.tools}
    names = [name for name in tools if not is_companion(name)]
    if any(name.startswith(_HEAVY) or name.endswith(_HEAVY_ENDS) for name in names):
        return False
    return len(names) <= _MOST


def _is_beside_compiler(build: Build, install: PackageInvocation) -> bool:
    stage = build.dockerfile.stage_of(install.instruction)
    image = build.root_image(stage) if stage is not None else None
    return image is not None and brings_gcc(image)
