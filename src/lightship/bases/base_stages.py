"""The FROM lines of a build that name an image, those with the same version of it together."""

from __future__ import annotations

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
    by_version: dict[tuple[str, str], list[BaseStage]] = {}
    for item in _on_images(build, build.today):
        if item.stage.index in needed:
            by_version.setdefault(_version(item), []).append(item)
    groups = [_group(build, stages) for stages in by_version.values()]
    groups.sort(key=lambda group: not group.is_final)
    return tuple(groups)


def unnamed_stages(build: Build) -> Iterator[Stage]:
    """The stages that a build needs whose image is not known, such as `FROM $BASE`."""
    if build.final is None:
        return
    known = {used.span for used in build.images}
    for index in sorted(reachable(build.evaluation.graph, [build.final])):
        stage = build.dockerfile.stages[index]
        name = build.evaluation.bases[index].name
        if build.base_of(stage) is not None or stage.base.span in known:
            continue
        if name != SCRATCH and name not in build.contexts:
            yield stage


def _on_images(build: Build, day: date) -> Iterator[BaseStage]:
    by_span: dict[Span, Stage] = {
        stage.base.span: stage for stage in build.dockerfile.stages
    }
    for used in build.images:
        stage = by_span.get(used.span)
        if stage is None:
            continue  # COPY --from
        image = replace(used.image, digest="")
        is_tagged = bool(image.tag) or not used.image.digest
        is_own = build.is_own_image(image)
        tag = read_official_tag(image, day) if is_tagged and not is_own else None
        yield BaseStage(stage, used, tag)


def _version(item: BaseStage) -> tuple[str, str]:
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
    name = f"{folder}{slash}{last.partition(':')[0]}"
    is_whole = "$" not in last.partition(":")[0]
    if not is_whole or name.count("{") != name.count("}"):
        name = _without_tag(item)
    return Edit.replace(item.stage.base.span, f"{name}:{tag}")


def _without_tag(item: BaseStage) -> str:
    """The name with the variables put in, up to the tag."""
    name = item.used.name.partition("@")[0]
    return name.removesuffix(f":{item.used.image.tag}")
