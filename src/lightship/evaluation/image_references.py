"""The images that a Dockerfile names: after FROM, in COPY --from and in RUN --mount=from=."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.reference import Reference, read_reference
from lightship.base_images.users import may_be_local
from lightship.dockerfile.places import place_of_word
from lightship.dockerfile.tree import Dockerfile, Stage
from lightship.errors import ExpansionError
from lightship.evaluation.arguments import BaseName, default_args
from lightship.evaluation.evaluate import Evaluation
from lightship.evaluation.stages import SCRATCH, StageSource
from lightship.expansion.variables import expand, is_plain
from lightship.record import record
from lightship.regex import regex
from lightship.text import Span

_VARIABLE = regex(r"\$(?:\w+|\{[^{}]*\})")
# What is published under moving tags alone
_WITHOUT_VERSIONS = (
    "gcr.io/distroless/",
    "cgr.dev/chainguard/",
    "docker.io/chainguard/",
)
# Distributions without releases: an older image no longer fits what is installed into it
_ROLLING = frozenset(
    (
        "docker.io/opensuse/tumbleweed",
        "registry.opensuse.org/opensuse/tumbleweed",
        "docker.io/library/archlinux",
        "docker.io/archlinux/archlinux",
        "docker.io/kalilinux/kali-rolling",
        "docker.io/gentoo/stage3",
        "ghcr.io/void-linux/void-glibc",
        "cgr.dev/chainguard/wolfi-base",
        "docker.io/chainguard/wolfi-base",
    )
)
_OF_PLATFORM = frozenset(default_args({}, ""))


@record
class UsedImage:
    """One place that names an image; `name` is the text there, with the variables expanded.

    `is_variable` is whether all of it comes from one variable; `variables` are all that it uses.
    """

    image: Reference
    name: str
    span: Span
    is_variable: bool = False
    variables: frozenset[str] = frozenset()

    @property
    def is_mostly_another(self) -> bool:
        """Whether the builds that count mostly take another image, or one that was built on
        the spot.
        """
        return self.is_variable or may_be_local(self.image)

    @property
    def rolls_on(self) -> bool:
        """Whether it is a distribution without releases."""
        return f"{self.image.domain}/{self.image.path}" in _ROLLING

    @property
    def pin(self) -> str:
        """What to name so that it stays the same."""
        name = f"{self.image.domain}/{self.image.path}"
        return (
            "a digest with `lightship pin`"
            if name.startswith(_WITHOUT_VERSIONS)
            else "a version"
        )


def images(dockerfile: Dockerfile, evaluation: Evaluation) -> Iterator[UsedImage]:
    """The images whose whole name is known, and which cannot be a stage or a build context of
    that name.

    COPY and RUN take a bare name for a stage first, so one without tag, digest and `/` is left out
    there.
    """
    for stage, base, parent in zip(
        dockerfile.stages, evaluation.bases, evaluation.graph.bases, strict=True
    ):
        image = read_reference(base.name)
        if (
            parent is None
            and base.name != SCRATCH
            and not isinstance(image, str)
            and _is_whole(dockerfile, evaluation, stage, base)
        ):
            yield UsedImage(
                image,
                base.name,
                stage.base.span,
                _VARIABLE.fullmatch(stage.base.text) is not None,
                base.used,
            )
    for sources in evaluation.graph.sources:
        for source in sources:
            image = read_reference(source.name)
            if (
                source.stage is None
                and not source.refusal
                and not isinstance(image, str)
                and _is_image(source)
            ):
                span = place_of_word(dockerfile, source, source.span)
                yield UsedImage(image, source.name, span)


def _is_whole(
    dockerfile: Dockerfile,
    evaluation: Evaluation,
    stage: Stage,
    base: BaseName,
) -> bool:
    """Whether every variable in it has a value or a default, and none differs with the platform."""
    text = stage.base.text
    if is_plain(text, dockerfile.escape):
        return True
    try:
        unset = expand(text, evaluation.globals.get, escape=dockerfile.escape).unset
    except ExpansionError:
        return False
    defaults = all(f"${{{name}:-" in text or f"${{{name}-" in text for name in unset)
    return defaults and base.used.isdisjoint(_OF_PLATFORM)


def _is_image(source: StageSource) -> bool:
    return any(mark in source.name for mark in "/:@")
