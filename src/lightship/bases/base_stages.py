"""The FROM lines of a build that name an image, those with the same version of it together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lightship.base_images.official_tags import OfficialTag, read_official_tag
from lightship.base_images.reference import Reference
from lightship.bases.base_report import FromLine
from lightship.build import Build
from lightship.dockerfile.tree import Stage
from lightship.evaluation.image_references import UsedImage
from lightship.evaluation.stages import SCRATCH, reachable
from lightship.record import record
from lightship.text import Edit, Span

_Version = tuple[str, str]  # an image, and a line of its versions


@record(eq=False)
class BaseStage:
    """A stage that starts from an image; `tag` is None where the tables do not know the image."""

    stage: Stage
    used: UsedImage
    tag: OfficialTag | None

    @property
    def image(self) -> Reference:
        """The image by its name and tag, without a digest."""
        return replace(self.used.image, digest="")


@record(eq=False)
class BaseGroup:
    """Stages on the same version of an image, `first` being the one that the others go with."""

    first: BaseStage
    stages: tuple[BaseStage, ...]
    is_final: bool


def base_groups(build: Build) -> tuple[BaseGroup, ...]:
    """The images of a build, that of the final stage first; what no build needs is left out."""
    if build.final is None:
        return ()
    needed = reachable(build.evaluation.graph, [build.final])
    by_version: defaultdict[_Version, list[BaseStage]] = defaultdict(list)
    for item in _on_images(build, build.today):
        if item.stage.index in needed:
            version = _version(item)
            by_version[version].append(item)
    groups = [_group(build, stages) for stages in by_version.values()]
    groups.sort(key=lambda group: not group.is_final)
    return tuple(groups)


def unnamed_stages(build: Build) -> Iterator[Stage]:
    """The stages that a build needs whose image is not known, such as `FROM $BASE`."""
    if build.final is None:
        return
    known = {used.span for used in build.images}
    needed = reachable(build.evaluation.graph, [build.final])
    for index in sorted(needed):
        stage = build.dockerfile.stages[index]
        name = build.evaluation.bases[index].name
        if build.base_of(stage) is not None or stage.base.span in known:
            continue
        if name != SCRATCH and name not in build.contexts:
            yield stage


def _on_images(build: Build, day: date) -> Iterator[BaseStage]:
    by_span: dict[Span, Stage] = {}
    for stage in build.dockerfile.stages:
        by_span[stage.base.span] = stage
    for used in build.images:
        begun = by_span.get(used.span)
        if begun is None:
            continue  # COPY --from
        tag = _tag_of(build, used, day)
        yield BaseStage(begun, used, tag)


def _tag_of(build: Build, used: UsedImage, day: date) -> OfficialTag | None:
    """What the tables know of an image; nothing of a digest alone, and of the repository's own."""
    image = replace(used.image, digest="")
    if used.image.digest and not image.tag:
        return None
    if build.is_own_image(image):
        return None
    return read_official_tag(image, day)


def _version(item: BaseStage) -> _Version:
    """What stages go together by: the image and its version, or all of its name."""
    if item.tag is None:
        return item.used.name, ""
    return item.tag.name, item.tag.line


def _group(build: Build, stages: Sequence[BaseStage]) -> BaseGroup:
    root = build.lineage[0]
    for item in stages:
        if item.stage is root:
            return BaseGroup(item, tuple(stages), is_final=True)
    return BaseGroup(stages[0], tuple(stages), is_final=False)


def from_line(build: Build, stage: Stage) -> FromLine:
    """The FROM of a stage as it stands."""
    text = stage.from_.span.of(build.dockerfile.text).strip()
    line = build.dockerfile.lines.line(stage.from_.span.start)
    return FromLine(line, text, stage.name or "")


def naming(item: BaseStage, tag: str) -> Edit:
    """The edit of FROM that names another tag of the same image."""
    written = item.stage.base.text
    folder, slash, last = written.rpartition("/")
    last_name = last.partition(":")[0]
    name = f"{folder}{slash}{last_name}"
    has_variable = "$" in last_name
    if has_variable or name.count("{") != name.count("}"):
        name = _without_tag(item)
    span = item.stage.base.span
    return Edit.replace(span, f"{name}:{tag}")


def _without_tag(item: BaseStage) -> str:
    """The name with the variables put in, up to the tag."""
    name = item.used.name.partition("@")[0]
    return name.removesuffix(f":{item.used.image.tag}")
