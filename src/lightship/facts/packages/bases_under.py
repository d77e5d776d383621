"""What is under a stage whose base image the repository makes itself.

Its Dockerfile is read as this one is: its own base, and what it installs, are known.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import brings_compiler
from lightship.base_images.reference import Reference, read_reference
from lightship.build import Build, PackageInvocation
from lightship.dockerfile.parse import parse
from lightship.dockerfile.tree import Stage
from lightship.facts.packages.apt import APT
from lightship.record import record
from lightship.repository_facts import OwnBase, RepositoryFacts

_DEEPEST = 5  # images that come from one another
_COMPILER = "build-essential"
# What installs a compiler with it, where recommendations are taken
_RECOMMEND_COMPILER = frozenset({"python3-pip", "python-pip", "dkms"})


@record(eq=False)
class BaseUnder:
    """An image of the repository under a stage, and how its Dockerfile reads."""

    made: OwnBase
    build: Build


def bases_under(build: Build, stage: Stage) -> tuple[BaseUnder, ...]:
    """The repository's own images under a stage, the nearest first."""
    if not build.repository.bases:
        return ()
    return build.once(_bases_by_stage)[stage.index]


def _bases_by_stage(build: Build) -> tuple[tuple[BaseUnder, ...], ...]:
    by_stage = []
    for stage in build.dockerfile.stages:
        bases = _bases(build, stage)
        by_stage.append(tuple(bases))
    return tuple(by_stage)


def _bases(build: Build, stage: Stage) -> Iterator[BaseUnder]:
    facts = build.repository
    inherited = RepositoryFacts(facts.images)
    name = build.evaluation.root(stage).name
    for _ in range(_DEEPEST):
        made = facts.bases.get(name)
        if made is None:
            return
        dockerfile = parse(made.dockerfile)
        base = Build(dockerfile, repository=inherited, today=build.today)
        yield BaseUnder(made, base)
        name = _root_name(base)


def _root_name(build: Build) -> str:
    """The name of what the last stage comes from in the end."""
    last = build.dockerfile.stages[-1]
    root = build.evaluation.root(last)
    return root.name


def image_under(build: Build, stage: Stage) -> Reference | None:
    """The image of somebody else that a stage comes from in the end; None where it is none."""
    bases = bases_under(build, stage)
    if not bases:
        return build.root_image(stage)

    last = bases[-1].build
    name = _root_name(last)
    image = read_reference(name)
    if isinstance(image, str):
        return None
    return image


def starts_with_compiler(build: Build, stage: Stage) -> bool:
    """Whether what is under a stage has a compiler of C, as far as names tell."""
    image = image_under(build, stage)
    if image is not None and brings_compiler(image):
        return True
    return _COMPILER in packages_under(build, stage)


def packages_under(build: Build, stage: Stage) -> frozenset[str]:
    """What the repository's own images under a stage have installed with apt, by name.

    Of what that recommends the compiler alone.
    """
    names: set[str] = set()
    for base in bases_under(build, stage):
        under = base.build
        for call in under.packages(*APT, action="install"):
            if call.instruction in under.shipped:
                names |= _installed_by(call)
    return frozenset(names)


def _installed_by(call: PackageInvocation) -> set[str]:
    """The packages that a command names, and the compiler where they recommend it."""
    does = call.does
    names = {package.name for package in does.packages}
    names.discard("")  # a variable stands for it
    if does.option("--no-install-recommends"):
        return names
    if not names.isdisjoint(_RECOMMEND_COMPILER):
        names.add(_COMPILER)
    return names


def is_cleaned_under(build: Build, stage: Stage, script: str) -> bool:
    """Whether an image under a stage brings a script of that name that removes the index of apt."""
    bases = bases_under(build, stage)
    return any(script in base.made.cleaners for base in bases)
