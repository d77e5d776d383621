"""The Dockerfiles of the repository that make the images from which another one starts.

A build that gives its result that name says it, also where a variable stands before the name; or a
Dockerfile that is called like the image.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lightship.base_images.reference import read_reference
from lightship.base_images.users import may_be_local
from lightship.builds.build_programs import programs_that_build
from lightship.builds.definition import BuildDefinition, Written
from lightship.builds.own_images import names_of_dockerfile
from lightship.builds.workspace import Workspace, folder_of, joined
from lightship.dockerfile.tree import Dockerfile
from lightship.evaluation.evaluate import evaluate
from lightship.repository_facts import OwnBase

_DEEPEST = 5  # images that come from one another
_MOST_LINES = 20  # of a command
_LISTS = "/var/lib/apt/lists"


def own_bases(
    workspace: Workspace,
    builds: Sequence[BuildDefinition],
    dockerfile: str,
    names: Iterable[str],
) -> Mapping[str, OwnBase]:
    """What makes the images of those names, and the images under them, as far as files tell."""
    found: dict[str, OwnBase] = {}
    waiting = [(name, dockerfile) for name in names]
    for _ in range(_DEEPEST):
        further: list[tuple[str, str]] = []
        for name, user in waiting:
            maker = None
            if name not in found:
                maker = _maker(workspace, builds, user, name)
            if maker is None or maker in (dockerfile, user):
                continue
            made = workspace.dockerfile(maker)
            if made.problems or not made.stages:
                continue
            found[name] = OwnBase(made.text, _cleaners(workspace, maker, made, builds))
            further.append((root_name(made), maker))
        waiting = further
    return found


def root_name(dockerfile: Dockerfile) -> str:
    """What the last stage starts from in the end."""
    return evaluate(dockerfile).root(dockerfile.stages[-1]).name


def _maker(
    workspace: Workspace, builds: Sequence[BuildDefinition], user: str, name: str
) -> str | None:
    """The Dockerfile whose build is called so, or that is called so itself."""
    part = _last_part(name)
    if not part or _is_public(name):
        return None
    others = [item for item in builds if item.dockerfile != user and not item.inline]
    for build in others:
        if any(_last_part(tag) == part for tag in build.tags):
            return build.dockerfile
    for build in others:
        if any(_tags_so(workspace, place, part) for place in build.sources):
            return build.dockerfile
    for path in workspace.paths:
        is_other = path != user and workspace.dockerfiles(path)
        if is_other and part in names_of_dockerfile(path):
            return path
    return _beside_program(workspace, user, name)


def _beside_program(workspace: Workspace, user: str, name: str) -> str | None:
    """The Dockerfile beside the program that builds an image of that name."""
    image = read_reference(name)
    if isinstance(image, str):
        return None
    for program in programs_that_build(workspace, user, image):
        path = joined(folder_of(program), "Dockerfile")
        if path is not None and path != user and workspace.is_file(path):
            return path
    return None


def _is_public(name: str) -> bool:
    """Whether it is an official image, or none at all."""
    reference = read_reference(name)
    if isinstance(reference, str):
        return "/" not in name
    return reference.official and not may_be_local(reference)


def _last_part(name: str) -> str:
    """`cc-base` of `gcr.io/acme/cc-base:v14`."""
    last = name.partition("@")[0].rpartition("/")[2]
    return last.partition(":")[0]


def _tags_so(workspace: Workspace, place: Written, part: str) -> bool:
    """Whether the command in a place gives its result a name that ends so: `-t $REGISTRY/base`."""
    text = workspace.text(place.path) or ""
    if part not in text:
        return False
    lines = text.splitlines()[place.line - 1 : place.line - 1 + _MOST_LINES]
    command: list[str] = []
    for line in lines:
        command.append(line.rstrip("\\ \t"))
        if not line.rstrip().endswith("\\"):
            break
    named = re.escape(part)
    tag = re.compile(rf"(?:-t|--tag)[ =]+[\"']?\S*/{named}(?=[:\"'\s@]|$)")
    return tag.search(" ".join(command)) is not None


def _cleaners(
    workspace: Workspace,
    path: str,
    dockerfile: Dockerfile,
    builds: Sequence[BuildDefinition],
) -> frozenset[str]:
    """The names of the scripts that it brings into the image, and that remove the index of apt."""
    contexts = {item.context for item in builds if item.dockerfile == path}
    contexts.add(folder_of(path))
    names: set[str] = set()
    for source in _copied_scripts(dockerfile):
        for context in contexts:
            inside = joined(context, source.lstrip("/"))
            if inside is not None and _LISTS in (workspace.text(inside) or ""):
                names.add(inside.rpartition("/")[2])
    return frozenset(names)


def _copied_scripts(dockerfile: Dockerfile) -> Iterator[str]:
    for instruction in dockerfile.instructions:
        is_copy = instruction.keyword in ("COPY", "ADD")
        if not is_copy or instruction.flag("from") is not None:
            continue
        for word in instruction.args[:-1]:
            name = word.text.rpartition("/")[2]
            if name.endswith((".sh", ".bash")) or "." not in name:
                yield word.text
