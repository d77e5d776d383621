"""From a build to its bases, each with the other images that it might start from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lightship.base_images.floating import floating
from lightship.base_images.lifetimes import Release
from lightship.base_images.official_tags import (
    ImageKind,
    OfficialTag,
    other_tags,
    releases_in,
)
from lightship.base_images.reference import Reference, read_reference
from lightship.base_images.retired import retirement_of
from lightship.base_images.underlying import release_under
from lightship.base_images.variants import unnamed
from lightship.bases.base_report import (
    Alternative,
    Fit,
    FoundBase,
    Objection,
)
from lightship.bases.base_stages import (
    BaseGroup,
    base_groups,
    from_line,
    unnamed_stages,
)
from lightship.bases.fact_objections import fact_objections
from lightship.bases.moved_build import MovedBuild, moved_build
from lightship.bases.rule_objections import rule_objections
from lightship.build import Build

_FITS = tuple(Fit)
_KINDS = tuple(ImageKind)
# Beyond these nothing is judged: each other image is a lint of the whole text
_MOST_GROUPS = 6
_LONGEST = 100_000


def found_bases(build: Build) -> tuple[FoundBase, ...]:
    """The images that a build starts from, that of the final stage first."""
    found: list[FoundBase] = []
    for place, group in enumerate(base_groups(build)):
        is_judged = place < _MOST_GROUPS and len(build.dockerfile.text) < _LONGEST
        found.append(_found(build, group, is_judged=is_judged))
    found += _not_known(build)
    found.sort(key=lambda base: not base.is_final)
    return tuple(found)


def _not_known(build: Build) -> Iterator[FoundBase]:
    """The bases of which not even the name is known."""
    for stage in unnamed_stages(build):
        yield FoundBase(
            name=stage.base.text,
            lines=(from_line(build, stage),),
            is_final=stage is build.lineage[0],
            kind=None,
            releases=(),
            notes=("its name is not known: give its variables with --build-arg",),
        )


def _found(build: Build, group: BaseGroup, *, is_judged: bool) -> FoundBase:
    first = group.first
    alternatives: list[Alternative] = []
    notes = list(_notes(build, group))
    if is_judged:
        alternatives = sorted(_alternatives(build, group), key=_rank)
    else:
        notes.append("the Dockerfile is too large to judge other images for it")
    lines = [from_line(build, item.stage) for item in group.stages]
    return FoundBase(
        name=first.used.name,
        lines=tuple(lines),
        is_final=group.is_final,
        kind=first.tag.kind if first.tag is not None else None,
        releases=_releases(first.image),
        notes=tuple(notes),
        alternatives=tuple(alternatives),
        is_own=build.is_own_image(first.image),
    )


def _releases(image: Reference) -> tuple[Release, ...]:
    known = releases_in(image)
    under = release_under(image)
    if under is None or under in known:
        return known
    return (*known, under)


def _notes(build: Build, group: BaseGroup) -> Iterator[str]:
    """What is to know of the image beside its releases."""
    used = group.first.used
    image = group.first.image
    if used.image.digest:
        yield "its digest keeps it as it is, and its tag may mean a newer one"
    if build.is_own_image(image):
        yield "this repository builds it itself"
    retirement = retirement_of(image)
    if retirement is not None and retirement.ends < build.today:
        yield f"it has had no updates since {retirement.ends}: use {retirement.instead}"
    if not group.is_final:
        yield "the final image does not start from it"
    variables = sorted(used.variables)
    if variables:
        yield f"its name comes from ARG {', '.join(variables)}"
    if not used.image.digest:
        yield from _moves_on(image, build.today)
    if group.first.tag is None and not _releases(image):
        yield "only its name is known here"


def _moves_on(image: Reference, day: date) -> Iterator[str]:
    """What a tag that moves means on that day."""
    moving = floating(image, day)
    if moving is not None:
        yield f"its tag moves from version to version, and means {moving.pinned} today"
    elif image.tag in ("", "latest"):
        yield "its tag moves with every release"
    else:
        plain = unnamed(image)
        if plain is not None:
            yield f"its tag moves to the next release of its system, and means {plain.tag} today"


def _alternatives(build: Build, group: BaseGroup) -> Iterator[Alternative]:
    for tag, moved in _moves(build, group):
        yield _judged(moved, tag)


def _moves(build: Build, group: BaseGroup) -> Iterator[tuple[OfficialTag, MovedBuild]]:
    first = group.first
    if first.tag is None:
        return
    for tag in other_tags(first.image, first.tag, build.today):
        if tag.text == first.image.tag:
            continue
        moved = moved_build(build, group, tag)
        if moved is not None:
            yield tag, moved


def text_on(build: Build, base: FoundBase, other: Alternative) -> str:
    """The Dockerfile with a base that was found in it on another image."""
    for group in base_groups(build):
        if group.first.used.name != base.name:
            continue
        for _tag, moved in _moves(build, group):
            if moved.lead.name == other.name:
                return moved.after.dockerfile.text
    raise ValueError(f"{other.name} is not another image for {base.name}")


def _judged(moved: MovedBuild, tag: OfficialTag) -> Alternative:
    """What speaks against it, each thing once."""
    name = moved.lead.name
    image = read_reference(name)
    assert isinstance(image, Reference)
    releases = releases_in(image)
    objections: dict[str, Objection] = {}
    for each in (*rule_objections(moved.before, moved.after), *fact_objections(moved)):
        objections.setdefault(each.text, each)
    lines = [from_line(moved.after, moved.after_stage(move)) for move in moved.moves]
    sure_first = sorted(objections.values(), key=lambda each: not each.is_sure)
    return Alternative(
        name=name,
        kind=tag.kind,
        releases=releases,
        ends=min((release.ends for release in releases), default=None),
        lines=tuple(lines),
        objections=tuple(sure_first),
    )


def _rank(alternative: Alternative) -> tuple[int, int, int, str]:
    """What fits first, then what gets fixes longest, then what brings least."""
    ends = alternative.ends or date.min
    return (
        _FITS.index(alternative.fit),
        -ends.toordinal(),
        _KINDS.index(alternative.kind),
        alternative.name,
    )
