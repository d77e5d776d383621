"""Stages that nothing needs: neither the image nor a build of a stage that is a target of its own.

A stage may be there to be built by itself, with `docker build --target`: its name says so, or a
file that starts builds, a manual or a comment.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.tree import Stage
from lightship.evaluation.stages import reachable
from lightship.facts.stages.chosen_stages import chosen_by
from lightship.regex import regex

# Words of names of stages that are made for other stages
_PREPARING = frozenset(
    """base build builder building bundle compile compiler dependencies deps download
    downloader fetch install installer modules packages pip poetry prepare requirements
    source sources uv vendor venv wheel wheels""".split()
)
# Words that show that a stage is a target of its own, whatever else the name says
_TARGETS = frozenset(
    """artifact artifacts check ci cli debug demo dev develop development devcontainer
    docs e2e example export final image lint local output prod production release run
    runner runtime serve server stage staging target test testing tests worker""".split()
)
_SPLIT = regex(r"[-_.]|(?<=[a-z])(?=[0-9])")
_SPEAKING = regex(
    r"(?:^|/)(?:(?:docker-)?compose[^/]*\.ya?ml|docker-bake[^/]*\.(?:hcl|json)|Makefile|justfile"
    r"|Taskfile\.ya?ml|\.gitlab-ci\.yml|skaffold\.yaml|Tiltfile|Jenkinsfile|devcontainer\.json"
    r"|.*\.sh)$|^\.(?:github|circleci|gitlab)/"
)
_MANUALS = (".md", ".rst", ".adoc", ".txt")
_LONGEST = 1 << 18


def spare_stages(build: Build) -> tuple[Stage, ...]:
    """The stages of a build without a target that nothing needs, in order."""
    return build.once(_spare_stages)


def _spare_stages(build: Build) -> tuple[Stage, ...]:
    stages = build.dockerfile.stages
    final = build.final
    graph = build.evaluation.graph
    if len(stages) < 2 or build.target is not None or final is None:
        return ()
    needed = reachable(graph, [final])
    if len(needed) == len(stages):
        return ()

    chosen = {item.index for stage in stages for item in chosen_by(build, stage)}
    meant = [stage for stage in stages if _is_meant(build, stage, chosen)]
    needed = reachable(graph, [final, *meant])
    return tuple([stage for stage in stages if stage.index not in needed])


def named_like_image(build: Build, stage: Stage) -> Stage | None:
    """The stage whose FROM names the image of `stage` where `stage` itself may be meant.

    `FROM docker.io/python:3.14 AS python`, and then `FROM docker.io/python`: only the bare name is
    that of the stage (BuildKit's convert.go looks a name up as it is written).
    """
    own = _image(build, stage)
    if own is None or own.path.rpartition("/")[2] != stage.name:
        return None

    for other in build.dockerfile.stages[stage.index + 1 :]:
        image = _image(build, other)
        is_same = image is not None and image.name == own.name
        if is_same and image is not None and not image.tag and not image.digest:
            return other
    return None


def _image(build: Build, stage: Stage) -> Reference | None:
    """The image that a stage starts from; None where that is a stage or not known."""
    if build.base_of(stage) is not None:
        return None
    image = read_reference(build.evaluation.bases[stage.index].name)
    return None if isinstance(image, str) else image


def _is_meant(build: Build, stage: Stage, chosen: Collection[int]) -> bool:
    """Whether the stage may be built for itself."""
    if named_like_image(build, stage) is not None:
        return False
    if stage.index in chosen or not _prepares(stage):
        return True
    return _is_target(build, stage)


def _prepares(stage: Stage) -> bool:
    """Whether a stage is made for others, as its name tells; one without a name cannot be a
    target.
    """
    if stage.name is None:
        return True
    words = set(_SPLIT.split(stage.name))
    return not words.isdisjoint(_PREPARING) and words.isdisjoint(_TARGETS)


def _is_target(build: Build, stage: Stage) -> bool:
    """Whether a file of the context names it as a target, or a comment a line that would use it."""
    if stage.name is None:
        return False
    text = build.dockerfile.text
    for comment in build.dockerfile.comments:
        if f"--from={stage.name}" in comment.text(text):
            return True
    return build.context is not None and stage.name in _targets(build.context)


def _targets(context: Context) -> frozenset[str]:
    """What is named as a target in the files of the context that start builds, or say how to."""
    word = re.compile(r"""target["']?(?:\s*[:=]\s*|\s+)["']?([\w.-]+)""")
    option = re.compile(
        r"--target(?:=|\s+)([\w.-]+)"
    )  # what prose says otherwise is no target
    targets: set[str] = set()
    for file in context.files:
        pattern = None
        if _SPEAKING.search(file.path):
            pattern = word
        elif file.path.endswith(_MANUALS) and file.size <= _LONGEST:
            pattern = option
        if pattern is not None:
            matches = pattern.findall(context.read(file.path) or "")
            targets.update(match.lower() for match in matches)
    return frozenset(targets)
