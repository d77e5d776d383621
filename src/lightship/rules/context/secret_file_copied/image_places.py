"""Whether something names the place of a secret in the image: it would miss the file there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from posixpath import basename

from lightship.build import Build
from lightship.context.wildcards import BadPatternError, has_wildcards, matches
from lightship.evaluation.copies import Copying, Operand
from lightship.evaluation.paths import and_above, below, clean, in_workdir
from lightship.facts.context.takings import path_of
from lightship.facts.copies.reaching import places_reached
from lightship.facts.start.container_lines import run_texts

Copies = Sequence[tuple[Copying, Operand]]

_SETTINGS = tuple(
    ".cfg .cnf .conf .config .ini .json .properties .toml .xml .yaml .yml".split()
)
_CODE = tuple(".py .js .mjs .cjs .ts .go .rb .php .rs .java .ex .exs .sh".split())
_MOST_FILES = 500
_LONGEST = 200_000  # characters
_MOST_NAMES = 200
# A volume that is mounted there brings a file of its own: `./key.pem:/srv/key.pem`
_NO_MOUNT = r"(?:(?<![\w.:-])|(?<=\bfile:))"


def is_place_named(build: Build, copies: Copies, paths: Collection[str]) -> bool:
    """Whether settings, a script or an instruction have the path of a secret in the image.

    Or its path from the working directory that the image starts in.
    """
    names: set[str] = set()
    for copying, source in copies:
        for path in paths:
            names |= _names(build, copying, source, path)
    if not names:
        return False
    if len(names) > _MOST_NAMES:
        return True  # too many to look for in all texts

    words = "|".join(map(re.escape, sorted(names)))
    use = re.compile(rf"{_NO_MOUNT}(?:{words})(?![\w.-])")
    texts = chain(_instructions(build), _files(build), run_texts(build) or ())
    return any(_has(text, names) and use.search(text) for text in texts)


def _has(text: str, names: Collection[str]) -> bool:
    """To look for a word costs a hundredth of what a pattern costs."""
    return any(name in text for name in names)


def _names(build: Build, copying: Copying, source: Operand, path: str) -> set[str]:
    """What a program may call a file of the context in the image."""
    final = build.final
    names: set[str] = set()
    for place in _places(build, copying, source, path):
        names.add(place)
        if final is None:
            continue
        workdir = clean(build.evaluation.finals[final.index].workdir)
        relative = below(place, workdir)
        # A bare name may stand for a file of any directory
        if relative is not None and "/" in relative:
            names |= {relative, f"./{relative}"}
    return names


def _places(
    build: Build, copying: Copying, source: Operand, path: str
) -> Iterator[str]:
    """Where a file of the context stands, in the stage that copies it and those that take it."""
    step = copying.step
    target = copying.destination.value
    if step is None or target is None:
        return
    root = in_workdir(step.before.workdir, target)
    is_parents = copying.instruction.flag("parents") is not None
    rest = path if is_parents else _rest(path_of(source), path)
    if rest is None:
        return

    name = basename(path)
    first = clean(f"{root}/{rest}")
    for _stage, place in places_reached(build, step.stage, first):
        if basename(place) == name or place == first:
            yield place
        else:
            # Into a directory, or under another name
            yield clean(f"{place}/{name}")
            if place.endswith(name.rpartition(".")[2]):
                yield place


def _rest(source: str, path: str) -> str | None:
    """The path of a file below the destination; None where the source does not take it."""
    if not has_wildcards(source):
        if source == path:
            return basename(path)
        return path if not source else below(path, source)
    for taken in reversed(tuple(and_above(f"/{path}"))):
        if _matches(source, taken.removeprefix("/")):
            rest = below(f"/{path}", taken)
            return rest or basename(path)
    return None


def _matches(pattern: str, path: str) -> bool:
    try:
        return matches(pattern, path)
    except BadPatternError:
        return False


def _instructions(build: Build) -> Iterator[str]:
    """What the Dockerfile says beside COPY of the context, with the values of its variables."""
    final = build.final
    if final is not None:
        yield from build.evaluation.finals[final.index].env.values()
    own = {copying.instruction for copying in build.copyings() if copying.from_context}
    dockerfile = build.dockerfile
    for instruction in dockerfile.instructions:
        if instruction not in own and instruction.trigger not in own:
            yield instruction.span.of(dockerfile.text)


def _files(build: Build) -> Iterator[str]:
    """Settings and code of the context, those that the image lacks too: compose may read them."""
    context = build.context
    if context is None:
        return
    files = [file for file in context.files if _may_say(file.name)]
    for file in files[:_MOST_FILES]:
        text = context.read(file.path) or ""
        if len(text) <= _LONGEST:
            yield text


def _may_say(name: str) -> bool:
    return name.endswith((*_SETTINGS, *_CODE)) or name.startswith(".env")
