"""Python packages that compile when the program runs, wherever the image gets them from.

PlatformIO builds firmware with make, SCons and compilers, and ESPHome does so by PlatformIO.

PyTorch's compiler and Triton write C, and call gcc with the headers of Python
(pytorch.org/docs, torch.compiler; triton-lang.org, runtime/build.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.installs.named_packages import named_packages

_COMPILING = frozenset(
    """bitsandbytes deepspeed esphome exllamav2 flashinfer-python liger-kernel platformio pytorch
    sglang tensorrt-llm torch torchvision triton unsloth vllm xformers""".split()
)
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
    """What of all that the image installs, or its base image has, compiles at run time."""
    if _is_of_framework(build):
        yield "the base image"
    for package in named_packages(build):
        if package.name in _COMPILING:
            yield package.name


def _is_of_framework(build: Build) -> bool:
    image = build.root_image(build.final) if build.final is not None else None
    if image is None:
        return False
    return image.name.startswith(_BASES) or "pytorch" in image.name
