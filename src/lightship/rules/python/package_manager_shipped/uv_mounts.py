"""uv's programs mounted where they are used, in place of a COPY that leaves them in the image."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.image_references import UsedImage
from lightship.evaluation.paths import in_workdir
from lightship.facts.edits import moves
from lightship.facts.edits.moves import GiveUp
from lightship.facts.edits.runs import has_known_mounts
from lightship.facts.installs.tool_installs import UV_IMAGES
from lightship.record import record
from lightship.regex import regex
from lightship.text import Edit

# They may call uv unseen
_CALLS_OTHERS = frozenset(
    (
        "",
        "make",
        "just",
        "task",
        "tox",
        "nox",
        "invoke",
        "bash",
        "sh",
        "python",
        "python3",
    )
)
_VERSION = regex(r"(?i)\bpin|\bversions?\b|\blatest\b|reproducib|(?<![\w.])\d+\.\d+")
_PLACES = ("/bin", "/usr/bin", "/usr/local/bin")
_PROGRAMS = {"/uv": "uv", "/uvx": "uvx"}


@record
class _Mounts:
    """What is mounted in place of the COPY: `programs`, by their paths in `image`, into `place`."""

    image: str
    place: str
    programs: Mapping[str, str]

    def flags(self, names: Collection[str]) -> str:
        """The flags of a RUN that calls commands of these names."""
        flags = ""
        for path, name in self.programs.items():
            if name in names:
                flags += f" --mount=from={self.image},source={path},target={self.place}/{name}"
        return flags


def plan(build: Build, copy: Instruction) -> tuple[Edit, ...]:
    """The edits that mount what `copy` brings.

    None where that is more than uv, or where it is not known which RUN uses it.
    """
    try:
        edits = tuple(_edits(build, copy))
    except GiveUp:
        return ()
    return edits if len(edits) > 1 else ()


def _edits(build: Build, copy: Instruction) -> Iterator[Edit]:
    final = build.final
    if final is None or copy not in final.instructions:
        raise GiveUp
    paths = [word.text for word in copy.args[:-1]]
    if not all(path in _PROGRAMS for path in paths):
        raise GiveUp
    programs = {path: _PROGRAMS[path] for path in paths}
    mounts = _Mounts(_image(build, copy).name, _place(build, copy), programs)

    yield moves.remove(build.dockerfile, copy)
    kept = _about_version(build, copy)
    start = final.instructions.index(copy) + 1
    for item in final.instructions[start:]:
        if item.keyword == "ONBUILD":
            raise GiveUp
        if item.keyword == "RUN":
            flags = mounts.flags(_called(build, item))
            if flags and kept:
                yield moves.before(build.dockerfile, item, kept)
                kept = ()
            if flags and not has_known_mounts(build, item):
                raise GiveUp
            if flags:
                yield Edit.insert(item.name.span.end, flags)


def _about_version(build: Build, copy: Instruction) -> tuple[str, ...]:
    """The comment above the COPY, where it says why that version of uv: the mounts name it too."""
    lines = moves.moved(build.dockerfile, copy)
    comment = lines[: copy.first_line - copy.last_line - 1]
    return comment if _VERSION.search(" ".join(comment)) is not None else ()


def _image(build: Build, copy: Instruction) -> UsedImage:
    """The image, which must say which version it is: each mount would name it again."""
    flag = copy.flag("from")
    if flag is None or len(copy.flags) > 1:
        raise GiveUp
    for used in build.images:
        if not flag.span.covers(used.span):
            continue
        image = used.image
        pinned = image.digest or image.tag not in ("", "latest")
        if image.name in UV_IMAGES and pinned:
            return used
        break
    raise GiveUp


def _place(build: Build, copy: Instruction) -> str:
    """The directory of programs that the COPY goes to."""
    target = copy.args[-1].text
    state = build.evaluation.before(copy)
    if state is None:
        raise GiveUp
    place = in_workdir(state.workdir, target)
    if not target.endswith("/"):
        # A single program may be copied to a path of its own
        source = copy.args[0].text
        if len(copy.args) != 2 or not place.endswith(source):
            raise GiveUp
        place = place.removesuffix(source)
    if place not in _PLACES:
        raise GiveUp
    return place


def _called(build: Build, run: Instruction) -> set[str]:
    """The names of the commands of a RUN, all of which must be known."""
    scripts = build.scripts(run)
    names = set()
    for script in scripts:
        if script.opaque or script.errors:
            raise GiveUp
        for command in script.commands:
            # Of a shell that is given a script, that script is read too
            if not any(inner.outer is command for inner in scripts):
                names.add(command.name)
    if not names.isdisjoint(_CALLS_OTHERS):
        raise GiveUp
    if any(name.endswith(".sh") for name in names):
        raise GiveUp
    return names
