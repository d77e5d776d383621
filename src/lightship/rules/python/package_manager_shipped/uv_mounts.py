"""uv's programs mounted where they are used, in the place of a COPY that leaves them in the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lightship.build import Build
from lightship.dockerfile.places import whole_lines
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.image_references import UsedImage
from lightship.evaluation.paths import in_workdir
from lightship.facts.edits.moves import GiveUp
from lightship.facts.installs.tool_installs import UV_IMAGES
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
_PLACES = ("/bin", "/usr/bin", "/usr/local/bin")
_PROGRAMS = {"/uv": "uv", "/uvx": "uvx"}


def plan(build: Build, copy: Instruction) -> tuple[Edit, ...]:
    """The edits that mount what `copy` brings; nothing where it is more than uv, or who uses it is not known."""
    try:
        edits = tuple(_edits(build, copy))
    except GiveUp:
        return ()
    return edits if len(edits) > 1 else ()


def _edits(build: Build, copy: Instruction) -> Iterator[Edit]:
    final, used, place = build.final, _image(build, copy), _place(build, copy)
    programs = {word.text: _PROGRAMS.get(word.text, "") for word in copy.args[:-1]}
    if final is None or copy not in final.instructions or "" in programs.values():
        raise GiveUp
    yield Edit.delete(whole_lines(build.dockerfile, copy))
    for item in final.instructions[final.instructions.index(copy) + 1 :]:
        if item.keyword == "ONBUILD":
            raise GiveUp
        if item.keyword == "RUN":
            flags = _flags(build, item, f"from={used.name}", place, programs)
            if flags:
                yield Edit.insert(item.name.span.end, flags)


def _image(build: Build, copy: Instruction) -> UsedImage:
    """The image, which must say which version it is: each mount would name it again."""
    flag = copy.flag("from")
    found = build.images
    used = next(
        (each for each in found if flag is not None and flag.span.covers(each.span)),
        None,
    )
    if used is None or len(copy.flags) > 1 or used.image.name not in UV_IMAGES:
        raise GiveUp
    if not used.image.digest and used.image.tag in ("", "latest"):
        raise GiveUp
    return used


def _place(build: Build, copy: Instruction) -> str:
    state, target = build.evaluation.before(copy), copy.args[-1].text
    place = in_workdir(state.workdir, target) if state is not None else ""
    if (
        not target.endswith("/")
        and len(copy.args) == 2
        and place.endswith(copy.args[0].text)
    ):
        place = place.removesuffix(copy.args[0].text)
    elif not target.endswith("/"):
        raise GiveUp
    if place not in _PLACES:
        raise GiveUp
    return place


def _flags(
    build: Build, run: Instruction, source: str, place: str, programs: Mapping[str, str]
) -> str:
    scripts = build.scripts(run)
    names = {
        command.name
        for script in scripts
        for command in script.commands
        if not _hands_over(build, run, command)
    }
    if any(
        script.opaque or script.errors for script in scripts
    ) or not names.isdisjoint(_CALLS_OTHERS):
        raise GiveUp
    if any(name.endswith(".sh") for name in names):
        raise GiveUp
    wanted = [(path, name) for path, name in programs.items() if name in names]
    return "".join(
        f" --mount={source},source={path},target={place}/{name}"
        for path, name in wanted
    )


def _hands_over(build: Build, run: Instruction, command: object) -> bool:
    """Whether it is a shell whose script is read, too."""
    return any(script.outer is command for script in build.scripts(run))
