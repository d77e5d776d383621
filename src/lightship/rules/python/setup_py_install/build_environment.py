"""What setup.py may import to build, which an isolated build of pip does not have."""

from __future__ import annotations

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Stage
from lightship.facts.copies.origins import origin_of
from lightship.facts.installs.requirement_files import requirements_of
from lightship.facts.stages.final_image import has_own_python
from lightship.facts.values.directories import directory_of, in_directory
from lightship.regex import regex
from lightship.shell.commands import Word
from lightship.shell.specs import written
from lightship.text import Span

# What setup.py files import, to build extensions against it
_BUILT_AGAINST = regex(
    r"(?i)(?<![\w-])(?:torch|pytorch(?:-cpu|-gpu)?|numpy|cython|tensorflow|jax|pybind11)(?![\w-])"
)
_IMPORT_TO_BUILD = regex(
    r"(?m)^(?:import|from)[ \t]+(?P<name>torch|numpy|Cython|pybind11)\b"
)
_MANAGERS = ("pip", "uv")
# Extensions whose setup.py imports torch, by the addresses they are cloned from
_OF_TORCH = regex(
    r"(?i)github\.com[/:](?:pytorch/(?:audio|vision|text|ao)|csukuangfj/kaldifeat"
    r"|k2-fsa/k2|nvidia/(?:apex|TransformerEngine)|dao-ailab/flash-attention|hazyresearch/"
    r"flash-attention|facebookresearch/(?:detectron2|pytorch3d|xformers|segment-anything-2|sam2)"
    r"|deepseek-ai/(?:deepgemm|deepep|flashmla)|open-mmlab/(?:mmcv|mmdetection3d)"
    r"|state-spaces/mamba|rusty1s/pytorch_\w+|deepspeedai/deepspeed|microsoft/deepspeed"
    r"|idea-research/groundingdino|thu-ml/sageattention)(?:\.git)?(?![\w-])"
)


def needs_environment(build: Build, call: Invocation) -> bool:
    """Whether what pip has installed before it looks like something that its build imports."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None:
        return False
    before = Span(stage.span.start, call.command.span.start)
    if _OF_TORCH.search(before.of(build.dockerfile.text)):
        return True

    lineage = build.lineage_of(stage)
    for install in build.packages(*_MANAGERS, action="install"):
        if install.command.span.start > call.command.span.start:
            continue
        if build.dockerfile.stage_of(install.instruction) not in lineage:
            continue
        if _BUILT_AGAINST.search(install.command.span.of(build.dockerfile.text)):
            return True
        files = requirements_of(build, install) or ()
        names = (asked.name for file in files for asked in file.dependencies)
        if any(map(_BUILT_AGAINST.fullmatch, names)):
            return True
    return False


def imports_to_build(build: Build, call: Invocation, script: Word) -> bool:
    """Whether setup.py imports what an isolated build would not have.

    It would have another torch, often for CUDA, where pyproject.toml asks for one.
    """
    path = in_directory(directory_of(build, call), written(script))
    origin = origin_of(build, call.instruction, path) if path is not None else ""
    if not origin or build.context is None:
        return False
    text = build.context.read(origin) or ""
    names = {match.group("name") for match in _IMPORT_TO_BUILD.finditer(text)}
    if "torch" in names:
        return True

    above = origin.rpartition("/")[0]
    manifest = build.context.read(f"{above}/pyproject.toml".lstrip("/")) or ""
    asked = manifest.lower()
    return any(name.lower() not in asked for name in names)


def is_cloned_beside_more(build: Build, call: Invocation, script: Word) -> bool:
    """Whether a RUN has cloned the sources, and what they import may be installed already."""
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None or not _installs_before(build, call, stage):
        return False
    path = in_directory(directory_of(build, call), written(script))
    if path is not None and origin_of(build, call.instruction, path):
        return False

    lineage = build.lineage_of(stage)
    for clone in build.commands("git"):
        is_before = clone.command.span.start < call.command.span.start
        is_here = build.dockerfile.stage_of(clone.instruction) in lineage
        if is_before and is_here and clone.command.has("clone"):
            return True
    return False


def has_more(build: Build, call: Invocation) -> bool:
    """Whether the environment may have more than Python has by itself.

    Sources that are not seen may import it in their setup.py, which an isolated build breaks.
    """
    stage = build.dockerfile.stage_of(call.instruction)
    if stage is None or not has_own_python(build, stage):
        return True
    return _installs_before(build, call, stage)


def _installs_before(build: Build, call: Invocation, stage: Stage) -> bool:
    lineage = build.lineage_of(stage)
    for install in build.packages(*_MANAGERS, action="install"):
        is_before = install.command.span.start < call.command.span.start
        if is_before and build.dockerfile.stage_of(install.instruction) in lineage:
            return True
    return False
