"""What tells that an image is for a GPU, or may run on one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lightship.build import Build
from lightship.context.files import Context
from lightship.regex import regex

if TYPE_CHECKING:
    from lightship.pyproject.requirements import Requirements

_GPU = regex(
    r"cuda|nvidia|gpu|rocm|cudnn|jetson|\bl4t\b|\+cpu|/cpu\b|torch-backend|\bxpu\b|train",
    re.IGNORECASE,
)
_FILES = regex(r"cuda|nvidia|gpu", re.IGNORECASE)
# In a list of requirements: `# with CUDA support`, but not `# without CUDA`, `# CPU or GPU`
_COMMENT_ON_GPU = regex(
    r"(?im)^(?!.*\b(?:not?|without|cpu|via)\b).*#.*\b(?:cuda|nvidia|gpus?)\b"
)
# In a program that runs on a GPU where there is one: `torch.cuda.is_available()`, `.to("cuda:0")`
_OF_PROGRAM = regex(
    r"\btorch\.cuda\b|\.cuda\(|[\"']cuda(?::|[\"'])|\bcuda:\{|device_map[ \t]*=|\w_CUDA\b|\bCUDA_\w"
)
_MOST_PROGRAMS = 300
# Beside the Dockerfile's context: how the image is run
_BESIDE = (
    "README.md",
    *(
        f"{name}.{end}"
        for name in ("compose", "docker-compose")
        for end in ("yaml", "yml")
    ),
)


def may_be_meant(build: Build) -> bool:
    """Whether nothing says that the image is for a GPU, or for Arm alone, or takes wheels from
    elsewhere.
    """
    text = build.dockerfile.text
    if "pip.conf" in text or "linux/arm64" in text:
        return False
    if build.platforms and all(map(_is_arm, build.platforms)):
        return False
    return not _GPU.search(text) and not _GPU.search(build.path or "")


def _is_arm(platform: str) -> bool:
    """Whether wheels for it have no CUDA: those on PyPI for aarch64 are for CPUs."""
    return platform.startswith("linux/arm")


def is_for_gpu(context: Context | None) -> bool:
    """Whether the files beside the Dockerfile, or their names, say so."""
    if context is None:
        return False
    texts = (context.read(name) or "" for name in _BESIDE)
    if any(_FILES.search(text) for text in texts):
        return True
    if any(_FILES.search(file.path) for file in context.files):
        return True
    return _may_run_on_gpu(context)


def is_list_for_gpu(context: Context | None, files: Iterable[Requirements]) -> bool:
    """Whether a comment in the requirements, or the name of a file, says that they are for a GPU.

    `pip freeze` lists NVIDIA's libraries as well, but writes no comment.
    """
    for file in files:
        for path in file.paths:
            text = context.read(path) if context is not None else None
            if _FILES.search(path) or _COMMENT_ON_GPU.search(text or ""):
                return True
    return False


def _may_run_on_gpu(context: Context) -> bool:
    """Whether code that the build gets asks for a GPU, which wheels for CPUs would take away."""
    programs = [file.path for file in context.sent if file.path.endswith(".py")]
    texts = (context.read(path) or "" for path in programs[:_MOST_PROGRAMS])
    return any(map(_OF_PROGRAM.search, texts))
