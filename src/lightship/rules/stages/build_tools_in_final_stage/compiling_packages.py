"""Python packages that compile when the program runs, wherever the image gets them from.

PlatformIO builds firmware with make, SCons and compilers, and ESPHome does so by PlatformIO.

PyTorch's compiler and Triton write C, and call gcc with the headers of Python
(pytorch.org/docs, torch.compiler; triton-lang.org, runtime/build.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.installs.dependencies import installs
from lightship.facts.installs.locked_packages import locked_packages
from lightship.facts.installs.project_files import project_of
from lightship.facts.installs.requirement_files import requirements_of

_COMPILING = frozenset(
    """bitsandbytes deepspeed esphome exllamav2 flashinfer-python liger-kernel platformio pytorch
    sglang tensorrt-llm torch torchvision triton unsloth vllm xformers""".split()
)
_MANAGERS = ("pip", "uv", "conda", "micromamba", "poetry", "pdm", "pipenv")
# Base images that have them
_BASES = (
    "axolotlai/",
    "pytorch/",
    "rayproject/ray-ml",
    "rocm/pytorch",
    "rocm/vllm",
    "sglang/",
    "vllm/",
)


def compiling_packages(build: Build) -> Iterator[str]:
    """What is installed by name, by a requirements file, from a lock file or for a project."""
    if _is_of_framework(build):
        yield "the base image"
    for name in _named(build):
        if name.lower().replace("_", "-") in _COMPILING:
            yield name


def _is_of_framework(build: Build) -> bool:
    image = build.root_image(build.final) if build.final is not None else None
    if image is None:
        return False
    return image.name.startswith(_BASES) or "pytorch" in image.name


def _named(build: Build) -> Iterator[str]:
    for call in build.packages(*_MANAGERS):
        if call.does.installs:
            for package in call.does.packages:
                yield package.name
        for file in requirements_of(build, call) or ():
            for asked in file.dependencies:
                yield asked.name
        yield from locked_packages(build, call)

    for install in installs(build):
        project = project_of(build, install)
        if project is not None:
            for dependency in project.dependencies:
                yield dependency.name
